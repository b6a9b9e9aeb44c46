/*
 * URL templates.
 */
#include "config.h"

#include "input/template.h"

#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/nls.h"
#include "base/url.h"
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

/* The cause, with the template but its password. */
static char *
complaint(const char *what, const char *template)
{
	struct buf shown;
	char *text;

	buf_init(&shown);
	url_redact(&shown, template, strlen(template));
	text = xasprintf(_("%s in \"%s\""), what, buf_string(&shown));
	buf_clear(&shown);
	return text;
}

int
template_check(const char *template, char **cause)
{
	struct expression e;
	const char *s = template;

	while ((s = strpbrk(s, "{}")) != NULL) {
		if (*s == '}') {
			*cause = complaint(_("a } without a {"), template);
			return -1;
		}
		if ((s = expression_parse(s, &e)) == NULL) {
			*cause = complaint(
			    _("neither {NAME}, {+NAME} nor {#NAME}"), template);
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

/* Behind the dot at s, encoded or not; NULL: there is none. */
static const char *
skip_dot(const char *s)
{
	if (*s == '.')
		return s + 1;
	return s[0] == '%' && s[1] == '2' && ascii_lower(s[2]) == 'e' ? s + 3
								      : NULL;
}

/* Is the path segment from s to end "." or ".."? */
static bool
is_dots(const char *s, const char *end)
{
	const char *behind = skip_dot(s);

	if (behind != NULL && behind < end)
		behind = skip_dot(behind);
	return behind == end;
}

/*
 * A path segment "." or ".." is no name (RFC 3986 section 5.2.4), and
 * percent-encoding does not help: it, or a slash at it, may come from the
 * template only. In marks each byte of a value is 1.
 */
static int
check_path(const char *url, const struct buf *marks, char **cause)
{
	const char *s = url + url_scheme_len(url), *end;
	size_t first, last;

	for (s += strcspn(s, "/?#"); *s == '/'; s = end) {
		end = s + 1 + strcspn(s + 1, "/?#");
		if (!is_dots(s + 1, end))
			continue;
		first = (size_t)(s - url);
		last = (size_t)(end - url) + (*end != '\0');
		if (memchr(marks->data + first, 1, last - first) == NULL)
			continue;
		*cause = xasprintf(
		    "\"%.*s\" is no name in a path", (int)(end - s - 1), s + 1);
		return -1;
	}
	return 0;
}

static void
put_marks(struct buf *marks, char mark, size_t len)
{
	for (; marks->len < len;)
		buf_putc(marks, mark);
}

static int
expand(struct buf *to, struct buf *marks, const char *template,
    template_find *find, void *arg, char **cause)
{
	struct expression e;
	const char *value;
	size_t len;

	for (;;) {
		len = strcspn(template, "{");
		buf_append(to, template, len);
		put_marks(marks, 0, to->len);
		template += len;
		if (*template == '\0')
			return 0;
		template = expression_parse(template, &e);
		if (!find(arg, e.name, e.len, &value, &len)) {
			*cause = xasprintf(
			    "no \"%.*s\" for the template", (int)e.len, e.name);
			return -1;
		}
		append_value(to, &e, value, len);
		put_marks(marks, 1, to->len);
	}
}

int
template_expand(struct buf *to, const char *template, template_find *find,
    void *arg, char **cause)
{
	struct buf url, marks;
	int result;

	buf_init(&url);
	buf_init(&marks);
	result = expand(&url, &marks, template, find, arg, cause);
	if (result == 0)
		result = check_path(buf_string(&url), &marks, cause);
	if (result == 0)
		buf_append(to, url.data, url.len);
	buf_clear(&url);
	buf_clear(&marks);
	return result;
}
