/*
 * What coget says on stderr about itself, and how it dies.
 */
#include "config.h"

#include "base/msg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

/* Who draws on the terminal. */
static void (*guard_call)(void *arg);
static void *guard_arg;

void
msg_set_guard(void (*guard)(void *arg), void *arg)
{
	guard_call = guard;
	guard_arg = arg;
}

void
msg_clear_way(void)
{
	void (*call)(void *arg) = guard_call;

	if (call == NULL)
		return;
	guard_call = NULL; /* he may run out of memory, and be called again */
	call(guard_arg);
	guard_call = call;
}

void
msg_write(const char *text, size_t len)
{
	msg_clear_way();
	fwrite(text, 1, len, stderr);
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
