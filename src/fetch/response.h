/*
 * What comes from a server: the header lines of the last response, checked,
 * and its body, decoded and bounded. Knows no transfer and no task.
 */
#ifndef FETCH_RESPONSE_H
#define FETCH_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <curl/curl.h>

#include "base/blob.h"
#include "base/buf.h"
#include "base/json_check.h"
#include "base/utf8.h"
#include "fetch/resume.h"

struct body_file;
struct decoder;
struct hash;
struct options;
struct request;
struct status_set;

/*
 * A response with more bytes of header lines is refused. libcurl does so from
 * 8.3.0 on (and where that was put into an older one).
 */
#define RESPONSE_HEAD_MAX ((size_t)300 * 1024)

/* The beginning of a body that was there in a former attempt. */
struct body_prefix;

struct response {
	const struct options *options; /* borrowed */
	const struct status_set *ok;   /* statuses; borrowed */
	struct body_file *file; /* for the body of such; or NULL; borrowed */
	struct buf head;	/* header lines, raw */
	struct buf heads;	/* of all responses, where --head wants them */
	struct blob body;	/* unless it goes to the file */
	bool discards;		/* nobody wants to read bodies */
	bool keeps;		/* the body after it was taken, too */
	bool checks_text;	/* somebody wants to know whether it is text */
	bool checks_json;	/* and JSON */
	struct utf8_check utf8;
	struct json_check json;
	int64_t received;	    /* bytes of the body, decoded */
	struct body_prefix *prefix; /* not to be kept again; or NULL; owned */
	/* More of the body is there to be taken; or NULL. */
	void (*arrived)(void *arg, const struct request *request);
	void *arg;		       /* borrowed */
	const struct request *request; /* for arrived; borrowed */
	bool repeats; /* another attempt may follow, if this one breaks */
	/* Hears of each piece of a body; NULL: one begins. Or NULL. */
	void (*copy)(void *arg, const char *data, size_t len);
	void *copy_arg; /* borrowed */
	bool restored;	/* a 304 came, and what the cache has takes its place */
	struct buf answer;    /* header lines of that 304 */
	char *content_type;   /* of what is restored, or NULL; owned */
	long count;	      /* final responses, of redirects and logins too */
	long status;	      /* of the last status line */
	int64_t length;	      /* Content-Length, -1: none */
	char *location;	      /* or NULL; owned */
	struct resume resume; /* -C */
	struct decoder *decoder; /* of the body, or NULL; owned */
	bool takes_server_name;	 /* -J */
	bool in_head;		 /* behind a status line */
	bool body_begun;
	bool body_skipped;   /* nobody wanted it */
	const char *refused; /* why we ended it, or NULL */
	CURLcode refused_code;
	bool spool_failed; /* that is why */
};

/* Why one is refused, in words. */
extern const char response_cut_short[];

void response_init(
    struct response *r, const struct options *o, struct spool *spool);
void response_clear(struct response *r);

/* For the next transfer; keeps not much of the memory. */
void response_reset(struct response *r);

/*
 * Takes a header line, with its end. False: no more is wanted, the transfer
 * is to end; refused says why, or it is a body that is of no use.
 */
bool response_header(struct response *r, const char *line, size_t len);

/* Does the body go to the file? */
bool response_has_file(const struct response *r);

/* Is the status that of a success? HTTP/0.9 has none. */
bool response_is_ok(const struct response *r);

/* Is the body a result, be it that of an error? */
bool response_is_wanted(const struct response *r);

/*
 * The body of a success begins with len bytes that were taken from another
 * attempt's, and have that hash: they are checked, and not to be taken once
 * more. Others are an error. What is no success has no body then.
 */
void response_expect(struct response *r, int64_t len, const struct hash *sum);

/* The end: have all bytes that were expected come? Else refused says so. */
bool response_went_on(struct response *r);

/* The line that ends the header lines? */
bool response_is_blank(const char *line, size_t len);

/* Takes a piece of the body. */
bool response_body(struct response *r, const char *data, size_t len);

/*
 * A 304 came to a question of ours: from now on the response is the one that
 * was kept, with these header lines, which are taken, and a body of len bytes
 * that response_restore_body takes.
 */
void response_restore(
    struct response *r, long status, struct buf *head, int64_t len);
bool response_restore_body(struct response *r, const char *data, size_t len);

/* When what was restored was last modified, or -1. */
time_t response_modified(const struct response *r);

/*
 * For split.h, a body of which parts come in other transfers. Behind what is
 * there: adds bytes, or moves all of a blob. Or holds bytes in the blob, as
 * the body itself is held, until it is their turn. False: refused says why.
 */
bool response_add(struct response *r, const char *data, size_t len);
bool response_join(struct response *r, struct blob *part);
bool response_hold(
    struct response *r, struct blob *part, const char *data, size_t len);

/*
 * All has come that was wanted, as far as libcurl knows. What is wrong is in
 * refused.
 */
void response_end(struct response *r);

/*
 * Do we get a body with its transfer codings (but for chunked) where libcurl is
 * told not to decode content codings? From 8.4.0 on it decodes those that were
 * asked for. version is curl_version_info's version_num.
 */
bool response_gets_transfer_codings(unsigned int version, bool asked_for);

#endif
