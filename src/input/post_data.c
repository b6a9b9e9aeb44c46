/*
 * What -d and --json send.
 */
#include "config.h"

#include "input/post_data.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
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
		*cause = xasprintf("cannot read %s: %s",
		    is_stdin ? "stdin" : name, strerror(errno));
		if (f != NULL && !is_stdin)
			fclose(f);
		return -1;
	}
	if (!is_stdin)
		fclose(f);
	return 0;
}

/* Appends the value, or what stands in the file it names. */
static int
read_value(struct buf *to, const char *value, bool as_text, char **cause)
{
	size_t i, kept, start = to->len;

	if (*value != '@') {
		buf_puts(to, value);
		return 0;
	}
	if (read_file(to, value + 1, cause) == -1)
		return -1;
	if (!as_text)
		return 0;
	for (i = kept = start; i < to->len; i++)
		if (to->data[i] != '\r' && to->data[i] != '\n' &&
		    to->data[i] != '\0')
			to->data[kept++] = to->data[i];
	to->len = kept;
	return 0;
}

static void
note_stdin(struct request_options *r, const char *value)
{
	if (strcmp(value, "@-") == 0)
		r->stdin_used = true;
}

int
post_data_add(struct request_options *r, const char *value, char **cause)
{
	if (r->has_data && !r->has_json)
		buf_putc(&r->data, '&');
	r->has_data = true;
	note_stdin(r, value);
	return read_value(&r->data, value, true, cause);
}

int
post_data_add_json(struct request_options *r, const char *value, char **cause)
{
	r->has_data = r->has_json = true;
	note_stdin(r, value);
	return read_value(&r->data, value, false, cause);
}
