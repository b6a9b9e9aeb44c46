/*
 * A command of curl's.
 */
#include "config.h"

#include "report/curl_command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/xmalloc.h"

/* A word of sh: quoted, where it must be. */
static void
put_word(struct buf *to, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789@%+=:,./_-";

	if (*s != '\0' && s[strspn(s, plain)] == '\0') {
		buf_puts(to, s);
		return;
	}
	buf_putc(to, '\'');
	for (; *s != '\0'; s++)
		if (*s == '\'')
			buf_puts(to, "'\\''");
		else
			buf_putc(to, *s);
	buf_putc(to, '\'');
}

void
curl_command_option(
    struct curl_command *c, const char *option, const char *value)
{
	buf_putc(&c->words, ' ');
	buf_puts(&c->words, option);
	if (value == NULL)
		return;
	buf_putc(&c->words, ' ');
	put_word(&c->words, value);
}

void
curl_command_long(struct curl_command *c, const char *name, const char *value)
{
	char *option = xasprintf("--%s", name);

	curl_command_option(c, option, value);
	free(option);
}

void
curl_command_number(struct curl_command *c, const char *option, int64_t n)
{
	char *value = xasprintf("%" PRId64, n);

	curl_command_option(c, option, value);
	free(value);
}

void
curl_command_seconds(struct curl_command *c, const char *option, int64_t usec)
{
	char *value = xasprintf(
	    "%" PRId64 ".%06" PRId64, usec / USEC_PER_SEC, usec % USEC_PER_SEC);
	size_t len = strlen(value);

	while (value[len - 1] == '0')
		value[--len] = '\0';
	if (value[len - 1] == '.')
		value[--len] = '\0';
	curl_command_option(c, option, value);
	free(value);
}
