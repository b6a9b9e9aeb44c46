/*
 * The embedded task service.
 */
#include "config.h"

#include "service/service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>

#include "base/list.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"

/* As many as may want to connect in one turn; the kernel caps it. */
#define BACKLOG 16384

/* How long it takes no connection after one could not be taken. */
#define ACCEPT_PAUSE_MSEC 50

struct service {
	struct event_base *base; /* borrowed */
	struct evhttp *http;
	struct timeval delay;
	char *template;
	const char *answer; /* borrowed; %s is the ID */
	struct list answers;
};

/* A request whose answer is due later. */
struct answer {
	struct list link;
	const struct service *service;
	struct evhttp_request *request; /* borrowed */
	struct event *timer;
};

static void
answer_free(struct answer *a)
{
	list_remove(&a->link);
	event_free(a->timer);
	free(a);
}

static void
on_client_gone(struct evhttp_connection *connection, void *arg)
{
	(void)connection;
	answer_free(arg);
}

/* "/ID" as it was before it was percent-encoded. */
static char *
decode_id(const char *uri, size_t *len)
{
	const char *path = *uri == '/' ? uri + 1 : uri;
	char *encoded = xmemdup(path, strcspn(path, "?"));
	char *decoded = evhttp_uridecode(encoded, 0, len);

	if (decoded == NULL)
		xmalloc_exhausted();
	free(encoded);
	return decoded;
}

static void
on_due(evutil_socket_t fd, short what, void *arg)
{
	struct answer *a = arg;
	struct evhttp_request *request = a->request;
	struct evbuffer *body = evhttp_request_get_output_buffer(request);
	const char *text = a->service->answer, *id_at = strstr(text, "%s");
	size_t len;
	char *id;

	(void)fd;
	(void)what;
	evhttp_connection_set_closecb(
	    evhttp_request_get_connection(request), NULL, NULL);
	answer_free(a);
	id = decode_id(evhttp_request_get_uri(request), &len);
	evhttp_add_header(evhttp_request_get_output_headers(request),
	    "Content-Type", "text/plain; charset=utf-8");
	if (evbuffer_add(body, text, (size_t)(id_at - text)) != 0 ||
	    evbuffer_add(body, id, len) != 0 ||
	    evbuffer_add(body, id_at + 2, strlen(id_at + 2)) != 0)
		xmalloc_exhausted();
	free(id);
	evhttp_send_reply(request, HTTP_OK, "OK", NULL);
}

static void
on_request(struct evhttp_request *request, void *arg)
{
	struct service *s = arg;
	struct answer *a = xcalloc(1, sizeof *a);

	a->service = s;
	a->request = request;
	a->timer = event_new(s->base, -1, 0, on_due, a);
	if (a->timer == NULL || event_add(a->timer, &s->delay) != 0)
		xmalloc_exhausted();
	list_append(&s->answers, &a->link);
	evhttp_connection_set_closecb(
	    evhttp_request_get_connection(request), on_client_gone, a);
}

static void
on_resume(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	evconnlistener_enable(arg);
}

/*
 * Out of descriptors, say: some are free again when answers have gone. The
 * argument is evhttp's own, which took the listener over.
 */
static void
on_accept_failed(struct evconnlistener *listener, void *arg)
{
	static const struct timeval pause = {
	    .tv_usec = ACCEPT_PAUSE_MSEC * USEC_PER_MSEC};

	(void)arg;
	evconnlistener_disable(listener);
	event_base_once(evconnlistener_get_base(listener), -1, EV_TIMEOUT,
	    on_resume, listener, &pause);
}

/* Ends the program, for what errno says. */
static _Noreturn void
give_up(struct service *s, struct evconnlistener *listener)
{
	const int error = errno;

	if (listener != NULL)
		evconnlistener_free(listener);
	service_free(s);
	msg_die(EXIT_LOCAL, _("cannot start the task service: %s"),
	    nls_strerror(error));
}

/* Listens, and returns the port. */
static unsigned
listen_on_loopback(struct service *s)
{
	struct sockaddr_in address;
	struct evconnlistener *listener;
	socklen_t len = sizeof address;

	memset(&address, 0, sizeof address);
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = evconnlistener_new_bind(s->base, NULL, NULL,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG,
	    (struct sockaddr *)&address, sizeof address);
	if (listener == NULL ||
	    getsockname(evconnlistener_get_fd(listener),
		(struct sockaddr *)&address, &len) == -1 ||
	    evhttp_bind_listener(s->http, listener) == NULL)
		give_up(s, listener);
	evconnlistener_set_error_cb(listener, on_accept_failed);
	return ntohs(address.sin_port);
}

struct service *
service_new(struct event_base *base, int64_t delay, const char *answer)
{
	struct service *s = xcalloc(1, sizeof *s);

	s->base = base;
	s->answer = answer;
	s->delay.tv_sec = (time_t)(delay / USEC_PER_SEC);
	s->delay.tv_usec = (suseconds_t)(delay % USEC_PER_SEC);
	list_init(&s->answers);
	s->http = evhttp_new(base);
	if (s->http == NULL)
		xmalloc_exhausted();
	/* All methods: what the user sends is the user's business. */
	evhttp_set_allowed_methods(s->http, 0xffff);
	evhttp_set_gencb(s->http, on_request, s);
	s->template = xasprintf(
	    "http://127.0.0.1:%u/{id}", listen_on_loopback(s));
	return s;
}

void
service_free(struct service *s)
{
	struct answer *a;

	if (s == NULL)
		return;
	while (!list_empty(&s->answers)) {
		a = LIST_ITEM(s->answers.next, struct answer, link);
		evhttp_connection_set_closecb(
		    evhttp_request_get_connection(a->request), NULL, NULL);
		answer_free(a);
	}
	evhttp_free(s->http);
	free(s->template);
	free(s);
}

const char *
service_template(const struct service *s)
{
	return s->template;
}
