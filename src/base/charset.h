/*
 * The user's character set: what text is read by, and what may be drawn.
 */
#ifndef BASE_CHARSET_H
#define BASE_CHARSET_H

#include <stdbool.h>

/*
 * Takes the character set of the user's locale. Where that is "C", as in cron,
 * text is read as UTF-8, so that names of hosts are the same everywhere.
 */
void charset_init(void);

/* Is it UTF-8 that the user's locale says? Else drawings are of ASCII. */
bool charset_draws_utf8(void);

#endif
