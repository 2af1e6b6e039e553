/* The pieces of ways through the target. Those that no way has any more give their room back. */
#ifndef FWD_GEN_REFDELTA_PARSE_NODES_H
#define FWD_GEN_REFDELTA_PARSE_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_PARSE_NONE (-1)

/* A piece of a way: a run or literals from `start` on, after the piece `before`. Shift: source
 * minus target offset; literals keep that of the run before. */
struct fwd_parse_node {
    uint32_t start;
    int32_t shift;
    int32_t before;
    bool literal;
};

struct fwd_parse_nodes {
    struct fwd_parse_node *list; /* owned; a node's `before` is a lower number */
    size_t count, room;
    size_t most; /* room that must do; 0: as much as it takes */
};

/* There must be room. */
int32_t fwd_parse_nodes_add(struct fwd_parse_nodes *nodes, struct fwd_parse_node node);

/* Makes room for one more where there is none: keeps only what the roots lead to (numbers of nodes,
 * which change, or FWD_PARSE_NONE), and takes more memory when that is most. False: no memory, or
 * more nodes than numbers. */
bool fwd_parse_nodes_tidy(struct fwd_parse_nodes *nodes, int32_t *const *roots, size_t count);

/* NULL-safe for a zeroed struct. */
void fwd_parse_nodes_free(struct fwd_parse_nodes *nodes);

#endif
