/*
 * A password asked of the user, as curl does for -u NAME.
 */
#ifndef INPUT_PASSWORD_H
#define INPUT_PASSWORD_H

/*
 * Asks on the terminal, without echo. Returns the password (owned by the
 * caller), or NULL where there is no terminal to ask on.
 */
char *password_ask(const char *user);

#endif
