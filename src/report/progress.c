/*
 * Progress: when it is told, and what.
 */
#include "config.h"

#include "report/progress.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/url.h"
#include "fetch/record.h"
#include "input/options.h"
#include "input/request.h"

/* A run that is shorter needs no bar. */
#define BAR_AFTER      (USEC_PER_SEC / 2)

#define INTERVAL_BAR   (USEC_PER_SEC / 10)
#define INTERVAL_JSON  USEC_PER_SEC
#define INTERVAL_PLAIN (10 * USEC_PER_SEC)

/* Results in a pipe need a while until another program shows them. */
#define CLEARED_FOR (USEC_PER_SEC / 20)

/* At the end the last events are to arrive; milliseconds. */
#define PATIENCE 500

static int
decide(const struct options *o, bool watches_typing)
{
	int mode = o->progress.mode;

	if (mode == PROGRESS_AUTO && (o->silent || watches_typing))
		return PROGRESS_NONE;
	if (mode == PROGRESS_AUTO && !isatty(STDERR_FILENO))
		return PROGRESS_NONE;
	if (mode == PROGRESS_AUTO)
		mode = PROGRESS_BAR;
	/* Where nothing can be drawn, lines are what remains. */
	return mode == PROGRESS_BAR && !bar_possible() ? PROGRESS_PLAIN : mode;
}

static bool
flush_sink(void *arg)
{
	sink_flush(&((struct progress *)arg)->sink);
	return false;
}

void
progress_open(struct progress *p, const struct options *o, struct loop *l,
    bool color, bool watches_typing)
{
	static const int64_t usual[] = {[PROGRESS_BAR] = INTERVAL_BAR,
	    [PROGRESS_JSON] = INTERVAL_JSON,
	    [PROGRESS_PLAIN] = INTERVAL_PLAIN,
	    [PROGRESS_NONE] = 0};

	memset(p, 0, sizeof *p);
	p->loop = l;
	p->bar.fd = p->sink.fd = -1;
	list_init(&p->hook.link);
	p->mode = decide(o, watches_typing);
	p->interval = o->progress.interval != 0 ? o->progress.interval
						: usual[p->mode];
	if (p->mode == PROGRESS_NONE)
		return;
	if (p->mode == PROGRESS_BAR) {
		bar_open(&p->bar, color);
		msg_set_guard(progress_guard, p);
		return;
	}
	if (sink_open(&p->sink, (int)o->progress.fd) == -1) {
		msg_warn(_("--progress-fd %ld is not open: no progress"),
		    o->progress.fd);
		p->mode = PROGRESS_NONE;
		return;
	}
	loop_add_flush_hook(l, &p->hook, flush_sink, p);
	p->hook.name = "progress";
}

void
progress_close(struct progress *p)
{
	if (p->mode == PROGRESS_BAR)
		msg_set_guard(NULL, NULL);
	loop_hook_remove(&p->hook);
	bar_close(&p->bar);
	sink_close(&p->sink, PATIENCE);
	p->mode = PROGRESS_NONE;
}

void
progress_look(struct progress *p, struct figures *f)
{
	memset(f, 0, sizeof *f);
	p->look(p->arg, f);
	f->elapsed = loop_clock() - p->began;
	f->requests = p->requests;
	rates_apply(&p->rates, f);
}

/* "coget: 3/10  ...", the same figures as in the bar. */
static void
tell_plain(struct progress *p, const struct figures *f)
{
	static const enum figure order[] = {FIGURE_DONE, FIGURE_PERCENT,
	    FIGURE_RUNNING, FIGURE_WAITING, FIGURE_FAILED, FIGURE_REQUESTS,
	    FIGURE_BYTES, FIGURE_ETA};
	struct buf line;
	size_t i, end;

	buf_init(&line);
	buf_puts(&line, "coget: ");
	for (i = 0; i < sizeof order / sizeof *order; i++) {
		end = line.len;
		if (i > 0)
			buf_puts(&line, ", ");
		figures_put(&line, f, order[i], false);
		if (i > 0 && line.len == end + 2)
			line.len = end; /* it says nothing */
	}
	buf_putc(&line, '\n');
	if (isatty(p->sink.fd))
		msg_clear_way();
	sink_put(&p->sink, line.data, line.len);
	buf_clear(&line);
	p->told = true;
}

static void
begin_event(const struct progress *p, struct buf *to, const char *name)
{
	buf_init(to);
	buf_printf(to, "{\"event\":\"%s\",\"elapsed\":", name);
	json_put_seconds(to, loop_clock() - p->began);
}

static void
end_event(struct progress *p, struct buf *event)
{
	uint64_t dropped = p->sink.dropped;

	if (dropped > 0)
		buf_printf(
		    event, ",\"dropped\":%llu", (unsigned long long)dropped);
	buf_puts(event, "}\n");
	sink_put(&p->sink, event->data, event->len);
	if (p->sink.dropped == dropped)
		p->sink.dropped = 0;
	buf_clear(event);
}

static void
put_total(struct buf *to, const struct figures *f)
{
	if (f->total_known)
		buf_printf(to, ",\"total\":%zu", f->total);
	else
		buf_puts(to, ",\"total\":null");
}

static void
tell_event(struct progress *p, const struct figures *f)
{
	struct buf event;
	int i;

	begin_event(p, &event, "progress");
	buf_printf(&event, ",\"done\":%zu,\"failed\":%zu", f->done, f->failed);
	put_total(&event, f);
	buf_printf(&event, ",\"running\":%zu,\"waiting\":{", f->running);
	for (i = 0; i < WAIT_COUNT; i++)
		buf_printf(&event, "%s\"%s\":%zu", i == 0 ? "" : ",",
		    wait_name((enum wait_reason)i), f->waiting[i]);
	buf_printf(&event,
	    "},\"backing_off\":%zu,\"requests\":%llu,"
	    "\"requests_per_second\":%.3f,\"bytes\":%lld,"
	    "\"bytes_per_second\":%.0f,\"eta\":",
	    f->backing_off, (unsigned long long)f->requests, f->requests_rate,
	    (long long)f->bytes, f->bytes_rate);
	if (f->eta == -1)
		buf_puts(&event, "null");
	else
		json_put_seconds(&event, f->eta);
	end_event(p, &event);
}

static void
update(struct progress *p)
{
	struct figures f;

	if (p->mode == PROGRESS_BAR &&
	    (msg_inside_line() || loop_clock() - p->cleared < CLEARED_FOR))
		return;
	progress_look(p, &f);
	if (p->mode == PROGRESS_BAR)
		bar_draw(&p->bar, &f, loop_clock());
	else if (p->mode == PROGRESS_PLAIN)
		tell_plain(p, &f);
	else
		tell_event(p, &f);
}

static void
update_due(struct timer *timer)
{
	struct progress *p = LIST_ITEM(timer, struct progress, timer);

	update(p);
	timer_arm(&p->loop->sched.timers, timer,
	    p->loop->sched.now + p->interval, update_due);
}

/* The time of day, RFC 3339, UTC. */
static void
put_now(struct buf *to)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[32];

	gmtime_r(&now, &tm);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf_printf(to, ",\"time\":\"%s\"", text);
}

void
progress_begin(struct progress *p, const char *mode, size_t jobs,
    void (*look)(void *arg, struct figures *f), void *arg)
{
	struct buf event;

	p->look = look;
	p->arg = arg;
	p->began = loop_clock();
	p->requests = 0;
	p->told = false;
	rates_init(&p->rates);
	if (p->mode == PROGRESS_NONE)
		return;
	if (p->mode == PROGRESS_JSON) {
		begin_event(p, &event, "start");
		put_now(&event);
		buf_printf(&event,
		    ",\"version\":\"" PACKAGE_VERSION
		    "\",\"mode\":\"%s\",\"jobs\":%zu",
		    mode, jobs);
		end_event(p, &event);
	}
	timer_arm(&p->loop->sched.timers, &p->timer,
	    p->began +
		(p->mode == PROGRESS_BAR && p->interval < BAR_AFTER
			? BAR_AFTER
			: p->interval),
	    update_due);
}

/* A task's event, as far as all of them are alike. */
static void
begin_task(const struct progress *p, struct buf *to, const char *name,
    const struct record *record)
{
	const struct request *r = record->request;
	struct buf url;

	begin_event(p, to, name);
	buf_printf(to, ",\"index\":%zu,\"id\":%s,\"url\":", r->index,
	    r->id_text != NULL ? r->id_text : "null");
	if (r->url == NULL) {
		buf_puts(to, "null");
		return;
	}
	buf_init(&url);
	url_redact(&url, r->url, strlen(r->url));
	json_put_string(to, url.data, url.len);
	buf_clear(&url);
}

static void
put_result(struct buf *to, const struct record *r)
{
	buf_printf(to,
	    ",\"outcome\":\"%s\",\"response_code\":%ld,"
	    "\"errormsg\":",
	    outcome_name(r->outcome), r->response_code);
	if (r->problem != NULL && r->outcome != OUTCOME_OK)
		json_put_string(to, r->problem, strlen(r->problem));
	else
		buf_puts(to, "null");
}

void
progress_started(struct progress *p, const struct record *r)
{
	struct buf event;

	if (p->mode != PROGRESS_JSON)
		return;
	begin_task(p, &event, "task_started", r);
	end_event(p, &event);
}

void
progress_retrying(struct progress *p, const struct record *r, int64_t delay)
{
	struct buf event;

	p->requests++;
	if (p->mode != PROGRESS_JSON)
		return;
	begin_task(p, &event, "retry", r);
	buf_printf(&event, ",\"attempt\":%d", r->attempts);
	put_result(&event, r);
	buf_puts(&event, ",\"delay\":");
	json_put_seconds(&event, delay);
	end_event(p, &event);
}

void
progress_ended(struct progress *p, const struct record *r)
{
	struct buf event;

	p->requests += r->attempts > 0;
	if (p->mode != PROGRESS_JSON)
		return;
	begin_task(p, &event, "task_finished", r);
	buf_printf(&event, ",\"attempts\":%d", r->attempts);
	put_result(&event, r);
	buf_printf(&event, ",\"size_download\":%lld,\"time_total\":",
	    (long long)r->size_download);
	json_put_seconds(&event, r->times[TIME_TOTAL]);
	end_event(p, &event);
}

static void
tell_end(struct progress *p, const struct figures *f, const size_t *outcomes)
{
	struct buf event;
	int i;

	begin_event(p, &event, "end");
	buf_printf(&event, ",\"done\":%zu,\"failed\":%zu,\"outcomes\":{",
	    f->done, f->failed);
	for (i = 0; i < OUTCOME_COUNT; i++)
		buf_printf(&event, "%s\"%s\":%zu", i == 0 ? "" : ",",
		    outcome_name((enum outcome)i), outcomes[i]);
	buf_printf(&event, "},\"requests\":%llu,\"bytes\":%lld",
	    (unsigned long long)f->requests, (long long)f->bytes);
	end_event(p, &event);
}

void
progress_end(struct progress *p, const size_t *outcomes)
{
	struct figures f;

	timer_disarm(&p->loop->sched.timers, &p->timer);
	if (p->mode == PROGRESS_BAR)
		bar_erase(&p->bar);
	progress_look(p, &f);
	if (p->mode == PROGRESS_JSON)
		tell_end(p, &f, outcomes);
	else if (p->mode == PROGRESS_PLAIN && p->told)
		tell_plain(p, &f);
	sink_flush(&p->sink);
}

bool
progress_clear_way(void *arg)
{
	struct progress *p = arg;

	if (p->bar.shown)
		p->cleared = loop_clock();
	return bar_erase(&p->bar);
}

void
progress_guard(void *arg)
{
	bar_erase_now(&((struct progress *)arg)->bar);
}

void
progress_last(void *arg)
{
	bar_erase_last(&((struct progress *)arg)->bar);
}
