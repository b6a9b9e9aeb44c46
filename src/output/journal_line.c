/*
 * Lines of the journal.
 */
#include "config.h"

#include "output/journal_line.h"

#include <string.h>

#include <jansson.h>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "input/json_task.h"

/* How the fields begin that do not belong to the place in the list. */
#define REST ",\"outcome\":\""

/* The names that others have, which no field of the rest may have. */
#define OTHERS                                                                 \
	"{\"index\":null,\"id\":null,\"input\":null,\"dedup_of\":null,"        \
	"\"body\":null,"                                                       \
	"\"body_base64\":null,\"body_file\":null"

static const char hex[] = "0123456789abcdef";

void
journal_line_put(struct buf *to, const struct identity *key,
    enum outcome outcome, const struct result *record, const struct buf *heads)
{
	size_t i, start = record->start;

	buf_puts(to, "{\"key\":\"");
	for (i = 0; i < IDENTITY_SIZE; i++) {
		buf_putc(to, hex[key->bytes[i] >> 4]);
		buf_putc(to, hex[key->bytes[i] & 15]);
	}
	buf_printf(to, "\",\"outcome\":\"%s\"", outcome_name(outcome));
	buf_printf(to, ",\"rest\":%zu,\"held\":%zu,\"fields\":%zu",
	    record->rest - start, record->mark - start,
	    record->text.len - start);
	if (heads != NULL) {
		buf_puts(to, ",\"heads\":\"");
		base64_encode(to, heads->data, heads->len);
		buf_putc(to, '"');
	}
	if (record->facts.len > 0) {
		buf_puts(to, ",\"facts\":\"");
		base64_encode(to, record->facts.data, record->facts.len);
		buf_putc(to, '"');
	}
	buf_puts(to, ",\"record\":");
}

/* What is being read. */
struct cursor {
	const char *s, *end;
	bool short_of_text; /* more would be needed to tell */
};

/* The text stands there: goes behind it. */
static bool
pass(struct cursor *c, const char *text)
{
	size_t len = strlen(text), there = (size_t)(c->end - c->s);

	if (memcmp(c->s, text, there < len ? there : len) != 0)
		return false;
	if (there < len) {
		c->short_of_text = true;
		return false;
	}
	c->s += len;
	return true;
}

static bool
pass_number(struct cursor *c, const char *key, size_t *number)
{
	if (!pass(c, key))
		return false;
	*number = 0;
	for (; c->s < c->end && ascii_is_digit(*c->s); c->s++)
		*number = *number * 10 + (size_t)(*c->s - '0');
	c->short_of_text = c->s == c->end;
	return c->s < c->end;
}

static bool
pass_key(struct cursor *c, struct identity *key)
{
	const char *digit[2];
	size_t i;

	if (!pass(c, "{\"key\":\"") || c->end - c->s < 2 * IDENTITY_SIZE)
		return false;
	for (i = 0; i < IDENTITY_SIZE; i++, c->s += 2) {
		digit[0] = memchr(hex, c->s[0], 16);
		digit[1] = memchr(hex, c->s[1], 16);
		if (digit[0] == NULL || digit[1] == NULL)
			return false;
		key->bytes[i] = (unsigned char)((digit[0] - hex) << 4 |
		    (digit[1] - hex));
	}
	return true;
}

static bool
pass_outcome(struct cursor *c, enum outcome *outcome)
{
	const char *quote;
	int i;

	if (!pass(c, "\",\"outcome\":\"") ||
	    (quote = memchr(c->s, '"', (size_t)(c->end - c->s))) == NULL)
		return false;
	for (i = 0; i < OUTCOME_COUNT; i++) {
		*outcome = (enum outcome)i;
		if (strlen(outcome_name(*outcome)) == (size_t)(quote - c->s) &&
		    memcmp(outcome_name(*outcome), c->s,
			(size_t)(quote - c->s)) == 0)
			break;
	}
	c->s = quote + 1;
	return i < OUTCOME_COUNT;
}

bool
journal_line_start(struct journal_line *line, const char *text, size_t len)
{
	struct cursor c = {.s = text, .end = text + len};

	return pass_key(&c, &line->key) && pass_outcome(&c, &line->outcome);
}

/* The string whose opening quote was passed; goes behind its closing one. */
static bool
pass_string(struct cursor *c, const char **s, size_t *len)
{
	const char *end = c->s;

	while (end < c->end && *end != '"')
		end += *end == '\\' ? 2 : 1;
	if (end >= c->end) {
		c->short_of_text = true;
		return false;
	}
	*s = c->s;
	*len = (size_t)(end - c->s);
	c->s = end + 1;
	return true;
}

/* Without control characters: what this program writes has none. */
static bool
is_printable(const char *s, size_t len)
{
	size_t n;

	for (; len > 0; s += n, len -= n) {
		n = utf8_sequence(s, len);
		if (n == 0 || utf8_control(s, n))
			return false;
	}
	return true;
}

static bool
is_object(const struct buf *text)
{
	json_t *value;
	bool is;

	if (!is_printable(text->data, text->len))
		return false;
	value = json_loadb(text->data, text->len,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	is = json_is_object(value);
	json_decref(value);
	return is;
}

/* Is it a comma and fields that may stand between the others of a record? */
static bool
are_fields(const char *s, size_t len)
{
	struct buf object;
	bool are;

	buf_init(&object);
	buf_reserve(&object, strlen(OTHERS) + len + 1);
	buf_puts(&object, OTHERS);
	buf_append(&object, s, len);
	buf_putc(&object, '}');
	are = is_object(&object);
	buf_clear(&object);
	return are;
}

/*
 * Is the record what this program writes, as far as can be told? Where a line
 * was edited, its numbers may lead anywhere.
 */
static bool
has_record(const struct journal_line *line)
{
	const char *rest = line->record + line->rest;

	return memcmp(rest, REST, strlen(REST)) == 0 &&
	    memcmp(line->record + line->held, RESULT_NOT_HELD,
		strlen(RESULT_NOT_HELD)) == 0 &&
	    memchr(line->record, '\n', line->rest) == NULL &&
	    are_fields(rest, line->fields - line->rest);
}

/* Are the numbers such that has_record may look? */
static bool
has_offsets(const struct journal_line *line)
{
	return line->rest <= line->held && line->held <= line->fields &&
	    line->fields - line->rest >= strlen(REST) &&
	    line->fields - line->held >= strlen(RESULT_NOT_HELD);
}

/* What kind of body follows. */
static bool
pass_body(struct cursor *c, struct journal_line *line)
{
	if (pass(c, ",\"body\":\""))
		line->form = BODY_STRING;
	else if (pass(c, ",\"body_base64\":\""))
		line->form = BODY_BASE64;
	else if (pass(c, ",\"body\":null"))
		line->form = BODY_NONE;
	else if (pass(c, ",\"body_file\":\"")) {
		line->form = BODY_FILE;
		if (!pass_string(c, &line->file, &line->file_len))
			return false;
		line->file--;
		line->file_len += 2;
	} else
		return false;
	return true;
}

int
journal_line_read(struct journal_line *line, const char *text, size_t len)
{
	struct cursor c = {.s = text, .end = text + len};

	memset(line, 0, sizeof *line);
	if (len < JOURNAL_LINE_START)
		return 0;
	if (!pass_key(&c, &line->key) || !pass_outcome(&c, &line->outcome))
		return -1;
	if (!pass_number(&c, ",\"rest\":", &line->rest) ||
	    !pass_number(&c, ",\"held\":", &line->held) ||
	    !pass_number(&c, ",\"fields\":", &line->fields))
		return c.short_of_text ? 0 : -1;
	if (pass(&c, ",\"heads\":\"") &&
	    !pass_string(&c, &line->heads, &line->heads_len))
		return 0;
	if (pass(&c, ",\"facts\":\"") &&
	    !pass_string(&c, &line->facts, &line->facts_len))
		return 0;
	if (!pass(&c, ",\"record\":"))
		return c.short_of_text ? 0 : -1;
	line->record = c.s;
	if (!has_offsets(line))
		return -1;
	if ((size_t)(c.end - c.s) < line->fields)
		return 0;
	if (!has_record(line))
		return -1;
	c.s += line->fields;
	c.short_of_text = false;
	if (!pass_body(&c, line))
		return c.short_of_text ? 0 : -1;
	line->used = (size_t)(c.s - text);
	return 1;
}

bool
journal_line_facts(const struct journal_line *line, struct buf *to)
{
	return line->facts_len == 0 ||
	    (base64_decode(to, line->facts, line->facts_len) == 0 &&
		is_object(to));
}

char *
journal_line_file(const struct journal_line *line)
{
	return json_text_string(line->file, line->file_len);
}

/* An escape at s; returns its length, 0 where it is not whole, -1: it is none.
 */
static int
take_escape(struct buf *to, const char *s, size_t len)
{
	static const char letters[] = "bfnrt\"\\/", bytes[] = "\b\f\n\r\t\"\\/";
	const char *place;
	unsigned code = 0;
	int i;

	if (len < 2)
		return 0;
	if (s[1] != '\0' && (place = strchr(letters, s[1])) != NULL) {
		buf_putc(to, bytes[place - letters]);
		return 2;
	}
	if (s[1] != 'u')
		return -1;
	if (len < 6)
		return 0;
	for (i = 2; i < 6; i++) {
		place = memchr(hex, s[i], 16);
		if (place == NULL)
			return -1;
		code = code << 4 | (unsigned)(place - hex);
	}
	/* Only control characters and separators are written so. */
	if (code < 0x80)
		buf_putc(to, (char)code);
	else if (code < 0x800) {
		buf_putc(to, (char)(0xc0 | code >> 6));
		buf_putc(to, (char)(0x80 | (code & 0x3f)));
	} else {
		buf_putc(to, (char)(0xe0 | code >> 12));
		buf_putc(to, (char)(0x80 | (code >> 6 & 0x3f)));
		buf_putc(to, (char)(0x80 | (code & 0x3f)));
	}
	return 6;
}

/* Does the byte stand for itself in a JSON string? */
static bool
is_plain(const char *s, size_t at, size_t len)
{
	return at < len && (unsigned char)s[at] >= 0x20 && s[at] != '"' &&
	    s[at] != '\\';
}

static size_t
take_text(struct journal_body *b, struct buf *to, const char *s, size_t len)
{
	size_t at = 0, run;
	int n;

	while (at < len) {
		for (run = at; is_plain(s, run, len);)
			run++;
		buf_append(to, s + at, run - at);
		at = run;
		if (at == len)
			break;
		if (s[at] == '"') {
			b->done = true;
			return at + 1;
		}
		n = s[at] == '\\' ? take_escape(to, s + at, len - at) : -1;
		b->bad = n == -1;
		if (n <= 0)
			break;
		at += (size_t)n;
	}
	return at;
}

size_t
journal_body_take(
    struct journal_body *b, struct buf *to, const char *s, size_t len)
{
	const char *quote;
	size_t n;

	if (!b->is_base64)
		return take_text(b, to, s, len);
	quote = memchr(s, '"', len);
	n = quote != NULL ? (size_t)(quote - s) : len - len % 4;
	b->bad = base64_decode(to, s, n) == -1;
	b->done = quote != NULL && !b->bad;
	return b->done ? n + 1 : n;
}
