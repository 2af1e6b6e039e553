/* Lines of a log taken apart: commands, their parameters, numbers of answers. */
#ifndef FWD_MODULE_LOGCHECK_LOGCHECK_WORDS_H
#define FWD_MODULE_LOGCHECK_LOGCHECK_WORDS_H

#include <stdbool.h>

/* Is text the command AT<name>, in any form? In *rest what follows the name ("", "=1,2", "?"). */
bool fwd_logcheck_is(const char *text, const char *name, const char **rest);
/* Is it AT<name>=... with this first parameter? */
bool fwd_logcheck_is_set(const char *text, const char *name, long first);
/* The parameter at index (from 0) of what follows a name, as a number; -1: there is none. */
long fwd_logcheck_number(const char *rest, unsigned index);
/* Numbers of a line "NAME: n, m, ..."; returns how many. */
unsigned fwd_logcheck_line(const char *text, const char *name, long *numbers, unsigned max);

/* Which use of exclusion.h a command is; 0: none. */
unsigned fwd_logcheck_use(const char *text);

/* Would this command restart the module or switch it off? */
bool fwd_logcheck_restarts(const char *text);

#endif
