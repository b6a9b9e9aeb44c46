/*
 * Connections.
 */
#include "config.h"

#include "fetch/connection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/ascii.h"
#include "base/nls.h"
#include "fetch/retry.h"
#include "fetch/setup.h"
#include "fetch/xfer.h"
#include "input/options.h"
#include "input/request.h"

/* Names are known so long: libcurl's default, or with many hosts; seconds. */
#define NAMES_OF_FEW  60L
#define NAMES_OF_MANY 1L

/* A connection that nobody had before, one that nobody has afterwards. */
static void
set_connection(struct xfer *x, bool is_fresh, bool is_last)
{
	if (is_fresh != x->connection.is_fresh)
		curl_easy_setopt(
		    x->easy, CURLOPT_FRESH_CONNECT, is_fresh ? 1L : 0L);
	if (is_last != x->connection.is_last)
		curl_easy_setopt(
		    x->easy, CURLOPT_FORBID_REUSE, is_last ? 1L : 0L);
	x->connection.is_fresh = is_fresh;
	x->connection.is_last = is_last;
}

/*
 * At the end of each transfer libcurl looks at all names, and addresses, that
 * it has resolved within this time.
 */
static void
remember_names(struct xfer *x, bool many)
{
	if (many != x->connection.forgets_names)
		curl_easy_setopt(x->easy, CURLOPT_DNS_CACHE_TIMEOUT,
		    many ? NAMES_OF_MANY : NAMES_OF_FEW);
	x->connection.forgets_names = many;
}

/* The HTTP version that the user wants; CURL_HTTP_VERSION_NONE: any. */
static long
version_wanted(const struct xfer *x)
{
	const struct setting *set = settings_find(
	    &x->pool->options->request.settings, CURLOPT_HTTP_VERSION);

	return set != NULL ? set->number : CURL_HTTP_VERSION_NONE;
}

/* May HTTP/2 come of it, by itself or where a redirect leads? */
static bool
may_be_http2(const struct xfer *x)
{
	const long version = version_wanted(x);

	if (version == CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE ||
	    version == CURL_HTTP_VERSION_3ONLY)
		return true;
	return (x->connection.is_https || version == CURL_HTTP_VERSION_2_0 ||
		   x->pool->options->request.location) &&
	    !x->pool->multi->met_false;
}

/*
 * Waiting for a connection to share pays only where HTTP/2 may come of it.
 * Where it may not, libcurl is not to look for it.
 */
static void
set_version(struct xfer *x, const char *url)
{
	struct connection *c = &x->connection;
	bool is_https = ascii_prefix(url, "https:"), was = c->may_be_http2;

	if (is_https != c->is_https)
		curl_easy_setopt(x->easy, CURLOPT_PIPEWAIT, is_https ? 1L : 0L);
	c->is_https = is_https;
	c->may_be_http2 = may_be_http2(x);
	if (!c->has_version || c->may_be_http2 != was)
		setup_version(x->easy, x->pool->options, c->may_be_http2);
	c->has_version = true;
}

/*
 * From now on nobody looks for a connection to share, of those that have not
 * yet begun, too; for those that have see may_be_shared. Servers like that are
 * rare: the rest of the run makes do with HTTP/1.1.
 */
static void
meet_false(struct xfer *x)
{
	struct list *all = &x->pool->running, *node;
	struct xfer *other;

	x->pool->multi->met_false = true;
	for (node = all->next; node != all; node = node->next) {
		other = LIST_ITEM(node, struct xfer, link);
		if (other->connection.was_sent || may_be_http2(other))
			continue;
		setup_version(other->easy, x->pool->options, false);
		other->connection.may_be_http2 = false;
	}
}

static bool
is_over_tls(const struct xfer *x)
{
	char *scheme = NULL;

	curl_easy_getinfo(x->easy, CURLINFO_SCHEME, &scheme);
	return scheme != NULL && ascii_prefix(scheme, "https");
}

static bool
refuse(struct xfer *x, CURLcode code, const char *why)
{
	x->response.refused = why;
	x->response.refused_code = code;
	return false;
}

static const char false_version[] = N_(
    "the response claims another HTTP version than the connection has");

/* libcurl's own line for a response of HTTP/2 or 3: "HTTP/2 200 \r\n". */
#define OWN_LINE_LEN 13

bool
connection_speaks(struct xfer *x, const char *line, size_t len)
{
	const long wanted = version_wanted(x);
	bool *upgraded = &x->pool->multi->met_upgrade;

	if (len < sizeof "HTTP/2" - 1 || line[5] < '2') {
		if (x->response.status == 101 &&
		    wanted == CURL_HTTP_VERSION_2_0)
			*upgraded = true;
		return true;
	}
	if (len == OWN_LINE_LEN && line[10] == ' ' &&
	    (is_over_tls(x) || *upgraded ||
		wanted == CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE))
		return true;
	meet_false(x);
	return refuse(x, CURLE_WEIRD_SERVER_REPLY, false_version);
}

/*
 * The task service is in this process, plain HTTP on 127.0.0.1: what leads
 * requests elsewhere is for the others. The handle is for this one alone.
 */
static void
reach_service(struct xfer *x)
{
	CURL *easy = x->easy;

	x->connection.is_served_here = true;
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_HAPROXYPROTOCOL, 0L);
	curl_easy_setopt(easy, CURLOPT_CONNECT_TO, NULL);
	curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, NULL);
	curl_easy_setopt(easy, CURLOPT_ABSTRACT_UNIX_SOCKET, NULL);
	curl_easy_setopt(easy, CURLOPT_INTERFACE, NULL);
	curl_easy_setopt(
	    easy, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_WHATEVER);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(
	    easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_NONE);
	curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, NULL);
	curl_easy_setopt(easy, CURLOPT_IGNORE_CONTENT_LENGTH, 0L);
}

/*
 * libcurl 7.88 begins HTTP/2 anew on a connection that has it, where that is
 * by prior knowledge and without TLS, and fails (curl issue 10634). Then a
 * connection is for one request.
 */
bool
connection_begins_twice(const struct options *o)
{
	unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;
	const struct setting *set = settings_find(
	    &o->request.settings, CURLOPT_HTTP_VERSION);

	return version >= 0x075800 && version < 0x080000 && set != NULL &&
	    set->number == CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
}

/* After a redirect it may be a GET. */
static bool
may_be_repeated(const struct xfer *x)
{
	char *method = NULL;

	curl_easy_getinfo(x->easy, CURLINFO_EFFECTIVE_METHOD, &method);
	return method != NULL && retry_may_repeat(method);
}

static bool
is_only_transfer(const struct xfer *x)
{
	const struct list *running = &x->pool->running;

	return running->next == &x->link && running->prev == &x->link;
}

/*
 * Is another request the next one of a redirect or a login (which may follow
 * any answer to a request without its body), or 417's, without Expect? None
 * follows on a body that was begun.
 */
static bool
may_go_on(const struct response *r)
{
	return !r->body_begun &&
	    (r->status / 100 == 3 || r->status == 401 || r->status == 407 ||
		r->status == 417 || r->head.len < sizeof "HTTP/2" - 1 ||
		r->head.data[5] < '2');
}

/* libcurl has taken a server's word for it, before that was refused. */
static bool
may_be_shared(const struct xfer *x, long made)
{
	return x->pool->multi->met_false && x->connection.may_be_http2 &&
	    made == x->connection.made && !is_over_tls(x) &&
	    version_wanted(x) != CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
}

/* May it? Else it is refused. */
static bool
may_be_sent(struct xfer *x, long made)
{
	const struct connection *c = &x->connection;
	const struct response *r = &x->response;

	if (may_be_shared(x, made))
		return refuse(x, CURLE_WEIRD_SERVER_REPLY, false_version);
	if (!c->was_sent)
		return true;
	/* A redirect of which not all was looked at. */
	if (r->in_head)
		return refuse(x, CURLE_PARTIAL_FILE, response_cut_short);
	if (c->answers != r->count)
		return may_go_on(r) ||
		    refuse(x, CURLE_HTTP2_STREAM,
			N_("the response broke off; the server asks for "
			   "HTTP/1.1"));
	return !c->sends_once ||
	    (c->was_alone && c->started == x->pool->multi->started) ||
	    may_be_repeated(x) ||
	    refuse(x, CURLE_GOT_NOTHING,
		N_("the connection ended without an answer; the request may "
		   "have been carried out"));
}

/*
 * libcurl: a request is about to be sent. On a connection that was there
 * before, and ends without an answer, libcurl sends it once more, whatever its
 * method is. That is not the next one after a redirect or a login. Nor is it
 * one on a new connection that nobody else had: there libcurl repeats only what
 * a server refused (RFC 9113, 8.7: REFUSED_STREAM was not looked at; we take
 * HTTP_1_1_REQUIRED for the same, as others do). libcurl does so even where the
 * response has begun; what is there of it cannot be taken back.
 */
static int
on_request(void *arg, char *server, char *own, int server_port, int own_port)
{
	struct xfer *x = arg;
	struct connection *c = &x->connection;
	long made = 0;

	(void)server;
	(void)own;
	(void)server_port;
	(void)own_port;
	c->resolves = false;
	curl_easy_getinfo(x->easy, CURLINFO_NUM_CONNECTS, &made);
	if (!may_be_sent(x, made))
		return CURL_PREREQFUNC_ABORT;
	c->was_alone = made > c->made && is_only_transfer(x);
	c->made = made;
	c->started = x->pool->multi->started;
	c->was_sent = true;
	c->answers = x->response.count;
	return CURL_PREREQFUNC_OK;
}

/* libcurl: it is about to look a name up. */
static int
on_lookup(void *state, void *reserved, void *arg)
{
	struct xfer *x = arg;

	(void)state;
	(void)reserved;
	x->connection.resolves = true;
	return 0;
}

/* libcurl: a socket, as it would open it; what is missing here is noted. */
static curl_socket_t
on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct xfer *x = arg;
	int fd = socket(to->family, to->socktype, to->protocol);

	(void)purpose;
	x->connection.resolves = false;
	if (fd == -1 &&
	    (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		errno == ENOBUFS))
		x->connection.socket_error = errno;
	return fd != -1 ? fd : CURL_SOCKET_BAD;
}

/* libcurl's words for a lookup that did not begin: it keeps no errno. */
#define NO_LOOKUP "getaddrinfo() thread failed"

/* No connection, because descriptors or memory ran out: then in these words. */
bool
connection_is_starved(struct xfer *x)
{
	const CURLcode code = x->code;

	if (code == CURLE_COULDNT_CONNECT && x->connection.socket_error != 0) {
		snprintf(x->error, sizeof x->error,
		    "no socket could be opened: %s",
		    strerror(x->connection.socket_error));
		return true;
	}
	return (code == CURLE_COULDNT_RESOLVE_HOST ||
		   code == CURLE_COULDNT_RESOLVE_PROXY) &&
	    strncmp(x->error, NO_LOOKUP, sizeof NO_LOOKUP - 1) == 0;
}

void
connection_anew(struct xfer *x)
{
	set_connection(x, true, x->connection.is_last);
}

void
connection_setup(struct xfer *x)
{
	memset(&x->connection, 0, sizeof x->connection);
	curl_easy_setopt(x->easy, CURLOPT_PREREQFUNCTION, on_request);
	curl_easy_setopt(x->easy, CURLOPT_PREREQDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_RESOLVER_START_FUNCTION, on_lookup);
	curl_easy_setopt(x->easy, CURLOPT_RESOLVER_START_DATA, x);
	curl_easy_setopt(x->easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	curl_easy_setopt(x->easy, CURLOPT_OPENSOCKETDATA, x);
}

void
connection_redirect(struct xfer *x)
{
	if (x->pool->begins_twice)
		set_connection(x, x->connection.is_fresh, true);
}

void
connection_prepare(struct xfer *x, const struct request *r)
{
	bool is_alone;

	x->connection.socket_error = 0;
	x->connection.sends_once = x->connection.was_sent = false;
	x->connection.made = 0;
	x->connection.resolves = false;
	set_version(x, r->url);
	remember_names(x, x->pool->many_hosts);
	is_alone = x->pool->begins_twice && !x->connection.is_https;
	set_connection(x, is_alone, is_alone);
	if (r->served_here)
		reach_service(x);
}
