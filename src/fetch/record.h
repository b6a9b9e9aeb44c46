/*
 * The record: what became of one task. See coget-record(5).
 */
#ifndef FETCH_RECORD_H
#define FETCH_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/blob.h"
#include "base/buf.h"
#include "fetch/wait.h"

struct options;
struct request;
struct task_log;
struct xfer;

enum outcome {
	OUTCOME_OK,
	OUTCOME_HTTP_ERROR,
	OUTCOME_NETWORK_ERROR,
	OUTCOME_TIMEOUT,
	OUTCOME_CANCELLED,
	OUTCOME_SKIPPED,
	OUTCOME_INVALID,
	OUTCOME_COUNT,
};

/* What the cache has to do with a response. */
enum record_cache {
	CACHE_NONE,	   /* nothing */
	CACHE_MISS,	   /* it had none of the request */
	CACHE_REVALIDATED, /* what it had is good: 304 */
	CACHE_REFETCHED,   /* it had one; another response came */
};

/* curl's times of one attempt, cumulative from its start. */
enum record_time {
	TIME_NAMELOOKUP,
	TIME_CONNECT,
	TIME_APPCONNECT,
	TIME_PRETRANSFER,
	TIME_STARTTRANSFER,
	TIME_REDIRECT,
	TIME_TOTAL,
	TIME_COUNT,
};

/*
 * All times are microseconds. Texts are borrowed from the request and the
 * last transfer, which outlive the record, but for the problem.
 */
struct record {
	const struct request *request;
	enum outcome outcome;
	char *problem; /* the cause of an outcome that is not ok; owned */
	const char *method_asked;
	const char *method; /* of the last request: a redirect may change it */
	CURLcode code;
	int attempts;
	int64_t started_at; /* since 1970; 0: never */
	int64_t time_queue;
	int64_t waits[WAIT_COUNT]; /* of it, by reason */
	int64_t time_backoff;
	int64_t time_attempts; /* TIME_TOTAL of all of them */
	int64_t time_setup;    /* of it: until there was a connection */
	int64_t times[TIME_COUNT];
	int64_t time_sent; /* an upload was sent then; 0: not known */
	long response_code;
	long http_version; /* CURL_HTTP_VERSION_* */
	long size_request; /* what was sent, bodies aside; all redirects */
	long num_redirects;
	long num_connects;
	long remote_port;
	curl_off_t size_download;
	long ranges;	     /* that the body came in; 0: there is none */
	curl_off_t modified; /* for -R: since 1970, seconds; -1: not known */
	int64_t retry_after; /* what the response asks for; 0: nothing */
	bool unmodified;     /* 304, or as --time-cond wants it */
	const char *url_effective;
	const char *remote_ip;
	const char *content_type;
	const struct buf *sent;	 /* the request's head, as it was: secrets and
				    all; NULL: it was not kept */
	const struct buf *head;	 /* raw header lines, or NULL */
	const struct buf *heads; /* of all responses, for --head; or NULL */
	const char *body_file;	 /* where the body is instead, or NULL */
	bool write_failed;	 /* it is not there: our trouble */
	int write_error;	 /* errno of that, or 0 */
	bool read_failed;	 /* what was to be sent: our trouble, too */
	bool starved;		 /* too few descriptors to connect: the same */
	struct blob *body; /* of a whole response, or NULL; may be moved */
	bool body_is_text; /* UTF-8 */
	bool body_is_json; /* known with --parse-json alone */
	enum record_cache cache;
	struct task_log *log;	 /* or NULL; owned */
	const struct xfer *xfer; /* the last attempt's, or NULL */
};

void record_init(
    struct record *r, const struct request *request, const struct options *o);
void record_clear(struct record *r);

/* Takes in how an attempt ended, and judges the outcome. */
void record_attempt(struct record *r, struct xfer *x, const struct options *o);

/* Only its times, be it that the attempt goes on. */
void record_times(struct record *r, const struct xfer *x);

/* The body could not be written, for this cause and errno (or 0). */
void record_write_failed(struct record *r, const char *cause, int error);

/* So that no other could be written either; NULL: it is not so. */
const char *record_no_room(const struct record *r);

/* What the cache was to give is not what it once took. */
void record_spoiled(struct record *r, const char *cause);

/* The same as last time: it is left out, for this cause. */
void record_unchanged(struct record *r, const char *cause);

/* Forgets what is borrowed from the transfer, which goes away. */
void record_detach(struct record *r);

/* The same, and all else of its response: it is not the last one any more. */
void record_forget(struct record *r);

/* An attempt was given up after that time, in microseconds: no response. */
void record_abandon(struct record *r, const struct xfer *x, int64_t time_total);

/* The task ended without a (further) attempt, for this cause. */
void record_end(struct record *r, enum outcome outcome, const char *cause);

/* NULL of CACHE_NONE. */
const char *record_cache_name(enum record_cache cache);

const char *outcome_name(enum outcome outcome);

/* Ok or skipped. */
bool outcome_fine(enum outcome outcome);

#endif
