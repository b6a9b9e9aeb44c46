/*
 * The floor: what libcurl's multi_socket interface on libevent costs, both
 * as they come. Fetches the URLs of a file over N slots and discards the
 * bodies; no results, no order, no retries.
 *
 * usage: floor N FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <curl/curl.h>
#include <event2/event.h>

static struct event_base *base;
static struct event *timer;
static CURLM *multi;
static FILE *list;
static size_t failed;

static void start(CURL *easy);

static void
reap(void)
{
	CURLMsg *message;
	CURL *easy;
	int left;

	while ((message = curl_multi_info_read(multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		if (message->data.result != CURLE_OK)
			failed++;
		easy = message->easy_handle;
		curl_multi_remove_handle(multi, easy);
		start(easy);
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
discard(char *data, size_t size, size_t count, void *arg)
{
	(void)data;
	(void)arg;
	return size * count;
}

static void
start(CURL *easy)
{
	char url[4096];

	if (fgets(url, sizeof url, list) == NULL) {
		curl_easy_cleanup(easy);
		return;
	}
	url[strcspn(url, "\r\n")] = '\0';
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_multi_add_handle(multi, easy);
}

int
main(int argc, char **argv)
{
	struct rlimit files;
	CURL *easy;
	long i, slots;

	if (argc != 3 || (list = fopen(argv[2], "r")) == NULL) {
		fprintf(stderr, "usage: floor N FILE\n");
		return 2;
	}
	slots = atol(argv[1]);
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
	for (i = 0; i < slots; i++) {
		easy = curl_easy_init();
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		start(easy);
	}
	event_base_dispatch(base);
	curl_multi_cleanup(multi);
	event_free(timer);
	event_base_free(base);
	fclose(list);
	return failed != 0;
}
