#include "gen/refdelta/parse_nodes.h"

#include <stdlib.h>
#include <string.h>

#define FIRST 65536u

int32_t fwd_parse_nodes_add(struct fwd_parse_nodes *nodes, struct fwd_parse_node node)
{
    nodes->list[nodes->count] = node;
    return (int32_t)nodes->count++;
}

void fwd_parse_nodes_free(struct fwd_parse_nodes *nodes)
{
    free(nodes->list);
    nodes->list = NULL;
    nodes->count = nodes->room = 0;
}

/* numbers: of each node: its new one, or FWD_PARSE_NONE. */
static void mark(
    const struct fwd_parse_nodes *nodes, int32_t *const *roots, size_t count, int32_t *numbers)
{
    for (size_t i = 0; i < nodes->count; i++)
        numbers[i] = FWD_PARSE_NONE;
    for (size_t i = 0; i < count; i++)
        for (int32_t at = *roots[i]; at != FWD_PARSE_NONE && numbers[at] == FWD_PARSE_NONE;) {
            numbers[at] = 0;
            at = nodes->list[at].before;
        }
}

static void move(struct fwd_parse_nodes *nodes, int32_t *numbers)
{
    size_t live = 0;

    for (size_t i = 0; i < nodes->count; i++) {
        if (numbers[i] == FWD_PARSE_NONE)
            continue;
        struct fwd_parse_node node = nodes->list[i];
        if (node.before != FWD_PARSE_NONE)
            node.before = numbers[node.before];
        numbers[i] = (int32_t)live;
        nodes->list[live++] = node;
    }
    nodes->count = live;
}

static bool collect(struct fwd_parse_nodes *nodes, int32_t *const *roots, size_t count)
{
    int32_t *numbers = malloc((nodes->count + 1) * sizeof *numbers);

    if (numbers == NULL)
        return false;
    mark(nodes, roots, count, numbers);
    move(nodes, numbers);
    for (size_t i = 0; i < count; i++)
        if (*roots[i] != FWD_PARSE_NONE)
            *roots[i] = numbers[*roots[i]];
    free(numbers);
    return true;
}

bool fwd_parse_nodes_tidy(struct fwd_parse_nodes *nodes, int32_t *const *roots, size_t count)
{
    if (nodes->count < nodes->room)
        return true;
    if (!collect(nodes, roots, count))
        return false;
    if (nodes->count <= nodes->room / 2 && nodes->room > 0)
        return true;
    size_t room = nodes->room > 0 ? nodes->room * 2 : FIRST;
    if (nodes->most > 0 && room > nodes->most)
        room = nodes->most;
    /* to collect again and again for a few would take forever */
    if (room <= nodes->room || room > INT32_MAX)
        return nodes->count <= nodes->room - nodes->room / 16;
    struct fwd_parse_node *list = realloc(nodes->list, room * sizeof *list);
    if (list == NULL)
        return false;
    nodes->list = list;
    nodes->room = room;
    return true;
}
