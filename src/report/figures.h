/*
 * What a run has done so far, in figures, and how they are said in short.
 */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "fetch/wait.h"

struct figures {
	int64_t elapsed; /* microseconds */
	size_t done;	 /* tasks that have their record */
	size_t failed;	 /* of these: neither ok nor skipped */
	size_t total;
	bool total_known;
	size_t running; /* attempts */
	size_t waiting[WAIT_COUNT];
	size_t backing_off;
	uint64_t requests; /* attempts that ended */
	int64_t bytes;	   /* of bodies */
	/* Of the last seconds; see rates_apply. */
	double requests_rate, bytes_rate; /* a second */
	int64_t eta;			  /* microseconds; -1: not known */
};

/* Figures of former moments, for rates. */
#define RATES_KEPT 16

struct rates {
	struct {
		int64_t elapsed, bytes;
		uint64_t requests;
		size_t done;
	} kept[RATES_KEPT];
	size_t count, next;
};

/* The run begins. */
void rates_init(struct rates *r);

/* Sets the figures' rates, and keeps them for later ones. */
void rates_apply(struct rates *r, struct figures *f);

/* Tasks that wait before an attempt, backing off included. */
size_t figures_waiting(const struct figures *f);

/* What is said of them, one by one. */
enum figure {
	FIGURE_DONE,	/* "3/10"; "3 so far" */
	FIGURE_PERCENT, /* "30%" */
	FIGURE_RUNNING,
	FIGURE_WAITING, /* "3 waiting (2 slot, 1 host)" */
	FIGURE_FAILED,
	FIGURE_REQUESTS, /* "20/s" */
	FIGURE_BYTES,	 /* "1.5M/s" */
	FIGURE_ETA,
	FIGURE_COUNT,
};

/* Appends it, short or long; nothing where it says nothing. */
void figures_put(
    struct buf *to, const struct figures *f, enum figure what, bool brief);

/* How many columns of a terminal a text of the locale takes. */
size_t figures_columns(const char *text, size_t len);

/* Appends microseconds as "0:07", "12:05", "1:02:03" or "3d 04h". */
void figures_put_time(struct buf *to, int64_t usec);

#endif
