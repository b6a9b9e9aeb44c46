/*
 * What coget says on stderr about itself, and how it dies.
 */
#include "config.h"

#include "base/msg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

/* Who draws on the terminal. */
static void (*guard_call)(void *arg);
static void *guard_arg;

static bool inside_line; /* on the terminal that stderr is */

void
msg_set_guard(void (*guard)(void *arg), void *arg)
{
	guard_call = guard;
	guard_arg = arg;
}

/* Is it the terminal that stderr is? By /dev/tty it has another number. */
static bool
is_our_terminal(int fd)
{
	struct stat st, ours;

	if (!isatty(fd) || !isatty(STDERR_FILENO) || fstat(fd, &st) == -1 ||
	    fstat(STDERR_FILENO, &ours) == -1)
		return false;
	return st.st_rdev == ours.st_rdev ||
	    (tcgetsid(fd) != -1 && tcgetsid(STDERR_FILENO) != -1);
}

void
msg_wrote(int fd, char last)
{
	/* Most often nothing changes, and the system need not be asked. */
	if (inside_line != (last != '\n') && is_our_terminal(fd))
		inside_line = last != '\n';
}

bool
msg_inside_line(void)
{
	return inside_line;
}

static void
call_guard(void)
{
	void (*call)(void *arg) = guard_call;

	if (call == NULL)
		return;
	guard_call = NULL; /* he may run out of memory, and be called again */
	call(guard_arg);
	guard_call = call;
}

void
msg_clear_way(void)
{
	call_guard();
	if (inside_line)
		fputc('\n', stderr);
	inside_line = false;
}

void
msg_write(const char *text, size_t len)
{
	msg_clear_way();
	fwrite(text, 1, len, stderr);
}

void
msg_write_text(const char *text, size_t len)
{
	call_guard();
	fwrite(text, 1, len, stderr);
	fflush(stderr);
	if (len > 0)
		msg_wrote(STDERR_FILENO, text[len - 1]);
}

/* One write a line, so that lines of several processes do not mix. */
static void __attribute__((format(printf, 1, 0)))
print(const char *fmt, va_list ap)
{
	struct buf line;
	char *text;

	buf_init(&line);
	buf_puts(&line, "coget: ");
	text = xvasprintf(fmt, ap);
	utf8_printable(&line, text, strlen(text));
	free(text);
	buf_putc(&line, '\n');
	msg_write(line.data, line.len);
	buf_clear(&line);
}

void
msg_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(fmt, ap);
	va_end(ap);
}

void
msg_die(enum exit_status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(fmt, ap);
	va_end(ap);
	exit((int)status);
}
