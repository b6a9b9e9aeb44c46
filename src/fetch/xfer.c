/*
 * Transfers: an easy handle each, its data callbacks, and the task that waits
 * for it. No task runs inside any callback: it is woken, the loop runs it.
 */
#include "config.h"

#include "fetch/xfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "fetch/connection.h"
#include "fetch/mime.h"
#include "fetch/redirect_guard.h"
#include "fetch/setup.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/request.h"

/* Running transfers hear so often of it; microseconds. */
#define EXTEND_STEP (100 * USEC_PER_MSEC)

/* Is libcurl about to follow one? */
static bool
is_redirect(const struct xfer *x)
{
	const struct response *r = &x->response;

	return x->pool->options->request.location && r->location != NULL &&
	    r->status >= 300 && r->status <= 399;
}

/* libcurl: a header line, of this response or one before it. */
static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	struct xfer *x = arg;
	const struct response *r = &x->response;
	size_t len = size * count;

	if (!response_header(&x->response, data, len))
		return 0;
	if (r->head.len == len && !connection_speaks(x, data, len))
		return 0;
	if (!response_is_blank(data, len))
		return len;
	if (is_redirect(x)) {
		/* It may lead from https to http. */
		connection_redirect(x);
		redirect_guard_check(x);
		validator_redirect(&x->validator, x->easy, r->location);
	}
	return x->tap == NULL || x->tap->head(x->tap) ? len : 0;
}

/*
 * Bodies went to the disk while transfers stood still: that is no time of
 * theirs.
 */
static void
extend_times(struct xfer_pool *p)
{
	int64_t spent = p->spool->time_writing;
	struct list *node;
	struct xfer *x;

	if (spent - p->time_extended < EXTEND_STEP)
		return;
	p->time_extended = spent;
	for (node = p->running.next; node != &p->running; node = node->next) {
		x = LIST_ITEM(node, struct xfer, link);
		if (x->max_time == 0)
			continue;
		x->is_extended = true;
		curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS,
		    (long)((x->max_time + spent - x->spool_began) /
			USEC_PER_MSEC));
	}
}

/* libcurl: a piece of the body. */
static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	struct xfer *x = arg;
	size_t len = size * count;
	bool taken;

	x->pool->received += (int64_t)len;
	taken = x->tap != NULL ? x->tap->body(x->tap, data, len)
			       : response_body(&x->response, data, len);

	extend_times(x->pool);
	return taken ? len : 0;
}

/* libcurl: what goes over the wire. Of several requests the last one counts. */
static int
on_wire(CURL *easy, curl_infotype type, char *data, size_t len, void *arg)
{
	struct xfer *x = arg;

	(void)easy;
	if (type == CURLINFO_HEADER_IN)
		x->answered = true;
	if (type != CURLINFO_HEADER_OUT)
		return 0;
	if (x->answered)
		x->request.len = 0;
	x->answered = false;
	buf_append(&x->request, data, len);
	return 0;
}

static void
keep_request(struct xfer *x)
{
	x->request.len = 0;
	x->answered = false;
	curl_easy_setopt(x->easy, CURLOPT_DEBUGFUNCTION, on_wire);
	curl_easy_setopt(x->easy, CURLOPT_DEBUGDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_VERBOSE, 1L);
}

static void
setup_body(struct xfer *x, const struct request_options *r)
{
	if (r->form.count > 0) {
		x->mime = mime_new(x->easy, &r->form);
		curl_easy_setopt(x->easy, CURLOPT_MIMEPOST, x->mime);
	}
	sending_setup(&x->sending, x->easy, &r->upload, &x->response,
	    &x->pool->upload_problem);
}

/* A transfer has ended: its task goes on. */
static void
on_done(CURL *easy, CURLcode code)
{
	struct xfer *x = NULL;
	struct co_task *waiter;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&x);
	if (code == CURLE_OK || x->response.body_skipped)
		response_end(&x->response);
	/* We stopped it ourselves, perhaps with all that was wanted. */
	x->code = x->response.body_skipped ? CURLE_OK
	    : x->response.refused != NULL  ? x->response.refused_code
					   : code;
	x->is_starved = connection_is_starved(x);
	waiter = x->waiter;
	x->waiter = NULL;
	co_wake(waiter, 0);
}

static void
xfer_free(struct xfer *x)
{
	curl_easy_cleanup(x->easy);
	curl_mime_free(x->mime);
	curl_slist_free_all(x->headers);
	response_clear(&x->response);
	buf_clear(&x->request);
	free(x);
}

void
xfer_pool_clear(struct xfer_pool *p)
{
	struct xfer *x;

	while (!list_empty(&p->idle)) {
		x = LIST_ITEM(p->idle.next, struct xfer, link);
		list_remove(&x->link);
		xfer_free(x);
	}
	if (p->multi == &p->own)
		multi_clear(&p->own);
	cookies_clear(&p->cookies);
	free(p->upload_problem);
}

/* The handle, as all have it at first. */
static void
begin_easy(struct xfer *x)
{
	struct xfer_pool *p = x->pool;

	x->easy = curl_easy_init();
	if (x->easy == NULL)
		xmalloc_exhausted();
	setup_easy(x->easy, p->options);
	cookies_setup(&p->cookies, x->easy);
	setup_body(x, &p->options->request);
	curl_easy_setopt(x->easy, CURLOPT_PRIVATE, x);
	curl_easy_setopt(x->easy, CURLOPT_ERRORBUFFER, x->error);
	curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x);
	connection_setup(x);
}

static struct xfer *
xfer_new(struct xfer_pool *p)
{
	struct xfer *x = xcalloc(1, sizeof *x);

	list_init(&x->link);
	x->pool = p;
	response_init(&x->response, p->options, p->spool);
	begin_easy(x);
	return x;
}

/* Another handle, at once: the memory that the old one leaves is for it. */
static void
renew_easy(struct xfer *x)
{
	curl_easy_cleanup(x->easy);
	curl_mime_free(x->mime);
	x->mime = NULL;
	begin_easy(x);
}

void
xfer_multi_init(
    struct multi *m, struct loop *l, size_t connections, size_t idle)
{
	multi_init(m, l, connections, idle, on_done);
}

/*
 * libcurl before 8.2 remembers the last header line of a handle's former
 * transfer, which it has freed, and appends to it where a response's first one
 * is folded (curl issue 11101). Then a handle is for one transfer.
 */
static bool
libcurl_forgets_lines(void)
{
	return curl_version_info(CURLVERSION_NOW)->version_num >= 0x080200;
}

void
xfer_pool_init(struct xfer_pool *p, struct loop *l, const struct options *o,
    struct files *files, struct spool *spool, struct multi *kept,
    size_t connections, size_t idle)
{
	p->options = o;
	p->files = files;
	p->spool = spool;
	p->discards = p->keeps = p->keeps_requests = p->many_hosts = false;
	list_init(&p->idle);
	list_init(&p->running);
	p->time_extended = 0;
	cookies_init(&p->cookies, &o->request);
	p->multi = kept != NULL ? kept : &p->own;
	if (kept == NULL)
		xfer_multi_init(&p->own, l, connections, idle);
	p->reuses = libcurl_forgets_lines();
	p->begins_twice = connection_begins_twice(o);
	/* The first handle: options that libcurl refuses are known now. */
	xfer_close(xfer_new(p));
}

/* A JSON task's own request. */
static void
override(struct xfer *x, const struct overrides *task)
{
	x->is_overridden = true;
	x->headers = setup_overrides(x->easy, x->pool->options, task);
	if (task->has_data || task->form.count > 0)
		x->sending.upload = NULL; /* nothing of the file is sent */
	if (task->form.count == 0) {
		/* A method that is not HEAD sends the form after all. */
		if (task->method != NULL && !task->has_data &&
		    x->mime != NULL && strcmp(task->method, "HEAD") != 0)
			curl_easy_setopt(x->easy, CURLOPT_MIMEPOST, x->mime);
		return;
	}
	curl_mime_free(x->mime);
	x->mime = mime_new(x->easy, &task->form);
	curl_easy_setopt(x->easy, CURLOPT_MIMEPOST, x->mime);
}

/* The response goes to the request's file, where it is as wanted. */
static void
open_file(struct xfer *x, const struct request *r)
{
	const struct overrides *task = r->overrides;

	x->response.ok = task != NULL && task->has_ok_status
	    ? &task->ok_status
	    : &x->pool->options->ok_status;
	x->response.file = NULL;
	if (r->file == NULL)
		return;
	body_file_init(
	    &x->file, x->pool->files, r->index, r->file, r->file_base);
	x->response.file = &x->file;
	/* Who names the file says more than the server. */
	x->response.takes_server_name = x->pool->options->files.server_name &&
	    x->pool->options->files.template == NULL && !r->file_is_own;
}

/* What was said of an earlier one's time is taken back. */
static void
begin_time(struct xfer *x, const struct request *r)
{
	const struct overrides *task = r->overrides;
	int64_t usual = x->pool->options->request.max_time;

	if (x->is_extended)
		curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS,
		    (long)((usual + USEC_PER_MSEC - 1) / USEC_PER_MSEC));
	x->is_extended = false;
	x->max_time = task != NULL && task->max_time != -1 ? task->max_time
							   : usual;
	x->spool_began = x->pool->spool->time_writing;
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
	list_append(&p->running, &x->link);
	begin_time(x, r);
	x->code = CURLE_OK;
	x->error[0] = '\0';
	x->is_starved = false;
	sending_reset(&x->sending);
	x->tap = NULL;
	x->host = r->host;
	x->has_login = r->has_login;
	x->response.discards = p->discards;
	x->response.keeps = p->keeps;
	x->response.checks_text = p->keeps || p->options->format != FORMAT_BODY;
	x->response.checks_json = x->response.checks_text &&
	    p->options->parse_json;
	redirect_guard_end(x);
	open_file(x, r);
	if (p->keeps_requests)
		keep_request(x);
	/* libcurl keeps what it set itself on a redirect. */
	if (p->options->request.auto_referer)
		curl_easy_setopt(
		    x->easy, CURLOPT_REFERER, p->options->request.referer);
	connection_prepare(x, r);
	if (r->overrides != NULL)
		override(x, r->overrides);
	if (curl_easy_setopt(x->easy, CURLOPT_URL, r->url) != CURLE_OK)
		xmalloc_exhausted();
	return x;
}

void
xfer_validate(struct xfer *x, const char *line, const char *from)
{
	validator_set(&x->validator, x->easy,
	    x->is_overridden ? x->headers : x->pool->options->request.headers,
	    line, from);
}

void
xfer_resume(struct xfer *x, const struct request *r, bool anew, int64_t least)
{
	const struct file_options *o = &x->pool->options->files;
	struct resume *resume = &x->response.resume;
	struct body_file *file = x->response.file;

	resume->exact = o->continue_at > 0;
	resume->wanted = resume->exact || (o->continues && file != NULL);
	/* Of an upload it is what is sent. */
	if (x->pool->options->request.upload.wanted)
		resume->wanted = false;
	if (!resume->wanted)
		return;
	if (file != NULL && !resume->exact)
		body_file_keep(file, r->url);
	if (file != NULL && !anew)
		body_file_find(file);
	resume->offset = resume->exact ? o->continue_at : file->there;
	resume->least = anew			      ? least
	    : file != NULL && file->validator == NULL ? resume->offset
						      : 0;
	if (resume->offset == 0)
		return;
	resume->validator = file != NULL ? file->validator : NULL;
	x->is_overridden = true;
	x->headers = setup_range(x->easy, x->pool->options, x->headers,
	    resume->offset, resume->validator);
}

/* The task does not wait any longer: the transfer ends here. */
static void
xfer_undo(struct co_task *self)
{
	struct xfer *x = self->wait;

	x->waiter = NULL;
	multi_stop(x->pool->multi, x->easy);
}

bool
xfer_perform(struct co_task *self, struct xfer *x)
{
	CURLMcode code;

	if (co_interrupted(self))
		return true;
	code = multi_start(x->pool->multi, x->easy);
	if (code != CURLM_OK) {
		x->code = CURLE_FAILED_INIT;
		x->response.refused = curl_multi_strerror(code);
		return true;
	}
	sending_start(&x->sending);
	x->waiter = self;
	self->wait = x;
	return co_suspend(self, NULL, xfer_undo);
}

void
xfer_close(struct xfer *x)
{
	if (x == NULL)
		return;
	list_remove(&x->link);
	cookies_collect(&x->pool->cookies, x->easy);
	validator_clear(&x->validator, x->easy);
	body_file_clear(&x->file);
	if (x->pool->options->request.keeps_state || x->is_overridden ||
	    x->connection.is_served_here) {
		xfer_free(x);
		return;
	}
	if (!x->pool->reuses)
		renew_easy(x);
	response_reset(&x->response);
	list_append(&x->pool->idle, &x->link);
}

const char *
xfer_problem(const struct xfer *x)
{
	if (x->response.refused != NULL)
		return x->response.refused;
	/* Ours ends the program; libcurl's limits are called the same. */
	if (x->code == CURLE_OUT_OF_MEMORY)
		return N_(
		    "a request or a header line larger than libcurl takes");
	return x->error[0] != '\0' ? x->error : curl_easy_strerror(x->code);
}
