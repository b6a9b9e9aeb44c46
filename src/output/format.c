/*
 * Output formats.
 */
#include "config.h"

#include "output/format.h"

#include "base/buf.h"
#include "fetch/record.h"
#include "input/options.h"
#include "output/write_out.h"

const struct format_ops format_table[] = {
    [FORMAT_BODY] = {"", "", "", "", "", "", "", false},
    [FORMAT_NDJSON] = {"", "", "", "", "", "", "\n", true},
    [FORMAT_JSON] = {"[", "\n", ",\n", "\n]\n", "]\n", "", "", true},
    /* RFC 7464: a record separator before each text, a line feed behind it */
    [FORMAT_JSON_SEQ] = {"", "", "", "", "", "\x1e", "\n", true},
};

static void
close_body(struct result *to, const struct options *o, bool fine,
    const struct buf *heads)
{
	const bool in_file = to->form == BODY_FILE || to->form == BODY_NONE;

	to->text.len = to->mark = 0;
	to->form = BODY_RAW;
	/* As curl: --head asks for the headers, so they are the result. */
	if (o->request.head && (fine || o->fail_with_body) && heads != NULL &&
	    !in_file) {
		blob_clear(&to->body);
		buf_append(&to->text, heads->data, heads->len);
	} else if (in_file || (!fine && !o->fail_with_body))
		blob_clear(&to->body);
}

static void
close_record(struct result *to, const struct options *o, const char *end)
{
	struct buf after;

	buf_init(&after);
	if (o->stable)
		format_stable(to, &after);
	buf_putc(&after, '}');
	buf_puts(&after, end);
	if (o->parse_json && to->form == BODY_STRING && to->body_is_json)
		to->form = BODY_JSON;
	result_close(to, &after);
	buf_clear(&after);
}

void
format_close(struct result *to, const struct options *o, bool fine,
    const struct buf *heads)
{
	const struct format_ops *format = &format_table[o->format];

	blob_end(&to->body);
	if (o->write_out != NULL)
		write_out_render(to, o);
	buf_clear(&to->facts);
	if (format->is_json)
		close_record(to, o, format->end);
	else
		close_body(to, o, fine, heads);
}
