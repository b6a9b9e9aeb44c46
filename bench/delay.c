/*
 * The server whose answers take time: HTTP/1.1 on all addresses, keep-alive,
 * no more than the benchmark needs.
 *
 * usage: delay PORT
 *
 *	/MS/ID		200 and 50 bytes, after MS milliseconds
 *	/MS/flaky/ID	the same; but of each two requests for an ID, a number,
 *			the first gets a 503 without a body
 *	/count		how many requests came, and how many waited at once,
 *			since the last /count; IDs begin anew
 */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#define IDS 1000000

struct connection {
	struct event *readable;
	struct event *timer;
	size_t len; /* of the request so far */
	char request[4096];
	const char *answer;
};

static const char answer_ok[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 50\r\n\r\n"
    "01234567890123456789012345678901234567890123456789";
static const char answer_failure[] =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

static struct event_base *base;
static unsigned char failed[IDS];
static unsigned long requests, waiting, peak;

static void
connection_free(struct connection *c)
{
	if (evtimer_pending(c->timer, NULL))
		waiting--;
	close(event_get_fd(c->readable));
	event_free(c->readable);
	event_free(c->timer);
	free(c);
}

/* All answers fit into what a socket holds. */
static void
put(struct connection *c, const char *answer, size_t len)
{
	if (write(event_get_fd(c->readable), answer, len) != (ssize_t)len)
		connection_free(c);
}

static void
on_time(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;

	(void)fd;
	(void)what;
	waiting--;
	put(c, c->answer, strlen(c->answer));
}

static void
tell_count(struct connection *c)
{
	char body[64], answer[256];
	int len;

	snprintf(body, sizeof body, "%lu %lu\n", requests, peak);
	len = snprintf(answer, sizeof answer,
	    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
	    body);
	requests = peak = waiting;
	memset(failed, 0, sizeof failed);
	put(c, answer, (size_t)len);
}

static void
take_request(struct connection *c)
{
	struct timeval tv;
	unsigned long milliseconds, id;

	if (strncmp(c->request, "GET /count ", 11) == 0) {
		tell_count(c);
		return;
	}
	milliseconds = strtoul(c->request + strlen("GET /"), NULL, 10);
	c->answer = answer_ok;
	if (sscanf(c->request, "GET /%*u/flaky/%lu", &id) == 1 && id < IDS &&
	    (failed[id] ^= 1))
		c->answer = answer_failure;
	requests++;
	if (++waiting > peak)
		peak = waiting;
	if (milliseconds == 0) {
		on_time(-1, 0, c);
		return;
	}
	tv.tv_sec = (time_t)(milliseconds / 1000);
	tv.tv_usec = (suseconds_t)(milliseconds % 1000 * 1000);
	event_add(c->timer, &tv);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct connection *c = arg;
	ssize_t n;

	(void)what;
	n = read(fd, c->request + c->len, sizeof c->request - 1 - c->len);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		connection_free(c);
		return;
	}
	c->len += (size_t)n;
	c->request[c->len] = '\0';
	/* no client here sends a second request before the answer */
	if (strstr(c->request, "\r\n\r\n") == NULL)
		return;
	c->len = 0;
	take_request(c);
}

static void
on_connection(evutil_socket_t listener, short what, void *arg)
{
	struct connection *c;
	int fd;

	(void)what;
	(void)arg;
	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) != -1) {
		c = calloc(1, sizeof *c);
		c->readable = event_new(
		    base, fd, EV_READ | EV_PERSIST, on_readable, c);
		c->timer = evtimer_new(base, on_time, c);
		event_add(c->readable, NULL);
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct rlimit files;
	struct event *listening;
	int fd, on = 1;

	if (argc != 2) {
		fprintf(stderr, "usage: delay PORT\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	address.sin_port = htons((in_port_t)atoi(argv[1]));
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 ||
	    listen(fd, 65535) == -1) { /* the kernel may allow less */
		perror("delay");
		return 1;
	}
	base = event_base_new();
	listening = event_new(
	    base, fd, EV_READ | EV_PERSIST, on_connection, NULL);
	event_add(listening, NULL);
	event_base_dispatch(base);
	return 0;
}
