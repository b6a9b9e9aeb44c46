/*
 * Text in XML and HTML.
 */
#include "config.h"

#include "report/markup.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* May XML hold the well-formed sequence (XML 1.0, Char)? */
static bool
is_allowed(const char *s, size_t n)
{
	/* U+FFFE, U+FFFF */
	if (n == 3 && memcmp(s, "\xef\xbf", 2) == 0 &&
	    (unsigned char)s[2] >= 0xbe)
		return false;
	return *s == '\n' || *s == '\t' || !utf8_control(s, n);
}

void
markup_put(struct buf *to, const char *text)
{
	const char *end = text + strlen(text);
	size_t n;

	for (; text < end; text += n == 0 ? 1 : n) {
		n = utf8_sequence(text, (size_t)(end - text));
		if (n == 0 || !is_allowed(text, n))
			buf_puts(to, REPLACEMENT);
		else if (*text == '<')
			buf_puts(to, "&lt;");
		else if (*text == '>')
			buf_puts(to, "&gt;");
		else if (*text == '&')
			buf_puts(to, "&amp;");
		else if (*text == '"')
			buf_puts(to, "&quot;");
		else if (*text == '\'')
			buf_puts(to, "&#39;");
		else
			buf_append(to, text, n);
	}
}
