/*
 * A password asked of the user.
 */
#include "config.h"

#include "input/password.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "base/nls.h"
#include "base/xmalloc.h"

/* Milliseconds after which a signal is noticed. */
#define SIGNAL_DELAY 100

static void
set_echo(FILE *tty, bool on)
{
	struct termios mode;

	if (tcgetattr(fileno(tty), &mode) == -1)
		return;
	if (on)
		mode.c_lflag |= ECHO;
	else
		mode.c_lflag &= ~(tcflag_t)ECHO;
	/* What was typed before the question is no answer to it. */
	tcsetattr(fileno(tty), on ? TCSADRAIN : TCSAFLUSH, &mode);
}

static bool
any_pending(const sigset_t *set)
{
	sigset_t pending;
	int i;

	sigpending(&pending);
	for (i = 1; i < NSIG; i++)
		if (sigismember(set, i) == 1 && sigismember(&pending, i) == 1)
			return true;
	return false;
}

/* Until there is a line, or the end; a signal finds the echo switched on. */
static void
await_line(FILE *tty)
{
	struct pollfd p = {.fd = fileno(tty), .events = POLLIN};
	sigset_t held, old;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigaddset(&held, SIGQUIT);
	sigaddset(&held, SIGTSTP);
	sigprocmask(SIG_BLOCK, &held, &old);
	set_echo(tty, false);
	while (poll(&p, 1, SIGNAL_DELAY) == 0) {
		if (!any_pending(&held))
			continue;
		set_echo(tty, true);
		sigprocmask(SIG_SETMASK, &old, NULL); /* it strikes here */
		sigprocmask(SIG_BLOCK, &held, NULL);
		set_echo(tty, false); /* after SIGTSTP and SIGCONT, say */
	}
	set_echo(tty, true);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* As curl, from stdin; but no line at all is no empty password. */
static char *
read_line(void)
{
	char *line = NULL;
	size_t size = 0;

	if (xgetline(&line, &size, stdin) == -1) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

char *
password_ask(const char *user, bool stdin_is_free)
{
	FILE *tty = fopen("/dev/tty", "r+");
	char *line = NULL;
	size_t size = 0;

	if (tty == NULL)
		return stdin_is_free ? read_line() : NULL;
	fprintf(tty, _("Password for user '%s': "), user);
	fflush(tty);
	await_line(tty);
	if (xgetline(&line, &size, tty) == -1) {
		free(line);
		line = xstrdup("");
	}
	fputc('\n', tty);
	fclose(tty);
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}
