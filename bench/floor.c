/*
 * The floor: what libcurl's multi_socket interface on libevent costs, both
 * as they come. Fetches the URLs of stdin, one a line, over N slots and
 * discards the bodies; no results, no order.
 *
 * usage: floor [-O] [-r] [-b BYTES] [-c FILE] N
 *
 *	-O	write each body to a file named as the end of its URL
 *	-r	after a 5xx try again, up to 3 times, each after a second
 *	-b	the receive buffer's size (libcurl's default: 16 KiB)
 *	-c	trust the certificates in FILE
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <curl/curl.h>
#include <event2/event.h>

struct slot {
	CURL *easy;
	int fd; /* of the file; -1: none */
	int retries;
	char url[4096];
};

static struct event_base *base;
static struct event *timer;
static CURLM *multi;
static bool to_files, with_retries;
static size_t failed;

static void start(struct slot *s);

static void
on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct slot *s = arg;

	(void)fd;
	(void)what;
	s->retries++;
	curl_multi_add_handle(multi, s->easy);
}

static void
finish(struct slot *s, CURLcode result)
{
	static const struct timeval second = {1, 0};
	long status = 0;

	curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	if (with_retries && status >= 500 && s->retries < 3) {
		event_base_once(base, -1, EV_TIMEOUT, on_retry, s, &second);
		return;
	}
	if (result != CURLE_OK || status != 200)
		failed++;
	if (s->fd != -1)
		close(s->fd);
	start(s);
}

static void
reap(void)
{
	CURLMsg *message;
	CURLcode result;
	struct slot *s;
	CURL *easy;
	int left;

	while ((message = curl_multi_info_read(multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		result = message->data.result;
		easy = message->easy_handle;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&s);
		curl_multi_remove_handle(multi, easy);
		finish(s, result);
	}
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	int running;

	(void)arg;
	curl_multi_socket_action(multi, fd,
	    (what & EV_READ ? CURL_CSELECT_IN : 0) |
		(what & EV_WRITE ? CURL_CSELECT_OUT : 0),
	    &running);
	reap();
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	int running;

	(void)fd;
	(void)what;
	(void)arg;
	curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	reap();
}

static int
set_timer(CURLM *m, long milliseconds, void *arg)
{
	struct timeval tv = {milliseconds / 1000, milliseconds % 1000 * 1000};

	(void)m;
	(void)arg;
	if (milliseconds < 0)
		return event_del(timer);
	return event_add(timer, &tv);
}

static int
set_socket(CURL *easy, curl_socket_t fd, int want, void *arg, void *socketp)
{
	struct event *event = socketp;
	short what = EV_PERSIST;

	(void)easy;
	(void)arg;
	if (want == CURL_POLL_REMOVE) {
		if (event != NULL)
			event_free(event);
		return 0;
	}
	if (want & CURL_POLL_IN)
		what |= EV_READ;
	if (want & CURL_POLL_OUT)
		what |= EV_WRITE;
	if (event == NULL) {
		event = event_new(base, fd, what, on_socket, NULL);
		curl_multi_assign(multi, fd, event);
	} else {
		event_del(event);
		event_assign(event, base, fd, what, on_socket, NULL);
	}
	return event_add(event, NULL);
}

static size_t
take(char *data, size_t size, size_t count, void *arg)
{
	struct slot *s = arg;

	if (s->fd == -1)
		return size * count;
	return (size_t)write(s->fd, data, size * count);
}

static void
start(struct slot *s)
{
	if (fgets(s->url, sizeof s->url, stdin) == NULL) {
		curl_easy_cleanup(s->easy);
		free(s);
		return;
	}
	s->url[strcspn(s->url, "\r\n")] = '\0';
	s->retries = 0;
	if (to_files)
		s->fd = open(strrchr(s->url, '/') + 1,
		    O_WRONLY | O_CREAT | O_TRUNC, 0666);
	curl_easy_setopt(s->easy, CURLOPT_URL, s->url);
	/* as coget and curl -Z: it leaves HTTP/2 a chance to multiplex */
	curl_easy_setopt(s->easy, CURLOPT_PIPEWAIT,
	    strncmp(s->url, "https:", 6) == 0 ? 1L : 0L);
	curl_multi_add_handle(multi, s->easy);
}

static struct slot *
slot_new(long buffer, const char *ca)
{
	struct slot *s = calloc(1, sizeof *s);

	s->fd = -1;
	s->easy = curl_easy_init();
	curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
	curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s->easy, CURLOPT_USERAGENT, "floor/0.1.0");
	if (buffer > 0)
		curl_easy_setopt(s->easy, CURLOPT_BUFFERSIZE, buffer);
	if (ca != NULL)
		curl_easy_setopt(s->easy, CURLOPT_CAINFO, ca);
	return s;
}

int
main(int argc, char **argv)
{
	struct rlimit files;
	const char *ca = NULL;
	long i, slots, buffer = 0;
	int c;

	while ((c = getopt(argc, argv, "Orb:c:")) != -1) {
		if (c == 'O')
			to_files = true;
		else if (c == 'r')
			with_retries = true;
		else if (c == 'b')
			buffer = atol(optarg);
		else if (c == 'c')
			ca = optarg;
		else
			return 2;
	}
	if (optind + 1 != argc || (slots = atol(argv[optind])) < 1) {
		fprintf(stderr, "usage: floor [-O] [-r] [-b N] [-c FILE] N\n");
		return 2;
	}
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	base = event_base_new();
	timer = event_new(base, -1, 0, on_timer, NULL);
	multi = curl_multi_init();
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, slots * 2);
	for (i = 0; i < slots; i++)
		start(slot_new(buffer, ca));
	event_base_dispatch(base);
	curl_multi_cleanup(multi);
	event_free(timer);
	event_base_free(base);
	return failed != 0;
}
