/*
 * Figures of a run, and their words.
 */
#include "config.h"

#include "report/figures.h"

#include <string.h>
#include <wchar.h>

#include "base/nls.h"
#include "base/units.h"

/* Figures are kept so often. */
#define KEEP_EACH (USEC_PER_SEC / 2)

#define PERCENT	  100

/* For people; those of JSON are wait_name's. */
static const char *const reasons[WAIT_COUNT] = {
    [WAIT_SLOT] = N_("slot"),
    [WAIT_HOST] = N_("host"),
    [WAIT_PAUSE] = N_("pause"),
    [WAIT_RATE] = N_("rate"),
    [WAIT_FILES] = N_("files"),
    [WAIT_OUTPUT] = N_("output"),
};

static double
seconds(int64_t usec)
{
	return (double)usec / (double)USEC_PER_SEC;
}

void
rates_init(struct rates *r)
{
	memset(r, 0, sizeof *r);
	r->count = r->next = 1; /* nothing, at 0 */
}

static void
keep(struct rates *r, const struct figures *f)
{
	size_t last = (r->next + RATES_KEPT - 1) % RATES_KEPT;

	if (r->count > 0 && f->elapsed - r->kept[last].elapsed < KEEP_EACH)
		return;
	r->kept[r->next].elapsed = f->elapsed;
	r->kept[r->next].bytes = f->bytes;
	r->kept[r->next].requests = f->requests;
	r->kept[r->next].done = f->done;
	r->next = (r->next + 1) % RATES_KEPT;
	if (r->count < RATES_KEPT)
		r->count++;
}

/* From the recent pace; from that of the whole run where nothing ended. */
static int64_t
estimate(const struct figures *f, double recent)
{
	double pace = recent;

	if (!f->total_known || f->done == 0)
		return -1;
	if (pace <= 0 && f->elapsed > 0)
		pace = (double)f->done / seconds(f->elapsed);
	if (pace <= 0)
		return -1;
	return (int64_t)((double)(f->total - f->done) / pace *
	    (double)USEC_PER_SEC);
}

void
rates_apply(struct rates *r, struct figures *f)
{
	size_t oldest = (r->next + RATES_KEPT - r->count) % RATES_KEPT;
	double passed, done;

	passed = seconds(f->elapsed - r->kept[oldest].elapsed);
	done = (double)(f->done - r->kept[oldest].done);
	f->requests_rate = f->bytes_rate = 0;
	if (passed > 0) {
		f->requests_rate = (double)(f->requests -
				       r->kept[oldest].requests) /
		    passed;
		f->bytes_rate = (double)(f->bytes - r->kept[oldest].bytes) /
		    passed;
	}
	f->eta = estimate(f, passed > 0 ? done / passed : 0);
	keep(r, f);
}

size_t
figures_waiting(const struct figures *f)
{
	size_t i, sum = f->backing_off;

	for (i = 0; i < WAIT_COUNT; i++)
		sum += f->waiting[i];
	return sum;
}

void
figures_put_time(struct buf *to, int64_t usec)
{
	long long s = (long long)(usec / USEC_PER_SEC);

	if (s >= 24 * 3600)
		buf_printf(to, "%lldd %02lldh", s / (24 * 3600), s / 3600 % 24);
	else if (s >= 3600)
		buf_printf(
		    to, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
	else
		buf_printf(to, "%lld:%02lld", s / 60, s % 60);
}

static void
put_done(struct buf *to, const struct figures *f, bool brief)
{
	if (brief && f->total_known && f->total > 0)
		figures_put(to, f, FIGURE_PERCENT, true);
	else if (f->total_known)
		buf_printf(to, "%zu/%zu", f->done, f->total);
	else if (brief)
		buf_printf(to, "%zu", f->done);
	else
		buf_printf(to, _("%zu so far"), f->done);
}

static void
put_waiting(struct buf *to, const struct figures *f, bool brief)
{
	const char *comma = "";
	size_t i, sum = figures_waiting(f);

	if (sum == 0)
		return;
	buf_printf(to, _("%zu waiting"), sum);
	if (brief)
		return;
	buf_puts(to, " (");
	for (i = 0; i < WAIT_COUNT; i++) {
		if (f->waiting[i] == 0)
			continue;
		buf_printf(to, "%s%zu %s", comma, f->waiting[i], _(reasons[i]));
		comma = ", ";
	}
	if (f->backing_off > 0)
		buf_printf(to, "%s%zu %s", comma, f->backing_off, _("backoff"));
	buf_putc(to, ')');
}

/* "950B", "1.5k", "20M" (of 1024, as curl's). */
static void
put_size(struct buf *to, double bytes)
{
	static const char units[] = "BkMGTP";
	size_t i = 0;

	while (bytes >= 1000 && units[i + 1] != '\0') {
		bytes /= 1024;
		i++;
	}
	buf_printf(
	    to, i > 0 && bytes < 10 ? "%.1f%c" : "%.0f%c", bytes, units[i]);
}

void
figures_put(
    struct buf *to, const struct figures *f, enum figure what, bool brief)
{
	switch (what) {
	case FIGURE_DONE:
		put_done(to, f, brief);
		return;
	case FIGURE_PERCENT:
		if (f->total_known && f->total > 0)
			buf_printf(to, "%zu%%", f->done * PERCENT / f->total);
		return;
	case FIGURE_RUNNING:
		buf_printf(to, _("%zu running"), f->running);
		return;
	case FIGURE_WAITING:
		put_waiting(to, f, brief);
		return;
	case FIGURE_FAILED:
		if (f->failed > 0)
			buf_printf(to, _("%zu failed"), f->failed);
		return;
	case FIGURE_REQUESTS:
		buf_printf(to, f->requests_rate < 10 ? "%.1f/s" : "%.0f/s",
		    f->requests_rate);
		return;
	case FIGURE_BYTES:
		put_size(to, f->bytes_rate);
		buf_puts(to, "/s");
		return;
	case FIGURE_ETA:
		if (f->eta == -1)
			return;
		buf_printf(to, "%s ", _("ETA"));
		figures_put_time(to, f->eta);
		return;
	case FIGURE_COUNT:
		break;
	}
}

size_t
figures_columns(const char *text, size_t len)
{
	mbstate_t state;
	size_t columns = 0, n;
	wchar_t c;
	int width;

	memset(&state, 0, sizeof state);
	for (; len > 0; text += n, len -= n) {
		n = mbrtowc(&c, text, len, &state);
		if (n == 0 || n > len) { /* no text of this locale */
			memset(&state, 0, sizeof state);
			n = 1;
			columns++;
			continue;
		}
		width = wcwidth(c);
		columns += width > 0 ? (size_t)width : 0;
	}
	return columns;
}
