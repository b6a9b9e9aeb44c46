/*
 * Output formats.
 */
#include "config.h"

#include "output/format.h"

#include "base/buf.h"
#include "fetch/record.h"
#include "input/options.h"
#include "input/request.h"

static void
put_body(struct result *to, struct record *r, const struct options *o)
{
	if (r->body == NULL || r->body_file != NULL)
		return;
	/* As curl: --head asks for the headers, so they are the result. */
	if (o->request.head && !request_is_own(r->request) &&
	    outcome_fine(r->outcome))
		buf_append(&to->text, r->heads->data, r->heads->len);
	else if (outcome_fine(r->outcome) || o->fail_with_body)
		blob_move(&to->body, r->body);
}

static void
put_line(struct result *to, struct record *r, const struct options *o)
{
	(void)o;
	format_json_record(to, r, "\n");
}

static void
put_element(struct result *to, struct record *r, const struct options *o)
{
	(void)o;
	format_json_record(to, r, "");
}

/* RFC 7464: a record separator before each text, a line feed behind it. */
static void
put_sequence(struct result *to, struct record *r, const struct options *o)
{
	buf_putc(&to->text, '\x1e');
	put_line(to, r, o);
}

const struct format_ops format_table[] = {
    [FORMAT_BODY] = {"", "", "", "", "", put_body},
    [FORMAT_NDJSON] = {"", "", "", "", "", put_line},
    [FORMAT_JSON] = {"[", "\n", ",\n", "\n]\n", "]\n", put_element},
    [FORMAT_JSON_SEQ] = {"", "", "", "", "", put_sequence},
};
