/*
 * The cache: between the transfers and its files.
 */
#include "config.h"

#include "fetch/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/url.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "fetch/body_file.h"
#include "fetch/cache_key.h"
#include "fetch/cache_rules.h"
#include "fetch/record.h"
#include "fetch/xfer.h"
#include "input/options.h"
#include "input/request.h"

/* Read at once, and before others have their turn. */
#define PIECE_SIZE 65536
#define TURN_SIZE  (INT64_C(4) << 20)

struct cached {
	struct cache *cache;
	const struct request *request;
	struct xfer *xfer;
	char name[CACHE_NAME_SIZE];
	bool has_entry;
	struct cache_entry entry; /* open until something else comes */
	struct cache_draft draft; /* of a 200 */
	bool restores;
	int64_t restored; /* bytes of the body */
	struct hash sum;  /* of them */
	bool is_same;	  /* the 200 brought what was kept */
	bool left_out;	  /* it did not change, and is not to be written */
	bool is_useless;
};

/* What fails is said once; the run goes on. */
static void
tell(struct cache *c)
{
	if (c->store.problem == NULL || c->told)
		return;
	c->told = true;
	msg_warn(_("%s; nothing more is kept"), c->store.problem);
}

void
cache_init(struct cache *c, const struct options *o)
{
	memset(c, 0, sizeof *c);
	c->options = o;
	c->store.root = -1;
	if (o->cache.dir == NULL)
		return;
	c->since = loop_wall_clock();
	cache_store_open(&c->store, o->cache.dir, o->files.sync);
	tell(c);
}

void
cache_clear(struct cache *c)
{
	cache_store_close(&c->store);
}

bool
cache_failed(const struct cache *c)
{
	return c->store.problem != NULL;
}

/* Has the URL a user? A name that is kept would tell. */
static bool
has_user(const char *url)
{
	const char *s = url + url_scheme_len(url);

	return memchr(s, '@', strcspn(s, "/?#")) != NULL;
}

/* A 200 with something to ask by, or to compare with. */
static bool
may_keep(const struct cached *e, const char *from)
{
	const struct response *r = &e->xfer->response;

	return r->status == 200 && !cache_forbidden(&r->head) &&
	    (from == NULL || !has_user(from)) &&
	    (e->cache->options->cache.changed_only ||
		cache_has_validator(&r->head));
}

/* Where redirects have led; NULL: there were none. The caller's to free. */
static char *
redirected_to(struct xfer *x)
{
	char *url = NULL;
	long count = 0;

	curl_easy_getinfo(x->easy, CURLINFO_REDIRECT_COUNT, &count);
	curl_easy_getinfo(x->easy, CURLINFO_EFFECTIVE_URL, &url);
	return count > 0 && url != NULL ? xmemdup(url, strcspn(url, "#"))
					: NULL;
}

/* The body of a response begins, or it ended without one. */
static void
begin_draft(struct cached *e)
{
	char *from;

	cache_draft_clear(&e->draft);
	if (e->xfer->response.status != 200)
		return;
	cache_entry_close(&e->entry);
	from = redirected_to(e->xfer);
	cache_draft_begin(&e->draft, &e->cache->store, may_keep(e, from),
	    e->request->url, from, &e->xfer->response.head);
	free(from);
}

/* Of the response: a piece of its body. */
static void
on_body(void *arg, const char *data, size_t len)
{
	struct cached *e = arg;

	if (data == NULL)
		begin_draft(e);
	else if (e->draft.store != NULL)
		cache_draft_write(&e->draft, data, len);
}

struct cached *
cached_open(struct cache *c, const struct request *request, const char *method,
    struct xfer *x, bool distrusted)
{
	unsigned char key[HASH_SIZE];
	struct cached *e;
	char *question;

	if (c->options->cache.dir == NULL ||
	    !cache_takes(request, method, c->options))
		return NULL;
	e = xcalloc(1, sizeof *e);
	e->cache = c;
	e->request = request;
	e->xfer = x;
	e->entry.fd = -1;
	cache_key(request, c->options, key);
	cache_store_name(e->name, key);
	x->response.copy = on_body;
	x->response.copy_arg = e;
	e->has_entry = !distrusted &&
	    cache_entry_open(&e->entry, &c->store, e->name);
	if (e->has_entry &&
	    (question = cache_question(&e->entry.head)) != NULL) {
		xfer_validate(x, question, e->entry.from);
		free(question);
	}
	tell(c);
	return e;
}

void
cached_close(struct cached *e)
{
	if (e == NULL)
		return;
	e->xfer->response.copy = NULL;
	cache_entry_clear(&e->entry);
	cache_draft_clear(&e->draft);
	free(e);
}

/*
 * Is the body the one that a former run had? What this run brought, for the
 * same URL twice in its list, is new both times.
 */
static bool
is_old(const struct cached *e)
{
	return e->has_entry && e->entry.changed < e->cache->since;
}

/*
 * --changed-only leaves it out; not so where its file is gone. The head must
 * be known by now, which may name the file.
 */
static bool
is_left_out(const struct cached *e)
{
	const struct body_file *file = e->xfer->response.file;

	return e->cache->options->cache.changed_only && is_old(e) &&
	    (file == NULL || body_file_is_there(file));
}

/* The 304 answers our question, not one of somebody else's. */
static bool
is_good(const struct cached *e)
{
	return e->xfer->code == CURLE_OK && e->xfer->response.status == 304 &&
	    e->xfer->validator.is_sent && e->entry.fd != -1;
}

static void
begin_restore(struct cached *e)
{
	struct response *r = &e->xfer->response;
	struct buf head;

	e->restores = true;
	hash_init(&e->sum);
	buf_init(&head);
	cache_update(&head, &e->entry.head, &r->head);
	response_restore(r, 200, &head, e->entry.size);
	buf_clear(&head);
}

/* The next piece; false: there is none, or it is of no use. */
static bool
restore_piece(struct cached *e, char *piece)
{
	ssize_t n = cache_entry_read(&e->entry, e->restored, piece, PIECE_SIZE);

	if (n <= 0)
		return false;
	hash_add(&e->sum, piece, (size_t)n);
	e->restored += n;
	if (response_restore_body(&e->xfer->response, piece, (size_t)n))
		return true;
	e->xfer->code = e->xfer->response.refused_code;
	return false;
}

/* All was read: is it what was written once? */
static void
end_restore(struct cached *e)
{
	unsigned char sum[HASH_SIZE];

	hash_value(&e->sum, sum);
	e->is_useless = e->xfer->code == CURLE_OK &&
	    (e->restored != e->entry.size ||
		memcmp(sum, e->entry.sum, HASH_SIZE) != 0);
	cache_entry_close(&e->entry);
}

bool
cached_restore(struct cached *e)
{
	char piece[PIECE_SIZE];
	int64_t limit;

	if (e == NULL || (!e->restores && !is_good(e)))
		return false;
	if (!e->restores &&
	    !cache_is_about(&e->entry.head, &e->xfer->response.head)) {
		e->is_useless = true;
		return false;
	}
	if (!e->restores)
		begin_restore(e);
	if (e->restored == 0 && (e->left_out = is_left_out(e)))
		return false;
	limit = e->restored + TURN_SIZE;
	while (e->restored < limit)
		if (!restore_piece(e, piece)) {
			end_restore(e);
			return false;
		}
	return true;
}

/* The 200 is whole. */
static void
compare(struct cached *e)
{
	unsigned char sum[HASH_SIZE];

	if (e->draft.store == NULL)
		begin_draft(e); /* an empty body */
	hash_value(&e->draft.sum, sum);
	e->is_same = e->has_entry && memcmp(sum, e->entry.sum, HASH_SIZE) == 0;
}

void
cached_judge(struct cached *e, struct record *r)
{
	if (e == NULL || r->code != CURLE_OK || r->response_code == 0)
		return;
	r->cache = e->restores ? CACHE_REVALIDATED
	    : e->has_entry     ? CACHE_REFETCHED
			       : CACHE_MISS;
	if (e->is_useless) {
		record_spoiled(r, N_("what the cache has is of no use"));
		return;
	}
	if (!e->restores && r->response_code == 200)
		compare(e);
	/* Of a 304 it is decided: its body is not there, or is to be used. */
	if (!e->restores)
		e->left_out = e->is_same && is_left_out(e);
	if (e->left_out && r->outcome == OUTCOME_OK)
		record_unchanged(r, "unchanged (--changed-only)");
}

bool
cached_is_useless(const struct cached *e)
{
	return e != NULL && e->is_useless;
}

void
cached_keep(struct cached *e, const struct record *r)
{
	struct cache *c;

	if (e == NULL || e->restores || r->code != CURLE_OK)
		return;
	c = e->cache;
	if (r->response_code == 200 && e->draft.store != NULL &&
	    e->draft.fd != -1)
		cache_draft_commit(&e->draft, e->name,
		    e->is_same ? e->entry.changed : loop_wall_clock());
	else if (e->has_entry &&
	    (r->response_code == 200 || r->response_code == 404 ||
		r->response_code == 410))
		cache_store_remove(&c->store, e->name);
	tell(c);
}
