/*
 * Four callbacks between libcurl and libevent, and a hook that reaps.
 *
 * libcurl is never called from its own callbacks, and nobody else is called
 * from any callback: what has ended is handed on by the hook.
 */
#include "config.h"

#include "fetch/multi.h"

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"

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
	struct multi *m = arg;
	int action = 0, running;

	if (what & EV_READ)
		action |= CURL_CSELECT_IN;
	if (what & EV_WRITE)
		action |= CURL_CSELECT_OUT;
	curl_multi_socket_action(m->handle, fd, action, &running);
}

/* libevent: libcurl's timer is due. */
static void
on_timer_due(evutil_socket_t fd, short what, void *arg)
{
	struct multi *m = arg;

	(void)fd;
	(void)what;
	m->due = true;
}

/* libcurl: call me in so many milliseconds; -1: never mind. */
static int
on_set_timer(CURLM *handle, long milliseconds, void *arg)
{
	struct multi *m = arg;
	struct timeval tv;

	(void)handle;
	m->due = milliseconds == 0; /* the hook does it, in this turn */
	if (milliseconds <= 0) {
		event_del(m->timer);
		return 0;
	}
	tv.tv_sec = milliseconds / 1000;
	tv.tv_usec = milliseconds % 1000 * 1000;
	return event_add(m->timer, &tv);
}

static struct socket_event *
socket_event_take(struct multi *m)
{
	struct socket_event *s;

	if (list_empty(&m->idle_sockets)) {
		s = xcalloc(1, sizeof *s);
		list_init(&s->link);
	} else {
		s = LIST_ITEM(m->idle_sockets.next, struct socket_event, link);
		list_remove(&s->link);
	}
	s->what = 0;
	return s;
}

/* libcurl: watch this socket for that. */
static int
on_set_socket(CURL *easy, curl_socket_t fd, int want, void *arg, void *socketp)
{
	struct multi *m = arg;
	struct socket_event *s = socketp;
	short what = 0;

	(void)easy;
	if (want == CURL_POLL_REMOVE) {
		if (s != NULL) {
			event_del(&s->event);
			list_append(&m->idle_sockets, &s->link);
		}
		return 0;
	}
	if (s == NULL) {
		s = socket_event_take(m);
		curl_multi_assign(m->handle, fd, s);
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
	if (event_assign(&s->event, m->loop->base, fd,
		(short)(what | EV_PERSIST), on_socket_ready, m) != 0 ||
	    event_add(&s->event, NULL) != 0)
		return -1;
	return 0;
}

/* The loop's hook: lets libcurl do what is due, and reaps what has ended. */
static bool
multi_turn(void *arg)
{
	struct multi *m = arg;
	CURLMsg *message;
	CURLcode code;
	CURL *easy;
	bool did = false;
	int running, left;

	if (m->due) {
		m->due = false;
		did = true;
		curl_multi_socket_action(
		    m->handle, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	while ((message = curl_multi_info_read(m->handle, &left)) != NULL) {
		did = true;
		if (message->msg != CURLMSG_DONE)
			continue;
		/* The message goes with the handle. */
		easy = message->easy_handle;
		code = message->data.result;
		curl_multi_remove_handle(m->handle, easy);
		m->done(easy, code);
	}
	return did;
}

#define SET(handle, option, value)                                             \
	do {                                                                   \
		if (curl_multi_setopt(handle, option, value) != CURLM_OK)      \
			msg_die(EXIT_LOCAL, _("libcurl does not take %s"),     \
			    #option);                                          \
	} while (0)

void
multi_init(struct multi *m, struct loop *l, size_t connections, size_t idle,
    multi_done *done)
{
	memset(m, 0, sizeof *m);
	m->loop = l;
	m->done = done;
	list_init(&m->idle_sockets);
	m->handle = curl_multi_init();
	m->timer = event_new(l->base, -1, 0, on_timer_due, m);
	if (m->handle == NULL || m->timer == NULL)
		msg_die(EXIT_LOCAL, _("cannot start libcurl"));
	SET(m->handle, CURLMOPT_SOCKETFUNCTION, on_set_socket);
	SET(m->handle, CURLMOPT_SOCKETDATA, m);
	SET(m->handle, CURLMOPT_TIMERFUNCTION, on_set_timer);
	SET(m->handle, CURLMOPT_TIMERDATA, m);
	SET(m->handle, CURLMOPT_MAXCONNECTS, (long)idle);
	SET(m->handle, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections);
	loop_add_reap_hook(l, &m->hook, multi_turn, m);
}

void
multi_clear(struct multi *m)
{
	struct socket_event *s;

	loop_hook_remove(&m->hook);
	curl_multi_cleanup(m->handle);
	while (!list_empty(&m->idle_sockets)) {
		s = LIST_ITEM(m->idle_sockets.next, struct socket_event, link);
		list_remove(&s->link);
		free(s);
	}
	event_free(m->timer);
}

CURLMcode
multi_start(struct multi *m, CURL *easy)
{
	return curl_multi_add_handle(m->handle, easy);
}

void
multi_stop(struct multi *m, CURL *easy)
{
	curl_multi_remove_handle(m->handle, easy);
}
