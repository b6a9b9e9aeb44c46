/*
 * A password asked of the user, as curl does for -u NAME.
 */
#ifndef INPUT_PASSWORD_H
#define INPUT_PASSWORD_H

#include <stdbool.h>

/*
 * Asks on the terminal, without echo; where there is none, and stdin is free,
 * the next line of that is the answer. Returns the password (owned by the
 * caller), or NULL where there is none to be had.
 */
char *password_ask(const char *user, bool stdin_is_free);

#endif
