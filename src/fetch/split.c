/*
 * Split.
 *
 * A part is whole when at == end. One that was taken over by the part before
 * it is empty, and so is whole. The front is the first part that is not: its
 * bytes go straight behind those of the response, others wait in a blob. In a
 * file each byte has its place at once.
 *
 * Transfers report to taps, inside libcurl's callbacks: there no transfer may
 * be ended. What is not wanted any more ends by itself at the next callback,
 * or is cancelled by a coroutine.
 */
#include "config.h"

#include "fetch/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "core/sync.h"
#include "fetch/fetch.h"
#include "fetch/range.h"
#include "input/host_key.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/request.h"

struct part {
	struct split *split; /* borrowed */
	struct xfer_tap tap;
	struct co_task *task; /* while it runs; borrowed */
	struct xfer *xfer;    /* during an attempt */
	struct record record; /* of its attempts */
	struct blob blob;     /* what came before its turn */
	int64_t start, at, end;
	int64_t began; /* loop_clock() at the beginning of an attempt */
	int64_t delay;
	unsigned epoch;
	bool comes;	 /* the answer is the right one, and not at its end */
	bool is_refused; /* it was another one */
	bool is_last_try;
};

struct split {
	struct xfer_tap tap; /* of the first transfer */
	struct fetch_env *env;
	const struct request *request; /* borrowed */
	struct xfer *first;	       /* borrowed */
	struct request place;	       /* where the parts are asked for */
	char *url, *key;	       /* of it, after a redirect; owned */
	bool elsewhere;		       /* on another host */
	struct host *host;	       /* held; NULL: not split */
	size_t extras;
	char *validator;
	struct co_group group;
	struct timer time_over;
	int64_t began;
	struct part *parts; /* owned; 0 is what the first transfer brings */
	size_t count;	    /* 0: not split */
	size_t front;
	int64_t total;
	int64_t received; /* bytes, some perhaps twice */
	long connects;
	bool is_proven;	  /* a range came */
	bool first_ended; /* well, or so that a range can stand in */
	bool is_refused;  /* a range was, which had been offered */
	bool is_hopeless; /* what comes cannot be kept */
	bool is_stopped;
	bool timed_out;
};

static void part_body(struct co_task *self);

static bool
is_whole(const struct part *p)
{
	return p->at == p->end;
}

static bool
is_empty(const struct part *p)
{
	return p->start == p->end;
}

/* Is there a use for what the part's transfer brings? */
static bool
is_wanted(const struct part *p)
{
	return !is_empty(p) && !p->split->is_hopeless && !p->split->is_stopped;
}

/* The next part that is not empty, or NULL. */
static struct part *
next_of(const struct part *p)
{
	struct part *end = p->split->parts + p->split->count;
	struct part *next = p->split->parts + (p - p->split->parts) + 1;

	while (next < end && is_empty(next))
		next++;
	return next < end ? next : NULL;
}

/* The first is to bring the second, too. */
static void
take_over(struct part *p, struct part *next)
{
	blob_clear(&next->blob);
	next->start = next->at = next->end;
	p->end = next->end;
}

/* Parts became whole: what stands behind them has its turn. */
static bool
advance(struct split *s)
{
	while (is_whole(&s->parts[s->front]) && s->front + 1 < s->count) {
		s->front++;
		if (!response_join(
			&s->first->response, &s->parts[s->front].blob)) {
			s->is_hopeless = true;
			return false;
		}
	}
	return true;
}

/* Bytes of a part, by a transfer of its own. */
static bool
take(struct part *p, const char *data, size_t len)
{
	struct split *s = p->split;
	struct response *r = &s->first->response;
	bool done;

	if (response_has_file(r))
		done = body_file_write_at(r->file, data, len, p->at) == 0;
	else if (p == &s->parts[s->front])
		done = response_add(r, data, len);
	else
		done = response_hold(r, &p->blob, data, len);
	if (!done) {
		s->is_hopeless = true;
		return false;
	}
	p->at += (int64_t)len;
	s->received += (int64_t)len;
	return !is_whole(p) || advance(s);
}

/* Nothing more of this transfer; that is no failure of its own. */
static bool
stop(struct xfer *x)
{
	x->response.body_skipped = true;
	return false;
}

static bool
part_head(struct xfer_tap *tap)
{
	struct part *p = LIST_ITEM(tap, struct part, tap);
	const struct response *r = &p->xfer->response;
	const struct range wanted = {p->at, p->end, p->split->total};

	if (!is_wanted(p))
		return stop(p->xfer);
	if (r->status != 206 || p->comes)
		return true; /* libcurl may answer a 401 itself */
	p->comes = (r->length == -1 ||
		       r->length == wanted.end - wanted.start) &&
	    range_is_answered(&r->head, &wanted, p->split->validator);
	p->split->is_proven |= p->comes;
	return true;
}

static bool
part_piece(struct xfer_tap *tap, const char *data, size_t len)
{
	struct part *p = LIST_ITEM(tap, struct part, tap);
	int64_t left = p->end - p->at;

	if (!p->comes || !is_wanted(p))
		return stop(p->xfer);
	if ((int64_t)len <= left)
		return take(p, data, len);
	/* It sends more than it said. */
	return take(p, data, (size_t)left) && stop(p->xfer);
}

static void
attempt_begin(struct part *p)
{
	struct split *s = p->split;
	const struct range wanted = {p->at, p->end, s->total};

	p->record.attempts++;
	p->epoch = s->host->aimd.epoch;
	p->began = loop_clock();
	p->comes = p->is_refused = false;
	p->xfer = xfer_open(s->env->pool, &s->place);
	p->xfer->tap = &p->tap;
	range_setup(p->xfer, &wanted, s->validator, s->elsewhere);
}

/* An answer that is none, though nothing failed. */
static void
judge(struct part *p)
{
	struct record *r = &p->record;

	p->is_refused = !p->comes && outcome_fine(r->outcome) && is_wanted(p);
	p->split->is_refused |= p->is_refused;
	if (is_whole(p) || r->code != CURLE_OK || (!p->comes && !p->is_refused))
		return;
	r->code = CURLE_PARTIAL_FILE;
	record_end(r, OUTCOME_NETWORK_ERROR,
	    p->comes ? "it ends early"
		     : "the server does not send it, or of another body");
}

static void
attempt_end(struct part *p, int error)
{
	struct split *s = p->split;
	struct gate *gate = &s->env->gate;
	struct host_report report;

	if (error == 0) {
		record_attempt(&p->record, p->xfer, s->env->options);
		p->record.time_attempts += loop_clock() - p->began;
		fetch_make_report(
		    s->env, &p->record, p->xfer, p->epoch, &report);
		fetch_tell(s->env, s->host,
		    gate_leave(gate, s->host, s->extras, &report));
		s->connects += p->record.num_connects;
		judge(p);
		record_detach(&p->record);
	} else
		gate_leave(gate, s->host, s->extras, NULL);
	p->comes = false;
	xfer_close(p->xfer);
	p->xfer = NULL;
}

static bool
try_again(struct part *p)
{
	struct fetch_env *env = p->split->env;
	const struct retry_options *o = &env->options->retry;

	if (is_whole(p) || !is_wanted(p) || p->is_refused ||
	    !retry_wanted(o, &p->record))
		return false;
	p->delay = retry_delay(o, &env->random, &p->record);
	return p->delay != -1;
}

struct part_task {
	struct co_task task;
	struct part *part; /* borrowed */
};

static void
start(struct part *p)
{
	struct part_task *t = xcalloc(1, sizeof *t);

	co_task_init(&t->task, part_body, NULL);
	t->part = p;
	p->task = &t->task;
	group_start(&p->split->group, &t->task);
}

/*
 * Nobody is at work any more. The first stretch that is missing is asked for
 * once more, alone: perhaps it were too many at once.
 */
static void
mend(struct split *s)
{
	struct part *p = &s->parts[0], *next;

	while (p != NULL && is_whole(p))
		p = next_of(p);
	if (p == NULL || p->is_last_try || s->is_stopped || s->is_hopeless)
		return;
	while ((next = next_of(p)) != NULL && next->at == next->start)
		take_over(p, next);
	p->is_last_try = true;
	start(p);
}

static void
part_ended(struct part *p)
{
	struct split *s = p->split;

	p->task = NULL;
	if (s->is_hopeless)
		group_cancel(&s->group);
	else if (s->first_ended && s->group.live == 1)
		mend(s);
}

static void
part_body(struct co_task *self)
{
	struct part *p = ((struct part_task *)self)->part;
	struct split *s = p->split;
	struct gate *gate = &s->env->gate;

	CO_BEGIN(self);
	for (;;) {
		CO_AWAIT(self, gate_enter(self, gate, s->host, s->extras));
		if (self->error != 0)
			break;
		if (!is_wanted(p)) {
			gate_leave(gate, s->host, s->extras, NULL);
			break;
		}
		attempt_begin(p);
		CO_AWAIT(self, xfer_perform(self, p->xfer));
		attempt_end(p, self->error);
		if (self->error != 0 || !try_again(p))
			break;
		CO_AWAIT(self, gate_back_off(self, gate, s->host, p->delay));
		if (self->error != 0)
			break;
		p->record.time_backoff += p->delay;
	}
	part_ended(p);
	CO_END(self);
}

/*
 * The first transfer is at the end of its part. Does the next one come? Else
 * it is taken over; and so are all, where the server refused one of them.
 */
static bool
next_comes(struct split *s)
{
	struct part *p = &s->parts[0], *next;

	while ((next = next_of(p)) != NULL) {
		if (!s->is_refused && (next->comes || is_whole(next)))
			return true;
		take_over(p, next);
		if (!s->is_refused)
			break;
	}
	return false;
}

static bool
first_piece(struct xfer_tap *tap, const char *data, size_t len)
{
	struct split *s = LIST_ITEM(tap, struct split, tap);
	struct response *r = &s->first->response;
	struct part *p = s->parts;
	size_t n;

	if (s->count == 0)
		return response_body(r, data, len);
	for (; len > 0 || is_whole(p); data += n, len -= n) {
		if (is_whole(p) && next_comes(s)) {
			advance(s);
			return stop(s->first);
		}
		n = (int64_t)len < p->end - p->at ? len
						  : (size_t)(p->end - p->at);
		if (n == 0)
			break;
		if (s->is_hopeless || !response_body(r, data, n))
			return false;
		p->at += (int64_t)n;
		s->received += (int64_t)n;
	}
	return true;
}

/* Where the parts are to be asked for; false: it is not known. */
static bool
find_place(struct split *s)
{
	long redirects = 0;
	char *url = NULL;

	s->place = *s->request;
	s->place.file = NULL;
	curl_easy_getinfo(s->first->easy, CURLINFO_REDIRECT_COUNT, &redirects);
	if (redirects > 0) {
		curl_easy_getinfo(s->first->easy, CURLINFO_EFFECTIVE_URL, &url);
		if (url == NULL || (s->key = host_key_of(url)) == NULL)
			return false;
		s->place.url = s->url = xstrdup(url);
		s->place.host = s->key;
		s->elsewhere = strcmp(s->key, s->request->host) != 0;
	}
	if (s->elsewhere) {
		s->place.has_login = s->place.served_here = false;
		s->extras = FETCH_EXTRAS_MAX;
	}
	s->host = gate_hold(&s->env->gate, s->place.host);
	return true;
}

static void
cut(struct split *s, size_t count)
{
	struct part *p;
	size_t i;

	s->count = count;
	s->total = s->first->response.length;
	s->parts = xcalloc(count, sizeof *s->parts);
	for (i = 0; i < count; i++) {
		p = &s->parts[i];
		p->split = s;
		p->tap.head = part_head;
		p->tap.body = part_piece;
		p->start = p->at = range_start(s->total, count, i);
		p->end = range_start(s->total, count, i + 1);
		blob_init(&p->blob, s->env->pool->spool);
		record_init(&p->record, s->request, s->env->options);
		if (i > 0)
			start(p);
	}
}

static bool
first_head(struct xfer_tap *tap)
{
	struct split *s = LIST_ITEM(tap, struct split, tap);
	const struct options *o = s->env->options;
	const struct response *r = &s->first->response;
	size_t count;

	/* The beginning that another attempt brought has to be the same. */
	if (s->count > 0 || r->status != 200 || r->length <= 0 ||
	    r->body_begun || r->prefix != NULL || !response_is_wanted(r))
		return true;
	count = range_count(r->length, (size_t)o->split, o->split_min);
	if (count < 2)
		return true;
	free(s->validator);
	s->validator = range_validator(&r->head);
	if (s->validator != NULL && find_place(s))
		cut(s, count);
	return true;
}

/* A GET of the whole, without conditions? */
static bool
is_plain(const struct request *request, const struct options *o,
    const struct xfer *x)
{
	static const CURLoption others[] = {
	    CURLOPT_RANGE, CURLOPT_TIMECONDITION, CURLOPT_REQUEST_TARGET};
	const struct overrides *task = request->overrides;
	struct record record;
	size_t i;

	record_init(&record, request, o);
	if (strcmp(record.method_asked, "GET") != 0 || o->request.has_data ||
	    o->request.form.count > 0 || o->request.upload.wanted ||
	    o->request.head ||
	    (task != NULL && (task->has_data || task->form.count > 0)))
		return false;
	for (i = 0; i < sizeof others / sizeof *others; i++)
		if (settings_find(&o->request.settings, others[i]) != NULL)
			return false;
	return !range_is_named(
	    x->is_overridden ? x->headers : o->request.headers);
}

struct split *
split_new(struct fetch_env *env, const struct request *request,
    struct xfer *first, size_t extras)
{
	struct split *s;

	if (env->options->split < 2 || !is_plain(request, env->options, first))
		return NULL;
	s = xcalloc(1, sizeof *s);
	s->env = env;
	s->request = request;
	s->first = first;
	s->extras = extras;
	s->began = loop_clock();
	group_init(&s->group, env->gate.sched);
	s->tap.head = first_head;
	s->tap.body = first_piece;
	first->tap = &s->tap;
	return s;
}

void
split_free(struct split *s)
{
	size_t i;

	if (s == NULL)
		return;
	group_clear(&s->group);
	timer_disarm(&s->env->gate.sched->timers, &s->time_over);
	for (i = 0; i < s->count; i++) {
		blob_clear(&s->parts[i].blob);
		record_clear(&s->parts[i].record);
	}
	if (s->host != NULL)
		gate_release(&s->env->gate, s->host);
	s->first->tap = NULL;
	free(s->parts);
	free(s->validator);
	free(s->url);
	free(s->key);
	free(s);
}

/* Did it break in the middle, so that a range may bring the rest? */
static bool
may_go_on(const struct split *s)
{
	static const CURLcode breaks[] = {CURLE_RECV_ERROR, CURLE_SEND_ERROR,
	    CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM};
	size_t i;

	if (!s->is_proven || s->is_hopeless ||
	    s->first->response.refused != NULL)
		return false;
	for (i = 0; i < sizeof breaks / sizeof *breaks; i++)
		if (s->first->code == breaks[i])
			return true;
	return false;
}

/* --max-time: libcurl keeps it for each transfer only. */
static void
on_time_over(struct timer *timer)
{
	struct split *s = LIST_ITEM(timer, struct split, time_over);

	s->timed_out = true;
	split_stop(s);
}

static void
limit_time(struct split *s)
{
	const struct overrides *task = s->request->overrides;
	int64_t most = task != NULL && task->max_time != -1
	    ? task->max_time
	    : s->env->options->request.max_time;

	if (most > 0)
		timer_arm(&s->env->gate.sched->timers, &s->time_over,
		    s->began + most, on_time_over);
}

void
split_first_ended(struct split *s)
{
	size_t i;

	if (s == NULL || s->count == 0)
		return;
	s->first_ended = s->first->code == CURLE_OK || may_go_on(s);
	if (!s->first_ended) {
		split_stop(s);
		return;
	}
	for (i = 1; i < s->count; i++)
		if (is_empty(&s->parts[i]) && s->parts[i].task != NULL)
			co_cancel(s->parts[i].task);
	if (s->first->code != CURLE_OK) {
		s->parts[0].record.attempts = 1;
		start(&s->parts[0]);
	}
	if (s->group.live == 0)
		mend(s);
	if (s->group.live > 0)
		limit_time(s);
}

bool
split_is_busy(const struct split *s)
{
	return s != NULL && s->group.live > 0;
}

bool
split_wait(struct co_task *self, struct split *s)
{
	return !split_is_busy(s) || group_wait(self, &s->group);
}

void
split_stop(struct split *s)
{
	if (s == NULL)
		return;
	s->is_stopped = true;
	group_cancel(&s->group);
}

bool
split_was_tried(const struct split *s)
{
	return s != NULL && s->count > 0;
}

static void
fail(struct split *s, CURLcode code, const struct part *p)
{
	struct xfer *x = s->first;

	x->code = code;
	if (p == NULL)
		snprintf(x->error, sizeof x->error,
		    "Operation timed out after %lld milliseconds with %lld "
		    "out of %lld bytes received",
		    (long long)(loop_clock() - s->began) / 1000,
		    (long long)s->received, (long long)s->total);
	else
		snprintf(x->error, sizeof x->error, "bytes %lld-%lld: %s",
		    (long long)p->start, (long long)p->end - 1,
		    p->record.problem != NULL ? p->record.problem
					      : "they did not come");
}

void
split_end(struct split *s)
{
	struct response *r;
	struct part *p;

	if (s == NULL || s->count == 0 || !s->first_ended)
		return;
	r = &s->first->response;
	for (p = s->parts; p != NULL && is_whole(p);)
		p = next_of(p);
	if (s->is_hopeless)
		s->first->code = r->refused != NULL ? r->refused_code
						    : CURLE_WRITE_ERROR;
	else if (p == NULL) {
		s->first->code = CURLE_OK;
		r->received = s->total;
	} else if (s->timed_out)
		fail(s, CURLE_OPERATION_TIMEDOUT, NULL);
	else
		fail(s,
		    p->record.code != CURLE_OK ? p->record.code
					       : CURLE_PARTIAL_FILE,
		    p);
}

bool
split_was_refused(const struct split *s)
{
	const struct part *p;

	if (s == NULL || s->count == 0 || !s->first_ended || s->is_hopeless ||
	    s->timed_out)
		return false;
	for (p = s->parts; p != NULL; p = next_of(p))
		if (!is_whole(p))
			return p->is_refused ||
			    p->record.outcome == OUTCOME_HTTP_ERROR;
	return false;
}

void
split_record(const struct split *s, struct record *record, int64_t passed)
{
	const struct part *p;

	if (s == NULL || s->count == 0)
		return;
	record->num_connects += s->connects;
	record->size_download = s->received;
	if (record->ranges == 0)
		return;
	for (p = next_of(s->parts); p != NULL; p = next_of(p))
		record->ranges++;
	if (record->ranges > 1 && record->times[TIME_TOTAL] < passed)
		record->times[TIME_TOTAL] = passed;
}
