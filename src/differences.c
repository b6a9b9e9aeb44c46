/*
 * Differences between the responses of several runs.
 */
#include "config.h"

#include "differences.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"
#include "fetch/record.h"
#include "fetch/response.h"
#include "input/options.h"
#include "input/request.h"
#include "report/comparison.h"

/* Of a hash: that two bodies have it by chance is out of the question. */
#define SUM_SIZE 16

/* What the first run got of a task, and whether others got something else. */
struct answer {
	struct hash *hash; /* of a body that comes; or NULL; owned */
	int64_t size;
	unsigned char sum[SUM_SIZE];
	short status;
	unsigned char code; /* CURLcode */
	bool is_there, is_compared, differs;
};

struct differences {
	struct comparison *comparison; /* borrowed */
	const struct options *options; /* borrowed */
	bool warned;
	struct answer *answers; /* by place; owned */
	size_t size;
};

struct differences *
differences_new(struct comparison *c, const struct options *o)
{
	struct differences *d = xcalloc(1, sizeof *d);

	d->comparison = c;
	d->options = o;
	return d;
}

void
differences_free(struct differences *d)
{
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; i < d->size; i++)
		free(d->answers[i].hash);
	free(d->answers);
	free(d);
}

static struct answer *
answer_of(struct differences *d, size_t index)
{
	size_t size = d->size > 0 ? d->size : 64;

	while (size <= index)
		size *= 2;
	if (size > d->size) {
		d->answers = xreallocarray(
		    d->answers, size, sizeof *d->answers);
		memset(d->answers + d->size, 0,
		    (size - d->size) * sizeof *d->answers);
		d->size = size;
	}
	return &d->answers[index];
}

/* The response's: a piece of the body; NULL: it begins. */
static void
hear(void *arg, const char *data, size_t len)
{
	struct hash *hash = arg;

	if (data == NULL)
		hash_init(hash);
	else
		hash_add(hash, data, len);
}

/* Safe methods ask, and change nothing (RFC 9110, section 9.2.1). */
static void
warn_of(struct differences *d, const struct request *r)
{
	static const char *const safe[] = {
	    "GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY"};
	const char *method = identity_method(r, d->options);
	size_t i;

	for (i = 0; i < sizeof safe / sizeof *safe; i++)
		if (strcmp(method, safe[i]) == 0)
			return;
	d->warned = true;
	msg_warn(
	    _("--compare sends each request several times, %s too"), method);
}

void
differences_listen(
    struct differences *d, const struct request *r, struct response *response)
{
	struct answer *a = answer_of(d, r->place);

	if (!d->warned && !d->options->silent)
		warn_of(d, r);
	if (a->hash == NULL)
		a->hash = xmalloc(sizeof *a->hash);
	hash_init(a->hash);
	response->copy = hear;
	response->copy_arg = a->hash;
}

/* Can it be compared? Ranges are not heard in order where they go to a file. */
static bool
is_comparable(const struct record *r)
{
	if (r->attempts == 0 || (r->ranges > 1 && r->body_file != NULL))
		return false;
	return r->outcome == OUTCOME_OK || r->outcome == OUTCOME_HTTP_ERROR ||
	    r->outcome == OUTCOME_NETWORK_ERROR ||
	    r->outcome == OUTCOME_TIMEOUT;
}

/* What this run got; takes the hash that is running. */
static void
read_answer(struct answer *to, struct answer *a, const struct record *r)
{
	unsigned char sum[HASH_SIZE];

	memset(to, 0, sizeof *to);
	to->status = (short)r->response_code;
	to->code = (unsigned char)r->code;
	/* What is left of a body that broke off differs by chance. */
	if (a->hash != NULL && r->code == CURLE_OK) {
		hash_value(a->hash, sum);
		memcpy(to->sum, sum, SUM_SIZE);
		to->size = r->size_download;
	}
	free(a->hash);
	a->hash = NULL;
}

static void
put_answer(struct buf *to, const struct answer *a)
{
	if (a->code != CURLE_OK)
		buf_printf(to, "exitcode %d", a->code);
	else
		buf_printf(to, "status %d", a->status);
}

/* "0: status 200, then status 503", or what else differs. */
static void
note(struct differences *d, const struct answer *first,
    const struct answer *now, const struct record *r)
{
	struct comparison *c = d->comparison;
	struct buf text;

	c->differing++;
	if (c->example_count == COMPARISON_EXAMPLES)
		return;
	buf_init(&text);
	request_put_name(r->request, &text);
	buf_puts(&text, ": ");
	if (first->code != now->code || first->status != now->status) {
		put_answer(&text, first);
		buf_puts(&text, ", then ");
		put_answer(&text, now);
	} else if (first->size != now->size)
		buf_printf(&text, "a body of %lld bytes, then %lld",
		    (long long)first->size, (long long)now->size);
	else
		buf_puts(&text, "another body of the same size");
	c->examples[c->example_count++] = xstrdup(buf_string(&text));
	buf_clear(&text);
}

void
differences_add(struct differences *d, const struct record *r)
{
	struct answer *a = answer_of(d, r->request->place), now;
	bool comparable = is_comparable(r);

	read_answer(&now, a, r);
	if (!comparable)
		return;
	if (!a->is_there) {
		*a = now;
		a->is_there = true;
		return;
	}
	d->comparison->compared += !a->is_compared;
	a->is_compared = true;
	if (a->differs ||
	    (a->code == now.code && a->status == now.status &&
		memcmp(a->sum, now.sum, SUM_SIZE) == 0))
		return;
	a->differs = true;
	note(d, a, &now, r);
}
