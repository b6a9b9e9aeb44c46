/*
 * A password asked of the user.
 */
#include "config.h"

#include "input/password.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>

#include "base/xmalloc.h"

char *
password_ask(const char *user)
{
	FILE *tty = fopen("/dev/tty", "r+");
	struct termios old, quiet;
	char line[1024] = "";

	if (tty == NULL)
		return NULL;
	if (tcgetattr(fileno(tty), &old) == -1) {
		fclose(tty);
		return NULL;
	}
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
	fprintf(tty, "Password for user '%s': ", user);
	fflush(tty);
	if (fgets(line, sizeof line, tty) == NULL)
		line[0] = '\0';
	tcsetattr(fileno(tty), TCSAFLUSH, &old);
	fputc('\n', tty);
	fclose(tty);
	line[strcspn(line, "\r\n")] = '\0';
	return xstrdup(line);
}
