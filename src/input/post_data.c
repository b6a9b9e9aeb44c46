/*
 * What -d, --json and their like send.
 */
#include "config.h"

#include "input/post_data.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/once.h"
#include "input/options.h"

/* Appends the contents of a file, "-" is stdin. */
static int
read_file(struct buf *to, const char *name, char **cause)
{
	bool is_stdin = strcmp(name, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(name, "rb");
	char chunk[16384];
	size_t n;

	while (f != NULL && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_append(to, chunk, n);
	if (f == NULL || ferror(f)) {
		*cause = xasprintf(_("cannot read %s: %s"),
		    is_stdin ? "stdin" : name, nls_strerror(errno));
		if (f != NULL && !is_stdin)
			fclose(f);
		return -1;
	}
	if (!is_stdin)
		fclose(f);
	return 0;
}

int
post_data_read(
    struct request_options *r, struct buf *to, const char *value, char **cause)
{
	if (*value == '@' && once_is_stdin(value + 1))
		r->stdin_use = "@-";
	if (*value != '@') {
		buf_puts(to, value);
		return 0;
	}
	if (read_file(to, value + 1, cause) == 0)
		return 0;
	r->file_failed = true;
	return -1;
}

/* Takes the line ends and NULs from what was appended since start. */
static void
strip(struct buf *b, size_t start)
{
	size_t i, kept;

	for (i = kept = start; i < b->len; i++)
		if (b->data[i] != '\r' && b->data[i] != '\n' &&
		    b->data[i] != '\0')
			b->data[kept++] = b->data[i];
	b->len = kept;
}

int
post_data_read_lines(
    struct request_options *r, struct buf *to, const char *value, char **cause)
{
	size_t start = to->len;

	if (post_data_read(r, to, value, cause) == -1)
		return -1;
	if (*value == '@')
		strip(to, start);
	return 0;
}

static void
begin(struct request_options *r)
{
	if (r->has_data)
		buf_putc(&r->data, '&');
	r->has_data = true;
}

int
post_data_add(struct request_options *r, const char *value, char **cause)
{
	begin(r);
	return post_data_read_lines(r, &r->data, value, cause);
}

int
post_data_add_raw(struct request_options *r, const char *value, char **cause)
{
	(void)cause;
	begin(r);
	buf_puts(&r->data, value);
	return 0;
}

int
post_data_add_binary(struct request_options *r, const char *value, char **cause)
{
	begin(r);
	return post_data_read(r, &r->data, value, cause);
}

/* As forms have it: + for a space. */
static void
put_form_encoded(struct buf *to, const char *s)
{
	for (; *s != '\0'; s++) {
		if (strncmp(s, "%20", 3) == 0) {
			buf_putc(to, '+');
			s += 2;
		} else
			buf_putc(to, *s);
	}
}

/* Appends "NAME=" and the encoded content. */
static int
encode(
    struct request_options *r, struct buf *to, const char *value, char **cause)
{
	/* curl's: a = counts before an @, wherever they stand. */
	const char *mark = value +
	    strcspn(value, strchr(value, '=') != NULL ? "=" : "@");
	struct buf content;
	char *encoded = NULL;
	int result = 0;

	buf_init(&content);
	if (*mark == '\0')
		mark = value; /* content alone */
	else if (mark > value)
		buf_append(to, value, (size_t)(mark - value));
	if (mark > value)
		buf_putc(to, '=');
	if (*mark == '@')
		result = post_data_read(r, &content, mark, cause);
	else
		buf_puts(&content, *mark == '=' ? mark + 1 : mark);
	if (result == 0 && content.len > 0) {
		encoded = curl_easy_escape(
		    NULL, buf_string(&content), (int)content.len);
		if (encoded == NULL)
			xmalloc_exhausted();
		put_form_encoded(to, encoded);
		curl_free(encoded);
	}
	buf_clear(&content);
	return result;
}

int
post_data_add_urlencoded(
    struct request_options *r, const char *value, char **cause)
{
	begin(r);
	return encode(r, &r->data, value, cause);
}

int
post_data_add_query(struct request_options *r, const char *value, char **cause)
{
	if (r->query.len > 0)
		buf_putc(&r->query, '&');
	if (*value != '+')
		return encode(r, &r->query, value, cause);
	buf_puts(&r->query, value + 1);
	return 0;
}

int
post_data_add_json(struct request_options *r, const char *value, char **cause)
{
	r->has_data = r->has_json = true;
	return post_data_read(r, &r->data, value, cause);
}
