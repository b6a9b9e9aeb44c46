/*
 * Keys of the cache.
 */
#include "config.h"

#include "fetch/cache_key.h"

#include <stddef.h>
#include <string.h>

#include <curl/curl.h>

#include "base/read_some.h"
#include "fetch/range.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/request.h"

/* libcurl's options that say what is asked for, of whom, and by whom. */
static const CURLoption telling[] = {CURLOPT_COOKIE, CURLOPT_XOAUTH2_BEARER,
    CURLOPT_AWS_SIGV4, CURLOPT_SSLCERT, CURLOPT_NETRC, CURLOPT_NETRC_FILE,
    CURLOPT_REQUEST_TARGET, CURLOPT_PATH_AS_IS, CURLOPT_CONNECT_TO,
    CURLOPT_RESOLVE, CURLOPT_UNIX_SOCKET_PATH, CURLOPT_ABSTRACT_UNIX_SOCKET,
    CURLOPT_TRANSFER_ENCODING, CURLOPT_HTTP_TRANSFER_DECODING};

bool
cache_takes(
    const struct request *request, const char *method, const struct options *o)
{
	const struct request_options *r = &o->request;
	const struct overrides *task = request->overrides;

	if (strcmp(method, "GET") != 0 || r->has_data || r->form.count > 0 ||
	    r->upload.wanted || r->head || range_is_named(r->headers) ||
	    settings_find(&r->settings, CURLOPT_RANGE) != NULL ||
	    settings_find(&r->settings, CURLOPT_TIMECONDITION) != NULL)
		return false;
	return task == NULL ||
	    (!task->has_data && task->form.count == 0 &&
		!range_is_named(task->headers));
}

static void
add(struct hash *h, const char *text)
{
	hash_add_text(h, text, text != NULL ? strlen(text) : 0);
}

static void
add_list(struct hash *h, const struct curl_slist *list)
{
	for (; list != NULL; list = list->next)
		add(h, list->data);
	add(h, NULL);
}

static void
add_content(struct hash *h, int fd)
{
	char piece[4096];
	int64_t at = 0;
	ssize_t n;

	while ((n = read_some(fd, piece, sizeof piece, at)) > 0) {
		hash_add_text(h, piece, (size_t)n);
		at += n;
	}
}

/* By name, but what was copied by its content: a pipe's name is any. */
static void
add_cookie_files(struct hash *h, const struct cookie_files *files)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		if (files->all[i].copy == -1)
			add(h, files->all[i].name);
		else
			add_content(h, files->all[i].copy);
	add(h, NULL);
}

static void
add_setting(struct hash *h, const struct setting *s)
{
	if (s == NULL)
		add(h, NULL);
	else if (s->kind == SETTING_LIST)
		add_list(h, s->list);
	else if (s->kind == SETTING_TEXT)
		add(h, s->text);
	else
		hash_add_text(h, (const char *)&s->number, sizeof s->number);
}

void
cache_key(const struct request *request, const struct options *o,
    unsigned char key[HASH_SIZE])
{
	const struct request_options *r = &o->request;
	const struct overrides *task = request->overrides;
	struct hash h;
	size_t i;

	hash_init(&h);
	add(&h, "GET");
	/* The task service has another port each time. */
	if (request->served_here)
		add(&h, request->id_text);
	else
		hash_add_text(&h, request->url, strcspn(request->url, "#"));
	add(&h, task != NULL && task->user != NULL ? task->user : r->user);
	add_list(&h, r->headers);
	add_list(&h, task != NULL ? task->headers : NULL);
	add_cookie_files(&h, &r->cookie_files);
	add(&h, r->user_agent);
	add(&h, r->referer);
	/* The body that is kept is the decoded one. */
	add(&h, r->compressed ? "compressed" : NULL);
	add(&h, r->decodes ? "decodes" : NULL);
	for (i = 0; i < sizeof telling / sizeof *telling; i++)
		add_setting(&h, settings_find(&r->settings, telling[i]));
	hash_value(&h, key);
}
