/*
 * Transfers: four callbacks between libcurl and libevent, two for the data,
 * and a hook that reaps what has ended.
 *
 * libcurl is never called back into from its own callbacks, and no task runs
 * inside any callback: the hook wakes the tasks, the loop runs them.
 */
#include "config.h"

#include "fetch/xfer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "base/msg.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "fetch/headers.h"
#include "fetch/setup.h"
#include "input/options.h"
#include "input/request.h"

/* What an idle handle keeps of its buffers for the next transfer. */
#define KEEP_BYTES 16384

/* A body's announced length is believed up to here when memory is taken. */
#define RESERVE_MAX ((curl_off_t)1 << 20)

/* The event of one socket, kept for the next one when libcurl is done. */
struct socket_event {
	struct list link; /* while idle */
	struct event event;
	short what; /* EV_READ, EV_WRITE; 0: not set */
};

/* libevent: something happened on a socket. */
static void
on_socket_ready(evutil_socket_t fd, short what, void *arg)
{
	struct xfer_pool *p = arg;
	int action = 0, running;

	if (what & EV_READ)
		action |= CURL_CSELECT_IN;
	if (what & EV_WRITE)
		action |= CURL_CSELECT_OUT;
	curl_multi_socket_action(p->multi, fd, action, &running);
}

/* libevent: libcurl's timer is due. */
static void
on_timer_due(evutil_socket_t fd, short what, void *arg)
{
	struct xfer_pool *p = arg;

	(void)fd;
	(void)what;
	p->due = true;
}

/* libcurl: call me in so many milliseconds; -1: never mind. */
static int
on_set_timer(CURLM *multi, long milliseconds, void *arg)
{
	struct xfer_pool *p = arg;
	struct timeval tv;

	(void)multi;
	p->due = milliseconds == 0; /* the hook does it, in this turn */
	if (milliseconds <= 0) {
		event_del(p->timer);
		return 0;
	}
	tv.tv_sec = milliseconds / 1000;
	tv.tv_usec = milliseconds % 1000 * 1000;
	return event_add(p->timer, &tv);
}

static struct socket_event *
socket_event_take(struct xfer_pool *p)
{
	struct socket_event *s;

	if (list_empty(&p->idle_sockets)) {
		s = xcalloc(1, sizeof *s);
		list_init(&s->link);
	} else {
		s = LIST_ITEM(p->idle_sockets.next, struct socket_event, link);
		list_remove(&s->link);
	}
	s->what = 0;
	return s;
}

/* libcurl: watch this socket for that. */
static int
on_set_socket(CURL *easy, curl_socket_t fd, int want, void *arg, void *socketp)
{
	struct xfer_pool *p = arg;
	struct socket_event *s = socketp;
	short what = 0;

	(void)easy;
	if (want == CURL_POLL_REMOVE) {
		if (s != NULL) {
			event_del(&s->event);
			list_append(&p->idle_sockets, &s->link);
		}
		return 0;
	}
	if (s == NULL) {
		s = socket_event_take(p);
		curl_multi_assign(p->multi, fd, s);
	}
	if (want & CURL_POLL_IN)
		what |= EV_READ;
	if (want & CURL_POLL_OUT)
		what |= EV_WRITE;
	if (what == s->what)
		return 0;
	if (s->what != 0)
		event_del(&s->event);
	s->what = what;
	if (event_assign(&s->event, p->loop->base, fd,
		(short)(what | EV_PERSIST), on_socket_ready, p) != 0 ||
	    event_add(&s->event, NULL) != 0)
		return -1;
	return 0;
}

static bool
is_status_line(const char *line, size_t len)
{
	return len > 5 && memcmp(line, "HTTP/", 5) == 0;
}

/* Room for the body that the response announces. */
static void
expect_body(struct xfer *x)
{
	curl_off_t length = -1;

	curl_easy_getinfo(x->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	if (length > 0)
		buf_reserve(&x->body,
		    (size_t)(length < RESERVE_MAX ? length : RESERVE_MAX));
}

/* Does the response say how long its body is? */
static bool
has_length(const struct xfer *x)
{
	struct headers h;
	size_t i;
	bool found = false;

	headers_parse(&h, &x->head);
	for (i = 0; i < h.count; i++)
		if (header_is(&h.all[i], "Content-Length") ||
		    header_is(&h.all[i], "Transfer-Encoding"))
			found = true;
	headers_clear(&h);
	return found;
}

/*
 * At the end of the headers: is it no use to read on? So it is where nobody
 * wants the body, and the connection ends with it anyway, perhaps never.
 */
static bool
body_is_useless(struct xfer *x)
{
	const struct options *o = x->pool->options;
	long status = 0;

	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	/* libcurl may answer a 401 or 407 itself. */
	return status >= 400 && status != 401 && status != 407 &&
	    o->format == FORMAT_BODY && !o->fail_with_body &&
	    !status_set_has(&o->ok_status, status) && !has_length(x);
}

/* libcurl: a header line, of this response or one before it. */
static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	struct xfer *x = arg;
	size_t len = size * count;

	if (is_status_line(data, len))
		x->head.len = 0;
	if (len > XFER_HEAD_MAX - x->head.len) {
		x->refused = "the response's headers are larger than 300 KiB";
		return 0;
	}
	buf_append(&x->head, data, len);
	if ((*data == '\r' || *data == '\n') && body_is_useless(x)) {
		x->body_skipped = true;
		return 0;
	}
	return len;
}

/* libcurl: a piece of the body. */
static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	struct xfer *x = arg;
	size_t len = size * count;

	if (x->body.len == 0)
		expect_body(x);
	buf_append(&x->body, data, len);
	return len;
}

/* Takes an ended transfer from libcurl and wakes its task. */
static void
reap(struct xfer_pool *p, CURL *easy, CURLcode code)
{
	struct xfer *x = NULL;
	struct co_task *waiter;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&x);
	/* We stopped it ourselves, with all that was wanted. */
	x->code = x->body_skipped ? CURLE_OK : code;
	curl_multi_remove_handle(p->multi, easy);
	waiter = x->waiter;
	x->waiter = NULL;
	co_wake(waiter, 0);
}

/* The loop's hook: lets libcurl do what is due, and reaps what has ended. */
static bool
pool_turn(void *arg)
{
	struct xfer_pool *p = arg;
	CURLMsg *message;
	bool did = false;
	int running, left;

	if (p->due) {
		p->due = false;
		did = true;
		curl_multi_socket_action(
		    p->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	while ((message = curl_multi_info_read(p->multi, &left)) != NULL) {
		did = true;
		if (message->msg == CURLMSG_DONE)
			reap(p, message->easy_handle, message->data.result);
	}
	return did;
}

#define SET(handle, option, value)                                             \
	do {                                                                   \
		if (curl_multi_setopt(handle, option, value) != CURLM_OK)      \
			msg_die(EXIT_LOCAL, "libcurl does not take " #option); \
	} while (0)

void
xfer_pool_init(struct xfer_pool *p, struct loop *l, const struct options *o,
    size_t connections, size_t idle)
{
	memset(p, 0, sizeof *p);
	p->loop = l;
	p->options = o;
	list_init(&p->idle);
	list_init(&p->idle_sockets);
	p->multi = curl_multi_init();
	p->timer = event_new(l->base, -1, 0, on_timer_due, p);
	if (p->multi == NULL || p->timer == NULL)
		msg_die(EXIT_LOCAL, "cannot start libcurl");
	SET(p->multi, CURLMOPT_SOCKETFUNCTION, on_set_socket);
	SET(p->multi, CURLMOPT_SOCKETDATA, p);
	SET(p->multi, CURLMOPT_TIMERFUNCTION, on_set_timer);
	SET(p->multi, CURLMOPT_TIMERDATA, p);
	SET(p->multi, CURLMOPT_MAXCONNECTS, (long)idle);
	SET(p->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections);
	loop_add_reap_hook(l, &p->hook, pool_turn, p);
}

static void
xfer_free(struct xfer *x)
{
	curl_easy_cleanup(x->easy);
	buf_clear(&x->head);
	buf_clear(&x->body);
	free(x);
}

void
xfer_pool_clear(struct xfer_pool *p)
{
	struct socket_event *s;
	struct xfer *x;

	loop_hook_remove(&p->hook);
	while (!list_empty(&p->idle)) {
		x = LIST_ITEM(p->idle.next, struct xfer, link);
		list_remove(&x->link);
		xfer_free(x);
	}
	curl_multi_cleanup(p->multi);
	while (!list_empty(&p->idle_sockets)) {
		s = LIST_ITEM(p->idle_sockets.next, struct socket_event, link);
		list_remove(&s->link);
		free(s);
	}
	event_free(p->timer);
}

static struct xfer *
xfer_new(struct xfer_pool *p)
{
	struct xfer *x = xcalloc(1, sizeof *x);

	list_init(&x->link);
	x->pool = p;
	x->easy = curl_easy_init();
	if (x->easy == NULL)
		xmalloc_exhausted();
	setup_easy(x->easy, p->options);
	curl_easy_setopt(x->easy, CURLOPT_PRIVATE, x);
	curl_easy_setopt(x->easy, CURLOPT_ERRORBUFFER, x->error);
	curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x);
	return x;
}

/* Waiting for a connection to share pays only where HTTP/2 may come of it. */
static void
prefer_multiplexing(struct xfer *x, const char *url)
{
	bool is_https = strncasecmp(url, "https:", 6) == 0;

	if (is_https != x->is_https)
		curl_easy_setopt(x->easy, CURLOPT_PIPEWAIT, is_https ? 1L : 0L);
	x->is_https = is_https;
}

struct xfer *
xfer_open(struct xfer_pool *p, const struct request *r)
{
	struct xfer *x;

	if (list_empty(&p->idle))
		x = xfer_new(p);
	else {
		/* The last one given back: its memory is warm. */
		x = LIST_ITEM(p->idle.prev, struct xfer, link);
		list_remove(&x->link);
	}
	x->code = CURLE_OK;
	x->refused = NULL;
	x->body_skipped = false;
	x->error[0] = '\0';
	x->head.len = x->body.len = 0;
	prefer_multiplexing(x, r->url);
	if (curl_easy_setopt(x->easy, CURLOPT_URL, r->url) != CURLE_OK)
		xmalloc_exhausted();
	return x;
}

/* The task does not wait any longer: the transfer ends here. */
static void
xfer_undo(struct co_task *self)
{
	struct xfer *x = self->wait;

	x->waiter = NULL;
	curl_multi_remove_handle(x->pool->multi, x->easy);
}

bool
xfer_perform(struct co_task *self, struct xfer *x)
{
	CURLMcode code;

	if (co_interrupted(self))
		return true;
	code = curl_multi_add_handle(x->pool->multi, x->easy);
	if (code != CURLM_OK) {
		x->code = CURLE_FAILED_INIT;
		x->refused = curl_multi_strerror(code);
		return true;
	}
	x->waiter = self;
	self->wait = x;
	return co_suspend(self, NULL, xfer_undo);
}

void
xfer_close(struct xfer *x)
{
	if (x == NULL)
		return;
	buf_reset(&x->head, KEEP_BYTES);
	buf_reset(&x->body, KEEP_BYTES);
	list_append(&x->pool->idle, &x->link);
}

const char *
xfer_problem(const struct xfer *x)
{
	if (x->refused != NULL)
		return x->refused;
	return x->error[0] != '\0' ? x->error : curl_easy_strerror(x->code);
}
