/*
 * The test server: raw HTTP/1 on 127.0.0.1, or the address given after the
 * log, and a port the kernel chooses, which it prints. What it answers stands
 *in the query of the request:
 *
 *	status=N reason=TEXT   the status line
 *	body=TEXT hex=BYTES size=N   the body; by default "PATH\n"
 *	header=NAME:%20VALUE   one more header, any bytes; repeatable
 *	headers=N              N more headers of 1 KiB each
 *	delay=MS               before the answer
 *	barrier=N              answer once N requests with it are waiting
 *	hold                   answer only when /_release comes
 *	redirect=URL           302 and a Location
 *	close nolength chunked how the body ends
 *	headless               the body alone, as HTTP/0.9 has it
 *	short=N                N bytes less than announced, then the end
 *	cut=N                  N bytes of the body, then the end
 *	ranges                 Accept-Ranges, and 206 or 416 as Range: bytes=N-
 *	                       or bytes=N-M and If-Range say; with
 *	blind                  the former only
 *	etag=TEXT              the ETag, "TEXT"
 *	badchunk               a chunk size that is no number
 *	endless                a body without an end
 *	stall=N                N bytes of the body, then silence
 *	drop reset             no answer: the connection ends, or is reset
 *	hang                   no answer, ever
 *	hang=N                 but to the first N requests for this target
 *	flaky=N                the first N requests for this target get the
 *	                       503 (or status=) answer, drop or reset; later
 *	                       ones 200
 *	limit=N                429 at once while N others are served
 *	echo                   the request itself is the body
 *	etag=TEXT lastmod      an ETag "TEXT", a Last-Modified; 304 where the
 *	                       request has it in If-None-Match (and else in
 *	                       If-Modified-Since)
 *	weak                   the ETag is W/"TEXT"
 *	modified=DATE          another Last-Modified, which no 304 comes of
 *	on304=NAME:%20VALUE    a header of the 304 alone
 *	on200=NAME:%20VALUE    a header of all but the 304
 *	versioned              /_bump makes another body (but of body= and
 *	                       hex=), ETag and Last-Modified of it
 *	bumped=N               the status after a /_bump
 *	varied                 a body of size=N is not the same everywhere
 *	rate=N                 so many bytes a second; served until all is sent
 *	badrange=FAULT         of ranged answers only: "start", "total" (a wrong
 *	                       Content-Range), "none" (no Content-Range),
 *	                       "etag" (another one), "whole" (200 with all),
 *	                       "busy" (503), "short" (the connection ends after
 *	                       half of it), "mixed" (other bytes, to be seen)
 *	badranges=N            only of the first N ranged answers to the target
 *	badfrom=N              only of ranges that begin at N or later
 *	cutwhole=N             as cut=N, but of answers that are not ranged
 *	changes=N              after N requests for the target it has another
 *	                       body, of the same size, and another ETag
 *
 * Where ;; divides the query, the first request for the target is answered as
 * its first part says, and so on; those after the last part as that says.
 *
 * /_stats tells what was seen since /_reset, as JSON. Every request is a line
 * of JSON in the log.
 */
#include "config.h"

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/list.h"
#include "request.h"

struct server {
	struct event_base *base;
	FILE *log;
	struct list held; /* connections that wait for a barrier or release */
	struct list flaky;
	size_t requests, connections, active, peak;
	size_t round; /* of counting, from _reset to _reset */
	int version;  /* _bump counts */
};

/* What of the body is sent. */
struct part {
	bool ranged; /* a 206, from start to end - 1 */
	bool bad;    /* with the fault */
	size_t start, end;
};

struct connection {
	struct list link; /* while held */
	struct server *server;
	struct bufferevent *bev;
	struct event *timer;
	struct event *pace; /* of rate */
	struct buf slow;    /* what is still to be sent so */
	size_t slow_sent;
	struct request request;
	size_t number;
	char peer[INET_ADDRSTRLEN];
	size_t round; /* in which it was counted */
	bool busy;    /* with a request that has no answer yet */
	bool last;    /* closes when all is written */
	bool endless;
	bool refused; /* limit */
	bool changed; /* changes */
};

/* How often a flaky target was asked for. */
struct flaky {
	struct list link;
	char *target;
	const char *counts; /* what */
	long seen;
};

static void take_request(struct connection *c);

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
connection_free(struct connection *c)
{
	if (c->busy)
		c->server->active--;
	list_remove(&c->link);
	if (c->timer != NULL)
		event_free(c->timer);
	if (c->pace != NULL)
		event_free(c->pace);
	buf_clear(&c->slow);
	bufferevent_free(c->bev);
	request_clear(&c->request);
	free(c);
}

static void
reset(struct connection *c)
{
	struct linger linger = {.l_onoff = 1, .l_linger = 0};

	setsockopt(bufferevent_getfd(c->bev), SOL_SOCKET, SO_LINGER, &linger,
	    sizeof linger);
	connection_free(c);
}

/* How many requests for this target count so, with this one? */
static long
times_asked(struct connection *c, const char *counts)
{
	struct list *node;
	struct flaky *f = NULL;

	for (node = c->server->flaky.next; node != &c->server->flaky;
	     node = node->next) {
		f = LIST_ITEM(node, struct flaky, link);
		if (strcmp(f->counts, counts) == 0 &&
		    strcmp(f->target, c->request.target) == 0)
			return ++f->seen;
	}
	f = calloc(1, sizeof *f);
	f->target = strdup(c->request.target);
	f->counts = counts;
	f->seen = 1;
	list_append(&c->server->flaky, &f->link);
	return f->seen;
}

/* Is this one of the first N requests for its target, that count so? */
static bool
is_early(struct connection *c, const char *counts)
{
	return times_asked(c, counts) <= request_number(&c->request, counts, 0);
}

/* Of a query in parts, the one whose turn it is stays. */
static void
take_turn(struct connection *c)
{
	char *part = strchr(c->request.target, '?'), *next;
	long turn;

	if (part == NULL || strstr(++part, ";;") == NULL)
		return;
	turn = times_asked(c, "turn");
	for (next = part; --turn > 0 && (next = strstr(part, ";;")) != NULL;)
		part = next + 2;
	next = strchr(c->request.target, '?') + 1;
	memmove(next, part, strlen(part) + 1);
	if ((part = strstr(next, ";;")) != NULL)
		*part = '\0';
}

static void
put_hex(struct buf *to, const char *hex)
{
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		buf_putc(to, (char)byte);
}

static void
put_option(struct buf *to, const struct request *r, const char *name)
{
	size_t len;
	char *value = request_option(r, name, 0, &len);

	if (value != NULL)
		buf_append(to, value, len);
	free(value);
}

/* What the client may know already; 0 where it does not depend on that. */
static int
version_of(const struct connection *c)
{
	return request_has(&c->request, "versioned") ? c->server->version : 0;
}

static void
put_etag(struct buf *to, const struct connection *c)
{
	if (c->changed) {
		buf_puts(to, "\"another\"");
		return;
	}
	buf_puts(to, request_has(&c->request, "weak") ? "W/\"" : "\"");
	put_option(to, &c->request, "etag");
	if (version_of(c) > 0)
		buf_printf(to, ".%d", version_of(c));
	buf_putc(to, '"');
}

static void
put_date(struct buf *to, const struct connection *c)
{
	buf_printf(to, "Mon, 01 Jan 2024 00:%02d:00 GMT", version_of(c) % 60);
}

/* Has the request that very line? */
static bool
asks(const struct connection *c, const char *name, struct buf *value)
{
	struct buf line;
	bool found;

	buf_init(&line);
	buf_printf(&line, "\n%s: %s\r", name, buf_string(value));
	found = strstr(c->request.head, buf_string(&line)) != NULL;
	buf_clear(&line);
	return found;
}

static bool
is_known(const struct connection *c)
{
	const struct request *r = &c->request;
	struct buf value;
	bool known = false;

	buf_init(&value);
	if (request_has(r, "etag")) {
		put_etag(&value, c);
		known = asks(c, "If-None-Match", &value);
	} else if (request_has(r, "lastmod")) {
		put_date(&value, c);
		known = asks(c, "If-Modified-Since", &value);
	}
	buf_clear(&value);
	return known;
}

/* The letter at a place; varied ones do not come again in the same order. */
static char
letter(long i, bool varied)
{
	uint32_t n = (uint32_t)i * 2654435761u;

	return (char)('a' + (varied ? (n ^ n >> 15) >> 7 : (uint32_t)i) % 26);
}

static void
make_body(struct buf *body, const struct connection *c)
{
	const struct request *r = &c->request;
	long i, size = request_number(r, "size", -1);
	struct buf hex;

	buf_init(&hex);
	if (request_has(r, "echo")) {
		buf_append(body, r->head, r->head_len);
		buf_append(body, r->body, r->body_len);
	} else if (size >= 0) {
		for (i = 0; i < size; i++)
			buf_putc(body,
			    letter(i + version_of(c) + c->changed,
				request_has(r, "varied")));
	} else if (request_has(r, "hex")) {
		put_option(&hex, r, "hex");
		put_hex(body, buf_string(&hex));
	} else if (request_has(r, "body"))
		put_option(body, r, "body");
	else {
		buf_puts(body, r->path);
		if (version_of(c) > 0)
			buf_printf(body, " version %d", version_of(c));
		buf_putc(body, '\n');
	}
	buf_clear(&hex);
}

static bool
has_fault(const struct request *r, const struct part *p, const char *fault)
{
	size_t len;
	char *value;
	bool found;

	if (!p->bad || (value = request_option(r, "badrange", 0, &len)) == NULL)
		return false;
	found = strcmp(value, fault) == 0;
	free(value);
	return found;
}

/*
 * Does If-Range, where there is one, name the ETag, the modified= or a header=
 * of ours?
 */
static bool
range_is_valid(const struct connection *c)
{
	const struct request *r = &c->request;
	const char *found = request_header(r, "If-Range");
	struct buf ours;
	char *value, *wanted;
	size_t len;
	bool valid;

	if (found == NULL || request_has(r, "blind"))
		return true;
	wanted = strndup(found, strcspn(found, "\r\n"));
	buf_init(&ours);
	put_etag(&ours, c);
	valid = request_has(r, "etag") && *wanted == '"' &&
	    strcmp(buf_string(&ours), wanted) == 0;
	buf_clear(&ours);
	value = request_option(r, "modified", 0, &len);
	valid = valid || (value != NULL && strcmp(value, wanted) == 0);
	free(value);
	value = request_option(r, "header", 0, &len);
	valid = valid || (value != NULL && strstr(value, wanted) != NULL);
	free(value);
	free(wanted);
	return valid;
}

/* Which part of so many bytes is asked for; the status. */
static long
find_part(struct connection *c, struct part *p, size_t len, long status)
{
	const struct request *r = &c->request;
	const char *range = request_header(r, "Range");
	size_t first, last;
	int n;

	memset(p, 0, sizeof *p);
	p->end = len;
	if (status != 200 || !request_has(r, "ranges") || range == NULL ||
	    !range_is_valid(c) ||
	    (n = sscanf(range, "bytes=%zu-%zu", &first, &last)) < 1)
		return status;
	p->bad = (long)first >= request_number(r, "badfrom", 0) &&
	    (!request_has(r, "badranges") || is_early(c, "badranges"));
	if (has_fault(r, p, "whole"))
		return 200;
	if (has_fault(r, p, "busy") || first >= len) {
		p->end = 0;
		return first >= len ? 416 : 503;
	}
	p->ranged = true;
	p->start = first;
	if (n == 2 && last < len)
		p->end = last + 1;
	return 206;
}

static void
put_validators(
    struct buf *head, const struct connection *c, const struct part *p)
{
	const struct request *r = &c->request;

	if (request_has(r, "etag")) {
		buf_puts(head, "ETag: ");
		if (has_fault(r, p, "etag"))
			buf_puts(head, "\"another\"");
		else
			put_etag(head, c);
		buf_puts(head, "\r\n");
	}
	if (request_has(r, "lastmod") || request_has(r, "modified")) {
		buf_puts(head, "Last-Modified: ");
		if (request_has(r, "modified"))
			put_option(head, r, "modified");
		else
			put_date(head, c);
		buf_puts(head, "\r\n");
	}
}

/* Of a body of so many bytes. */
static void
put_range_headers(struct buf *head, const struct request *r, long status,
    const struct part *p, size_t len)
{
	if (request_has(r, "ranges"))
		buf_puts(head, "Accept-Ranges: bytes\r\n");
	if (status == 416 && request_has(r, "ranges"))
		buf_printf(head, "Content-Range: bytes */%zu\r\n", len);
	if (p->ranged && !has_fault(r, p, "none"))
		buf_printf(head, "Content-Range: bytes %zu-%zu/%zu\r\n",
		    p->start + has_fault(r, p, "start"),
		    p->end - 1 + has_fault(r, p, "start"),
		    len + has_fault(r, p, "total"));
}

static void
make_head(struct buf *head, struct connection *c, long status,
    const struct part *p, size_t len)
{
	const struct request *r = &c->request;
	const char *condition;
	char *value;
	size_t size;
	int i;

	if (request_has(r, "headless"))
		return;
	buf_printf(head, "HTTP/1.1 %ld ", status);
	if (request_has(r, "reason"))
		put_option(head, r, "reason");
	else
		buf_puts(head, status < 400 ? "OK" : "No");
	buf_puts(head, "\r\nContent-Type: text/plain\r\n");
	put_validators(head, c, p);
	condition = status == 304 ? "on304" : "on200";
	if (request_has(r, condition)) {
		put_option(head, r, condition);
		buf_puts(head, "\r\n");
	}
	put_range_headers(head, r, status, p, len);
	for (i = 0; (value = request_option(r, "header", i, &size)) != NULL;
	     i++) {
		buf_append(head, value, size);
		buf_puts(head, "\r\n");
		free(value);
	}
	for (i = 0; i < request_number(r, "headers", 0); i++)
		buf_printf(head, "X-Fill: %01014d\r\n", i);
	if (request_has(r, "redirect")) {
		buf_puts(head, "Location: ");
		put_option(head, r, "redirect");
		buf_puts(head, "\r\n");
	}
	if (request_has(r, "chunked") || request_has(r, "badchunk"))
		buf_puts(head, "Transfer-Encoding: chunked\r\n");
	else if (!request_has(r, "nolength"))
		buf_printf(head, "Content-Length: %zu\r\n",
		    (c->endless ? (size_t)1 << 60 : p->end - p->start) +
			(size_t)request_number(r, "short", 0));
	if (c->last)
		buf_puts(head, "Connection: close\r\n");
	buf_puts(head, "\r\n");
}

#define PACES 50 /* a second */

static void on_written(struct bufferevent *bev, void *arg);

/* The next piece of what is sent at a rate. */
static void
send_slowly(struct connection *c)
{
	size_t n = (size_t)request_number(&c->request, "rate", 0) / PACES + 1;
	const struct timeval pause = {0, 1000000 / PACES};

	if (n > c->slow.len - c->slow_sent)
		n = c->slow.len - c->slow_sent;
	if (n == 0) { /* and all is written */
		c->busy = false;
		c->server->active--;
		on_written(c->bev, c);
		return;
	}
	bufferevent_write(c->bev, c->slow.data + c->slow_sent, n);
	c->slow_sent += n;
	event_add(c->pace, &pause);
}

static void
on_pace(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	send_slowly(arg);
}

static void
begin_slowly(struct connection *c, struct buf *out)
{
	if (c->pace == NULL)
		c->pace = event_new(c->server->base, -1, 0, on_pace, c);
	buf_clear(&c->slow);
	buf_move(&c->slow, out);
	c->slow_sent = 0;
	c->busy = true;
	c->server->active++;
	send_slowly(c);
}

static void
put_chunked(struct buf *out, const char *data, size_t len)
{
	buf_printf(out, "%zx\r\n", len);
	buf_append(out, data, len);
	buf_puts(out, "\r\n0\r\n\r\n");
}

static size_t
at_most(size_t len, long most)
{
	return len < (size_t)most ? len : (size_t)most;
}

static void
put_body(struct buf *out, const struct request *r, const struct part *p,
    struct buf *body, bool cut)
{
	size_t len = p->end - p->start, i;

	if (cut)
		len = at_most(len, request_number(r, "cut", 0));
	else if (!p->ranged && request_has(r, "cutwhole"))
		len = at_most(len, request_number(r, "cutwhole", 0));
	else if (request_has(r, "stall"))
		len = at_most(len, request_number(r, "stall", 0));
	else if (has_fault(r, p, "short"))
		len /= 2;
	for (i = 0; i < len && has_fault(r, p, "mixed"); i++)
		body->data[p->start + i] = '#';
	if (len > 0)
		buf_append(out, body->data + p->start, len);
}

static long
status_of(struct connection *c, bool bad)
{
	if (c->refused)
		return 429;
	if (request_has(&c->request, "flaky") && !bad)
		return 200;
	if (request_has(&c->request, "bumped") && c->server->version > 0)
		return request_number(&c->request, "bumped", 0);
	if (is_known(c))
		return 304;
	return request_number(&c->request, "status",
	    request_has(&c->request, "redirect") ? 302
		: bad				 ? 503
						 : 200);
}

/* Answers the request of the connection, which may go away with it. */
static void
answer(struct connection *c)
{
	const struct request *r = &c->request;
	bool flaky = request_has(r, "flaky");
	bool bad = flaky && is_early(c, "flaky"), bodiless;
	bool cut = request_has(r, "cut") && bad == flaky;
	struct buf out, body;
	struct part part;
	long status;

	c->busy = false;
	c->server->active--;
	if (request_has(r, "drop") && bad == flaky) {
		connection_free(c);
		return;
	}
	if (request_has(r, "reset") && bad == flaky) {
		reset(c);
		return;
	}
	c->last = r->wants_close || request_has(r, "close") ||
	    (request_has(r, "nolength") && !r->is_head) ||
	    request_has(r, "headless") || request_has(r, "short") ||
	    request_has(r, "badchunk") || cut;
	c->endless = request_has(r, "endless");
	buf_init(&out);
	buf_init(&body);
	c->changed = request_has(r, "changes") && !is_early(c, "changes");
	make_body(&body, c);
	status = find_part(c, &part, body.len, status_of(c, bad && !cut));
	bodiless = r->is_head || status == 304;
	c->last = c->last || has_fault(r, &part, "short") ||
	    request_has(r, "cutwhole");
	make_head(&out, c, status, &part, body.len);
	if (request_has(r, "badchunk"))
		buf_puts(&out, "zz\r\nno chunk\r\n");
	else if (request_has(r, "chunked") && !bodiless)
		put_chunked(
		    &out, body.data + part.start, part.end - part.start);
	else if (!bodiless)
		put_body(&out, r, &part, &body, cut);
	if (request_has(r, "rate"))
		begin_slowly(c, &out);
	else
		bufferevent_write(c->bev, out.data, out.len);
	buf_clear(&body);
	buf_clear(&out);
	/* The next one, if the client did not wait, comes on_written. */
}

static void
on_delay_over(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	answer(arg);
}

static void
answer_later(struct connection *c, long milliseconds)
{
	struct timeval tv = {milliseconds / 1000, milliseconds % 1000 * 1000};

	if (c->timer == NULL)
		c->timer = event_new(c->server->base, -1, 0, on_delay_over, c);
	event_add(c->timer, &tv);
}

static void
release_held(struct server *s)
{
	struct connection *c;

	while (!list_empty(&s->held)) {
		c = LIST_ITEM(s->held.next, struct connection, link);
		list_remove(&c->link);
		answer(c);
	}
}

static size_t
list_length(const struct list *l)
{
	const struct list *node;
	size_t n = 0;

	for (node = l->next; node != l; node = node->next)
		n++;
	return n;
}

static void
log_request(struct connection *c)
{
	struct buf line;

	if (c->server->log == NULL)
		return;
	buf_init(&line);
	buf_printf(&line,
	    "{\"t\":%.6f,\"conn\":%zu,\"peer\":\"%s\",\"active\":%zu,"
	    "\"method\":\"%s\",\"target\":",
	    now(), c->number, c->peer, c->server->active, c->request.method);
	json_put_string(&line, c->request.target, strlen(c->request.target));
	buf_puts(&line, ",\"head\":");
	json_put_string(&line, c->request.head, c->request.head_len);
	buf_puts(&line, "}\n");
	fwrite(line.data, 1, line.len, c->server->log);
	fflush(c->server->log);
	buf_clear(&line);
}

/* The requests about the server itself; not counted. */
static bool
serve_control(struct connection *c)
{
	struct server *s = c->server;
	char body[200], head[200];

	if (strncmp(c->request.path, "/_", 2) != 0)
		return false;
	snprintf(body, sizeof body,
	    "{\"requests\":%zu,\"connections\":%zu,\"active\":%zu,"
	    "\"held\":%zu,\"peak\":%zu}\n",
	    s->requests, s->connections, s->active, list_length(&s->held),
	    s->peak);
	if (strcmp(c->request.path, "/_reset") == 0) {
		s->requests = s->connections = s->peak = 0;
		s->version = 0;
		s->round++;
	}
	if (strcmp(c->request.path, "/_bump") == 0)
		s->version++;
	if (strcmp(c->request.path, "/_release") == 0)
		release_held(s);
	snprintf(head, sizeof head,
	    "HTTP/1.1 200 OK\r\nContent-Length: %zu"
	    "\r\nConnection: close\r\n\r\n",
	    strlen(body));
	c->last = true;
	bufferevent_write(c->bev, head, strlen(head));
	bufferevent_write(c->bev, body, strlen(body));
	return true;
}

static void
serve(struct connection *c)
{
	struct server *s = c->server;
	long barrier, delay, limit;

	if (serve_control(c))
		return;
	s->requests++;
	if (c->round != s->round)
		s->connections++;
	c->round = s->round;
	c->busy = true;
	if (++s->active > s->peak)
		s->peak = s->active;
	log_request(c);
	take_turn(c);
	barrier = request_number(&c->request, "barrier", 0);
	delay = request_number(&c->request, "delay", 0);
	limit = request_number(&c->request, "limit", 0);
	c->refused = limit > 0 && s->active > (size_t)limit;
	if (request_has(&c->request, "hang") && !is_early(c, "hang"))
		return;
	if (c->refused)
		answer(c);
	else if (barrier > 0 || request_has(&c->request, "hold")) {
		list_append(&s->held, &c->link);
		if (barrier > 0 && list_length(&s->held) >= (size_t)barrier)
			release_held(s);
	} else if (delay > 0)
		answer_later(c, delay);
	else
		answer(c);
}

/* Serves the next request, if it is there. */
static void
take_request(struct connection *c)
{
	int got;

	if (c->busy || c->last || c->endless)
		return;
	request_clear(&c->request);
	got = request_take(&c->request, bufferevent_get_input(c->bev));
	if (got == 1)
		serve(c);
	else if (got == -1)
		connection_free(c);
}

static void
on_readable(struct bufferevent *bev, void *arg)
{
	(void)bev;
	take_request(arg);
}

/* All is written: more of an endless body, the end, or the next request. */
static void
on_written(struct bufferevent *bev, void *arg)
{
	static const char filler[65536];
	struct connection *c = arg;

	if (c->slow_sent < c->slow.len ||
	    evbuffer_get_length(bufferevent_get_output(bev)) > 0)
		return;
	if (c->endless)
		bufferevent_write(bev, filler, sizeof filler);
	else if (c->busy)
		return; /* at a rate: the last piece was just written */
	else if (c->last)
		connection_free(c);
	else
		take_request(c);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		connection_free(arg);
}

static void
on_connection(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *address, int len, void *arg)
{
	static size_t number;
	struct server *s = arg;
	struct connection *c = calloc(1, sizeof *c);
	int on = 1;

	(void)listener;
	(void)len;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	list_init(&c->link);
	c->server = s;
	c->number = ++number;
	inet_ntop(AF_INET, &((struct sockaddr_in *)address)->sin_addr, c->peer,
	    sizeof c->peer);
	c->bev = bufferevent_socket_new(s->base, fd, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(c->bev, on_readable, on_written, on_event, c);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

static void
on_terminate(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	event_base_loopbreak(arg);
}

int
main(int argc, char **argv)
{
	struct server s;
	struct sockaddr_in address;
	struct evconnlistener *listener;
	struct rlimit files;
	socklen_t len = sizeof address;

#ifdef HAVE_SYS_PRCTL_H
	/* Ends with the test that started it, whatever happens to that. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	memset(&s, 0, sizeof s);
	s.round = 1;
	list_init(&s.held);
	list_init(&s.flaky);
	s.base = event_base_new();
	s.log = argc > 1 ? fopen(argv[1], "a") : NULL;
	memset(&address, 0, sizeof address);
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (argc > 2 && inet_pton(AF_INET, argv[2], &address.sin_addr) != 1)
		errx(1, "%s is no address", argv[2]);
	listener = evconnlistener_new_bind(s.base, on_connection, &s,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, 16384,
	    (struct sockaddr *)&address, sizeof address);
	if (listener == NULL ||
	    getsockname(evconnlistener_get_fd(listener),
		(struct sockaddr *)&address, &len) == -1) {
		perror("server");
		return 1;
	}
	event_add(evsignal_new(s.base, SIGTERM, on_terminate, s.base), NULL);
	printf("%d\n", ntohs(address.sin_port));
	fclose(stdout);
	event_base_dispatch(s.base);
	return 0;
}
