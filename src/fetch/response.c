/*
 * Responses. What libcurl takes though it should not is refused here.
 */
#include "config.h"

#include "fetch/response.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/hash.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "fetch/body_file.h"
#include "fetch/decode.h"
#include "fetch/headers.h"
#include "fetch/range.h"
#include "input/disposition.h"
#include "input/options.h"

/* Of all responses of a transfer, where --head wants them. */
#define HEADS_MAX (RESPONSE_HEAD_MAX * 64)

/* Most have no more. */
#define HEAD_USUAL 512

/* What is kept of the buffers for the next transfer. */
#define KEEP_BYTES   16384
#define KEEP_OF_BODY 4096

/* A body's announced length is believed up to here when memory is taken. */
#define RESERVE_MAX (INT64_C(1) << 20)

struct body_prefix {
	int64_t len;
	unsigned char expected[HASH_SIZE];
	struct hash sum; /* of what has come until now */
};

const char response_cut_short[] = N_("the response ends within its headers");

static const char other_body[] = N_(
    "another body than the attempt before, of which a part was written "
    "already");

void
response_init(struct response *r, const struct options *o, struct spool *spool)
{
	memset(r, 0, sizeof *r);
	r->options = o;
	r->length = -1;
	blob_init(&r->body, spool);
}

/* Another response begins. */
static void
forget_last(struct response *r)
{
	r->head.len = 0;
	r->length = -1;
	free(r->location);
	r->location = NULL;
	decode_free(r->decoder);
	r->decoder = NULL;
	r->body_begun = false;
}

void
response_clear(struct response *r)
{
	forget_last(r);
	buf_clear(&r->head);
	buf_clear(&r->heads);
	buf_clear(&r->answer);
	free(r->content_type);
	blob_clear(&r->body);
	free(r->prefix);
}

/* A body begins: nothing of it was looked at. */
static void
check_anew(struct response *r)
{
	memset(&r->utf8, 0, sizeof r->utf8);
	memset(&r->json, 0, sizeof r->json);
}

void
response_reset(struct response *r)
{
	forget_last(r);
	buf_reset(&r->head, KEEP_BYTES);
	buf_reset(&r->heads, KEEP_BYTES);
	blob_reset(&r->body, KEEP_OF_BODY);
	free(r->prefix);
	r->prefix = NULL;
	r->arrived = NULL;
	r->repeats = false;
	r->copy = NULL;
	r->restored = false;
	buf_reset(&r->answer, KEEP_OF_BODY);
	free(r->content_type);
	r->content_type = NULL;
	r->in_head = false;
	r->count = r->status = 0;
	check_anew(r);
	r->received = 0;
	r->body_skipped = r->spool_failed = false;
	memset(&r->resume, 0, sizeof r->resume);
	r->refused = NULL;
}

static bool
refuse(struct response *r, CURLcode code, const char *why)
{
	r->refused = why;
	r->refused_code = code;
	return false;
}

/*
 * Only the first line of a response is one, as for libcurl. Somebody may have
 * put another one among the headers. A trailer has no name with a slash.
 */
static bool
is_status_line(const struct response *r, const char *line, size_t len)
{
	return !r->in_head && !r->body_begun && len >= 5 &&
	    ascii_compare(line, "HTTP/", 5) == 0;
}

bool
response_is_blank(const char *line, size_t len)
{
	return (len == 1 && *line == '\n') ||
	    (len == 2 && line[0] == '\r' && line[1] == '\n');
}

/*
 * Of "HTTP/1.1 200 OK" (RFC 9112 section 4), with any number of spaces; -1: it
 * is none, for which libcurl may put 200.
 */
static long
status_of(const char *line, size_t len)
{
	const char *s = line + 5, *end = line + len;

	if (memcmp(line, "HTTP/", 5) != 0 || s == end || !ascii_is_digit(*s++))
		return -1;
	if (s < end && *s == '.' && (++s == end || !ascii_is_digit(*s++)))
		return -1;
	if (s == end || *s != ' ')
		return -1;
	while (s < end && *s == ' ')
		s++;
	if (end - s < 3 || !ascii_is_digit(s[0]) || !ascii_is_digit(s[1]) ||
	    !ascii_is_digit(s[2]) || (end - s > 3 && ascii_is_digit(s[3])))
		return -1;
	return (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
}

static bool
take_status(struct response *r, const char *line, size_t len)
{
	forget_last(r);
	r->in_head = true;
	r->status = status_of(line, len);
	if (r->status == -1) {
		r->status = 0;
		return refuse(r, CURLE_WEIRD_SERVER_REPLY,
		    N_("the response begins with no status line"));
	}
	/* Informational ones (RFC 9110 section 15.2) are not the answer. */
	r->count += r->status < 100 || r->status > 199;
	return true;
}

/* A number; -1 where it is none. The largest stands for all larger ones. */
static int64_t
length_of(const char *s, size_t len)
{
	int64_t value = 0;

	if (len == 0)
		return -1;
	for (; len > 0; s++, len--) {
		if (!ascii_is_digit(*s))
			return -1;
		value = value > (INT64_MAX - 9) / 10 ? INT64_MAX
						     : value * 10 + (*s - '0');
	}
	return value;
}

/*
 * RFC 9112 section 6.3: a list of equal numbers is one number, all else is an
 * error that no client can mend.
 */
static bool
check_length(struct response *r, const struct header *h)
{
	const char *s = h->value, *end = s + h->value_len, *comma, *last;
	int64_t length;

	do {
		comma = memchr(s, ',', (size_t)(end - s));
		last = comma != NULL ? comma : end;
		while (s < last && ascii_is_space(*s))
			s++;
		while (last > s && ascii_is_space(last[-1]))
			last--;
		length = length_of(s, (size_t)(last - s));
		if (length == -1)
			return refuse(r, CURLE_WEIRD_SERVER_REPLY,
			    N_("the response's Content-Length is no number"));
		if (r->length != -1 && length != r->length)
			return refuse(r, CURLE_WEIRD_SERVER_REPLY,
			    N_("the response has two Content-Lengths that "
			       "differ"));
		r->length = length;
		s = comma != NULL ? comma + 1 : end;
	} while (comma != NULL);
	return true;
}

/* Two places to go to: whoever sent one of them wants to mislead. */
static bool
check_location(struct response *r, const struct header *h)
{
	if (r->location != NULL &&
	    (strlen(r->location) != h->value_len ||
		memcmp(r->location, h->value, h->value_len) != 0))
		return refuse(r, CURLE_WEIRD_SERVER_REPLY,
		    N_("the response has two Locations that differ"));
	free(r->location);
	r->location = xmemdup(h->value, h->value_len);
	return true;
}

/* A CR is part of the line's end, or somebody hides a header behind it. */
static bool
has_lone_cr(const char *line, size_t len)
{
	const char *cr = memchr(line, '\r', len);

	return cr != NULL && !(cr + 2 == line + len && cr[1] == '\n') &&
	    cr + 1 != line + len;
}

static bool
check_line(struct response *r, const char *line, size_t len)
{
	struct header h;

	if (has_lone_cr(line, len))
		return refuse(r, CURLE_WEIRD_SERVER_REPLY,
		    "a header line of the response holds a carriage return");
	if ((*line | 0x20) != 'c' && (*line | 0x20) != 'l')
		return true; /* neither of the two below */
	if (!header_split(&h, line, len))
		return true;
	if (header_is(&h, "Content-Length") &&
	    settings_find(&r->options->request.settings,
		CURLOPT_IGNORE_CONTENT_LENGTH) == NULL)
		return check_length(r, &h);
	if (header_is(&h, "Location"))
		return check_location(r, &h);
	return true;
}

static bool
has_header(const struct response *r, const char *name)
{
	struct headers h;
	bool found;

	headers_parse(&h, &r->head);
	found = headers_first(&h, name) != NULL;
	headers_clear(&h);
	return found;
}

/*
 * At the end of the headers: is it no use to read on? So it is where nobody
 * wants the body, and it may be without end. In HTTP/1 its end would be that
 * of the connection, so that nothing is lost with it.
 */
static bool
body_is_useless(const struct response *r)
{
	const struct options *o = r->options;

	/* The answer to HEAD has no body. */
	if (o->request.head ||
	    (o->request.method != NULL &&
		strcmp(o->request.method, "HEAD") == 0))
		return false;
	/* libcurl may answer a 401 or 407 itself. */
	return r->status >= 400 && r->status != 401 && r->status != 407 &&
	    o->format == FORMAT_BODY && !o->fail_with_body &&
	    !status_set_has(r->ok, r->status) && r->length == -1 &&
	    !has_header(r, "Transfer-Encoding");
}

/* -J: the server names the file. */
static void
take_server_name(struct response *r)
{
	struct headers h;
	char *name;
	size_t i;

	headers_parse(&h, &r->head);
	for (i = 0; i < h.count; i++) {
		if (!header_is(&h.all[i], "Content-Disposition"))
			continue;
		name = disposition_name(h.all[i].value, h.all[i].value_len);
		if (name != NULL)
			body_file_rename(r->file, name);
		free(name);
	}
	headers_clear(&h);
}

bool
response_header(struct response *r, const char *line, size_t len)
{
	if (is_status_line(r, line, len) && !take_status(r, line, len))
		return false;
	if (len > RESPONSE_HEAD_MAX - r->head.len)
		return refuse(r, CURLE_RECV_ERROR,
		    N_("the response's headers are larger than 300 KiB"));
	if (r->head.len == 0)
		buf_reserve(&r->head, HEAD_USUAL);
	buf_append(&r->head, line, len);
	if (r->options->request.head) {
		if (len > HEADS_MAX - r->heads.len)
			return refuse(r, CURLE_RECV_ERROR,
			    N_("the headers of all responses are too large"));
		buf_append(&r->heads, line, len);
	}
	if (!response_is_blank(line, len))
		return check_line(r, line, len);
	r->in_head = false;
	r->body_skipped = body_is_useless(r);
	if (r->file != NULL && r->takes_server_name)
		take_server_name(r);
	return !r->body_skipped;
}

void
response_expect(struct response *r, int64_t len, const struct hash *sum)
{
	r->prefix = xcalloc(1, sizeof *r->prefix);
	r->prefix->len = len;
	hash_value(sum, r->prefix->expected);
}

static bool
fail_spool(struct response *r)
{
	r->spool_failed = true;
	return refuse(r, CURLE_WRITE_ERROR, r->body.spool->problem);
}

static void
check(struct response *r, const char *data, size_t len)
{
	if (r->checks_text)
		utf8_check_add(&r->utf8, data, len);
	if (r->checks_json)
		json_check_add(&r->json, data, len);
}

/* In memory, or in the spool. */
static int
keep(struct response *r, const char *data, size_t len)
{
	check(r, data, len);
	if (blob_append(&r->body, data, len) == -1) {
		fail_spool(r);
		return -1;
	}
	if (r->arrived != NULL)
		r->arrived(r->arg, r->request);
	return 0;
}

/* What was taken before stands at the beginning again: it is passed over. */
static bool
pass_prefix(struct response *r, const char **data, size_t *len)
{
	struct body_prefix *p = r->prefix;
	int64_t left = p->len - r->received;
	size_t n = (int64_t)*len < left ? *len : (size_t)left;
	unsigned char found[HASH_SIZE];

	if (left <= 0)
		return true;
	hash_add(&p->sum, *data, n);
	if (r->keeps) {
		if (keep(r, *data, n) == -1)
			return false;
		blob_skip(&r->body, (int64_t)n);
	}
	*data += n;
	*len -= n;
	if ((int64_t)n < left)
		return true;
	hash_value(&p->sum, found);
	return memcmp(found, p->expected, HASH_SIZE) == 0 ||
	    refuse(r, CURLE_WRITE_ERROR, other_body);
}

/* Records have all bodies, but for those that nobody reads. */
static bool
is_kept(const struct response *r)
{
	return !r->discards &&
	    (r->options->format != FORMAT_BODY || response_is_wanted(r));
}

/* Takes what is decoded, or was never encoded. */
static int
append(void *arg, const char *data, size_t len)
{
	struct response *r = arg;
	int64_t max = r->options->request.max_filesize;
	size_t received;

	/* libcurl knows only what the response announces. */
	if (max > 0 && (int64_t)len > max - r->received) {
		refuse(r, CURLE_FILESIZE_EXCEEDED,
		    N_("the body is larger than --max-filesize allows"));
		return -1;
	}
	if (r->copy != NULL)
		r->copy(r->copy_arg, data, len);
	received = len;
	if (r->prefix != NULL && response_is_ok(r) &&
	    !pass_prefix(r, &data, &len))
		return -1;
	r->received += (int64_t)received;
	/* An error page does not go on behind the beginning of a body. */
	if (r->prefix != NULL && !response_is_ok(r))
		return 0;
	if (response_has_file(r)) {
		if (body_file_write(r->file, data, len) == 0)
			return 0;
		refuse(r, CURLE_WRITE_ERROR, r->file->problem);
		return -1;
	}
	return is_kept(r) ? keep(r, data, len) : 0;
}

bool
response_add(struct response *r, const char *data, size_t len)
{
	return append(r, data, len) == 0;
}

bool
response_hold(
    struct response *r, struct blob *part, const char *data, size_t len)
{
	return !is_kept(r) || blob_append(part, data, len) == 0 ||
	    fail_spool(r);
}

/* Whether it is text is seen when the bytes before are known. */
static bool
look_at(struct response *r, const struct blob *part)
{
	char piece[16384];
	int64_t at;
	ssize_t n;

	for (at = 0; at < part->len; at += n) {
		n = blob_read(part, at, piece, sizeof piece);
		if (n <= 0)
			return fail_spool(r);
		check(r, piece, (size_t)n);
		if (r->copy != NULL)
			r->copy(r->copy_arg, piece, (size_t)n);
	}
	return true;
}

bool
response_join(struct response *r, struct blob *part)
{
	int64_t len = part->len;

	if (len == 0)
		return true;
	if ((r->checks_text || r->copy != NULL) && !look_at(r, part))
		return false;
	if (blob_join(&r->body, part) == -1)
		return fail_spool(r);
	r->received += len;
	if (r->arrived != NULL)
		r->arrived(r->arg, r->request);
	return true;
}

bool
response_is_ok(const struct response *r)
{
	return r->status == 0 || status_set_has(r->ok, r->status);
}

bool
response_is_wanted(const struct response *r)
{
	return r->options->fail_with_body || response_is_ok(r);
}

bool
response_has_file(const struct response *r)
{
	if (r->file == NULL)
		return false;
	switch (r->resume.answer) {
	case RESUME_REST:
	case RESUME_WHOLE:
	case RESUME_COMPLETE:
		return true;
	case RESUME_REFUSED:
		return false;
	case RESUME_OTHER:
		/* What is there is not lost for an error page. */
		return r->resume.offset == 0 &&
		    status_set_has(r->ok, r->status);
	case RESUME_UNKNOWN:
		break;
	}
	return response_is_wanted(r);
}

static void
add_codings(struct buf *to, const struct headers *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (header_is(&h->all[i], name)) {
			buf_append(to, h->all[i].value, h->all[i].value_len);
			buf_putc(to, ',');
		}
}

bool
response_gets_transfer_codings(unsigned int version, bool asked_for)
{
	return version < 0x080400 || !asked_for;
}

static bool
gets_transfer_codings(const struct response *r)
{
	const struct setting *s = settings_find(
	    &r->options->request.settings, CURLOPT_TRANSFER_ENCODING);

	return response_gets_transfer_codings(
	    curl_version_info(CURLVERSION_NOW)->version_num,
	    s != NULL && s->number != 0);
}

/* Transfer codings were applied later. */
static void
find_decoder(struct response *r)
{
	struct headers h;
	struct buf codings;

	headers_parse(&h, &r->head);
	buf_init(&codings);
	add_codings(&codings, &h, "Content-Encoding");
	if (gets_transfer_codings(r))
		add_codings(&codings, &h, "Transfer-Encoding");
	if (codings.len > 0)
		r->decoder = decode_new(codings.data, codings.len, append, r);
	buf_clear(&codings);
	headers_clear(&h);
}

/* What is in the file already, and is part of the body. */
static int64_t
bytes_there(const struct response *r)
{
	return r->resume.answer == RESUME_REST && !r->resume.exact
	    ? r->resume.offset
	    : 0;
}

/* Readies the file for a body that is resumed, or can be later. */
static bool
begin_file(struct response *r)
{
	char *validator = NULL;
	int result;

	/* A decoded body is not the one that ranges count. */
	if (r->decoder == NULL && (r->status == 200 || r->status == 206))
		validator = range_strong_validator(&r->head);
	result = r->resume.answer == RESUME_REST
	    ? body_file_continue(r->file, validator)
	    : body_file_anew(r->file, validator);
	free(validator);
	return result == 0 || refuse(r, CURLE_WRITE_ERROR, r->file->problem);
}

/* Is the end of the connection that of the body? HTTP/0.9 has no status. */
static bool
ends_with_connection(const struct response *r)
{
	return r->status == 0 ||
	    (r->head.len > 6 && memcmp(r->head.data, "HTTP/1", 6) == 0 &&
		!has_header(r, "Transfer-Encoding"));
}

/*
 * -C: the body comes from its beginning, where a file is that nobody knows.
 * What is shorter than that, or may be a part itself because nothing says how
 * long it is (RFC 9112 section 6.3), is no reason to lose it.
 */
static bool
is_worse(const struct response *r)
{
	return r->resume.answer == RESUME_WHOLE && r->resume.least > 0 &&
	    (r->length != -1 ? r->decoder == NULL && r->length < r->resume.least
			     : ends_with_connection(r));
}

/* -C: now that the body comes, or there is none, it is clear what it is. */
static bool
judge_resumed(struct response *r)
{
	struct resume *resume = &r->resume;

	if (!resume->wanted || resume->answer != RESUME_UNKNOWN)
		return true;
	resume_judge(resume, r->status, &r->head, r->decoder != NULL);
	if (resume->answer == RESUME_WHOLE && r->status != 0 &&
	    !status_set_has(r->ok, r->status))
		resume->answer = RESUME_OTHER;
	if (is_worse(r) || (resume->exact && resume->answer == RESUME_WHOLE))
		return refuse(r, CURLE_RANGE_ERROR,
		    N_("the server does not send the body from --continue-at "
		       "on"));
	if (resume->answer == RESUME_REFUSED && r->status == 206)
		return refuse(r, CURLE_RANGE_ERROR,
		    N_("the response is another part than was asked for"));
	if (resume->answer == RESUME_COMPLETE && r->file != NULL)
		body_file_complete(r->file);
	if (r->file != NULL &&
	    (resume->answer == RESUME_REST || resume->answer == RESUME_WHOLE))
		return begin_file(r);
	return true;
}

/* The body of the answer that there is no more. */
static bool
is_dropped(const struct response *r)
{
	return r->resume.answer == RESUME_COMPLETE ||
	    (r->resume.answer == RESUME_REFUSED && !r->resume.exact);
}

static bool
begin_body(struct response *r)
{
	r->body_begun = true;
	blob_reset(&r->body, KEEP_OF_BODY);
	r->body.keeps = r->keeps;
	check_anew(r);
	if (r->prefix != NULL)
		hash_init(&r->prefix->sum);
	if (r->options->request.decodes && !r->restored)
		find_decoder(r);
	if (!judge_resumed(r))
		return false;
	r->received = bytes_there(r);
	if (r->length > 0 && r->decoder == NULL && r->file == NULL &&
	    is_kept(r))
		blob_reserve(&r->body,
		    (size_t)(r->length < RESERVE_MAX ? r->length
						     : RESERVE_MAX));
	if (r->copy != NULL)
		r->copy(r->copy_arg, NULL, 0);
	return true;
}

bool
response_body(struct response *r, const char *data, size_t len)
{
	if (!r->body_begun && !begin_body(r))
		return false;
	if (is_dropped(r))
		return true;
	if (r->decoder == NULL)
		return append(r, data, len) == 0;
	switch (decode_piece(r->decoder, data, len)) {
	case DECODE_OK:
		return true;
	case DECODE_BAD:
		return refuse(r, CURLE_BAD_CONTENT_ENCODING,
		    N_("the body is not encoded as the response says"));
	case DECODE_STOPPED:
		break;
	}
	return false;
}

/* The last one, as libcurl has it. */
static void
take_content_type(struct response *r)
{
	struct headers h;
	size_t i;

	headers_parse(&h, &r->head);
	for (i = 0; i < h.count; i++)
		if (header_is(&h.all[i], "Content-Type")) {
			free(r->content_type);
			r->content_type = xmemdup(
			    h.all[i].value, h.all[i].value_len);
		}
	headers_clear(&h);
}

void
response_restore(struct response *r, long status, struct buf *head, int64_t len)
{
	buf_move(&r->answer, &r->head);
	forget_last(r);
	r->restored = true;
	r->copy = NULL;
	r->status = status;
	r->length = len;
	buf_move(&r->head, head);
	take_content_type(r);
	if (r->file != NULL && r->takes_server_name)
		take_server_name(r);
	(void)begin_body(r); /* nothing is resumed: no way to fail */
}

bool
response_restore_body(struct response *r, const char *data, size_t len)
{
	return append(r, data, len) == 0;
}

time_t
response_modified(const struct response *r)
{
	struct headers h;
	time_t modified = -1;
	char *date;
	size_t i;

	headers_parse(&h, &r->head);
	for (i = 0; i < h.count && modified == -1; i++)
		if (header_is(&h.all[i], "Last-Modified")) {
			date = xmemdup(h.all[i].value, h.all[i].value_len);
			modified = curl_getdate(date, NULL);
			free(date);
		}
	headers_clear(&h);
	return modified;
}

/* Is the body that was put together as long as it must be? */
static void
check_resumed(struct response *r)
{
	const struct resume *resume = &r->resume;
	int64_t end = r->received - bytes_there(r) + resume->offset;

	if (resume->answer == RESUME_REST && resume->size != -1 &&
	    end != resume->size)
		refuse(r, CURLE_PARTIAL_FILE,
		    N_("the response is less of the rest than was asked for"));
	if (resume->answer == RESUME_WHOLE && r->received < resume->least) {
		body_file_discard(r->file);
		refuse(r, CURLE_RANGE_ERROR,
		    N_("what the server sends is shorter than the file"));
	}
}

void
response_end(struct response *r)
{
	if (r->in_head) /* RFC 9112, 8; libcurl is content with it */
		refuse(r, CURLE_PARTIAL_FILE, response_cut_short);
	else if (r->decoder != NULL && decode_end(r->decoder) != DECODE_OK)
		refuse(r, CURLE_PARTIAL_FILE,
		    N_("the compressed body ends early"));
	else if (judge_resumed(r))
		check_resumed(r);
}

bool
response_went_on(struct response *r)
{
	return r->prefix == NULL || !response_is_ok(r) ||
	    r->received >= r->prefix->len ||
	    refuse(r, CURLE_WRITE_ERROR, other_body);
}
