/*
 * URL templates.
 */
#include "config.h"

#include "input/template.h"

#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/xmalloc.h"

/* The parts between braces: an operator or none, and a name. */
struct expression {
	bool reserved; /* {+NAME}, {#NAME}: the delimiters of URLs pass */
	bool fragment; /* {#NAME}: and a # before them */
	const char *name;
	size_t len;
};

/* RFC 6570 section 2.3, and the empty name. */
static bool
name_valid(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!ascii_is_alnum(name[i]) && name[i] != '_' &&
		    name[i] != '-' && name[i] != '.')
			return false;
	return true;
}

/* Reads "{...}" at s. Returns the first byte behind it, or NULL. */
static const char *
expression_parse(const char *s, struct expression *e)
{
	const char *end = strchr(s, '}');

	if (end == NULL)
		return NULL;
	s++;
	e->fragment = *s == '#';
	e->reserved = *s == '+' || *s == '#';
	if (e->reserved)
		s++;
	e->name = s;
	e->len = (size_t)(end - s);
	return name_valid(e->name, e->len) ? end + 1 : NULL;
}

int
template_check(const char *template, char **cause)
{
	struct expression e;
	const char *s = template;

	while ((s = strpbrk(s, "{}")) != NULL) {
		if (*s == '}') {
			*cause = xasprintf(
			    "a } without a { in \"%s\"", template);
			return -1;
		}
		if ((s = expression_parse(s, &e)) == NULL) {
			*cause = xasprintf(
			    "neither {NAME}, {+NAME} nor {#NAME} in \"%s\"",
			    template);
			return -1;
		}
	}
	return 0;
}

static bool
unreserved(char c)
{
	return ascii_is_alnum(c) || (c != '\0' && strchr("-._~", c));
}

static bool
reserved(char c)
{
	return c != '\0' && strchr(":/?#[]@!$&'()*+,;=", c) != NULL;
}

static bool
encoded(const char *s, size_t len)
{
	return len >= 3 && s[0] == '%' && ascii_is_hex(s[1]) &&
	    ascii_is_hex(s[2]);
}

static void
append_value(
    struct buf *to, const struct expression *e, const char *s, size_t len)
{
	if (e->fragment)
		buf_putc(to, '#');
	for (; len > 0; s++, len--) {
		if (unreserved(*s) ||
		    (e->reserved && (reserved(*s) || encoded(s, len))))
			buf_putc(to, *s);
		else
			buf_printf(to, "%%%02X", (unsigned char)*s);
	}
}

/*
 * Would the value be "." or ".." as a whole path segment? It is not a name
 * then (RFC 3986 section 5.2.4), and percent-encoding does not help.
 */
static bool
is_dots(const struct buf *to, const char *value, size_t len, const char *rest)
{
	return (len == 1 || len == 2) && value[0] == '.' &&
	    value[len - 1] == '.' && to->len > 0 &&
	    to->data[to->len - 1] == '/' &&
	    (*rest == '\0' || strchr("/?#", *rest) != NULL);
}

int
template_expand(struct buf *to, const char *template, template_find *find,
    void *arg, char **cause)
{
	struct expression e;
	const char *value;
	size_t len;

	for (;;) {
		len = strcspn(template, "{");
		buf_append(to, template, len);
		template += len;
		if (*template == '\0')
			return 0;
		template = expression_parse(template, &e);
		if (!find(arg, e.name, e.len, &value, &len)) {
			*cause = xasprintf(
			    "no \"%.*s\" for the template", (int)e.len, e.name);
			return -1;
		}
		if (is_dots(to, value, len, template)) {
			*cause = xasprintf(
			    "\"%.*s\" is no name in a path", (int)len, value);
			return -1;
		}
		append_value(to, &e, value, len);
	}
}
