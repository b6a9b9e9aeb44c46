/*
 * Identities of tasks.
 */
#include "config.h"

#include "input/identity.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/read_some.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/request.h"

static void
add_text(struct hash *h, const char *text)
{
	hash_add_text(h, text, text != NULL ? strlen(text) : 0);
}

static void
add_list(struct hash *h, const struct curl_slist *list)
{
	for (; list != NULL; list = list->next)
		add_text(h, list->data);
	add_text(h, NULL);
}

static void
add_form(struct hash *h, const struct form *f)
{
	const struct form_part *p;
	size_t i;

	for (i = 0; i < f->count; i++) {
		p = &f->parts[i];
		/* The same on every machine, and as it was first written. */
		hash_add(h, (const char[4]){(char)p->kind}, 4);
		add_text(h, p->name);
		add_text(h, p->file);
		hash_add_text(h, p->data.data, p->data.len);
		add_text(h, p->type);
		add_text(h, p->filename);
		add_text(h, p->encoder);
		add_list(h, p->headers);
	}
	add_text(h, NULL);
}

/* What is in a file, or that it cannot be read (-1). */
static void
add_content(struct hash *h, int fd)
{
	char piece[16384];
	unsigned char value[HASH_SIZE];
	struct hash content;
	int64_t at = 0;
	ssize_t n = -1;

	hash_init(&content);
	while (fd != -1 && (n = read_some(fd, piece, sizeof piece, at)) > 0) {
		hash_add(&content, piece, (size_t)n);
		at += n;
	}
	if (n == -1) {
		add_text(h, NULL);
		return;
	}
	hash_value(&content, value);
	hash_add_text(h, (const char *)value, sizeof value);
}

/* A pipe is not touched: what is in it is for the transfer. */
static void
add_content_of(struct hash *h, const char *path)
{
	struct stat st;
	int fd = stat(path, &st) == 0 && S_ISREG(st.st_mode)
	    ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
	    : -1;

	add_content(h, fd);
	if (fd != -1)
		close(fd);
}

/* The files that are sent. */
static void
add_contents(struct hash *h, const struct request_options *r)
{
	size_t i;

	for (i = 0; i < r->form.count; i++)
		if (r->form.parts[i].file != NULL)
			add_content_of(h, r->form.parts[i].file);
	if (r->upload.wanted)
		add_content(h, r->upload.fd);
}

/* libcurl's own options that become a part of the request. */
static void
add_settings(struct hash *h, const struct settings *s)
{
	static const CURLoption options[] = {
	    CURLOPT_COOKIE, CURLOPT_RANGE, CURLOPT_XOAUTH2_BEARER};
	const struct setting *one;
	size_t i;

	for (i = 0; i < sizeof options / sizeof *options; i++) {
		one = settings_find(s, options[i]);
		add_text(h, one != NULL ? one->text : NULL);
	}
}

void
identity_begin(struct hash *common, const struct options *o)
{
	const struct request_options *r = &o->request;

	hash_init(common);
	add_list(common, r->headers);
	add_text(common, r->user_agent);
	add_text(common, r->referer);
	add_text(common, r->user);
	add_settings(common, &r->settings);
	if (r->has_data)
		hash_add_text(common, r->data.data != NULL ? r->data.data : "",
		    r->data.len);
	add_form(common, &r->form);
	/* With -X GET, too: what comes is another text. */
	if (r->head)
		add_text(common, "head");
	if (r->upload.wanted) {
		/* What a pipe is called is by chance. */
		add_text(
		    common, r->upload.path != NULL ? r->upload.name : NULL);
		hash_add(common, &r->upload.size, sizeof r->upload.size);
	}
	/* Only for a journal: nothing that is sent has twins. */
	if (o->journal != NULL)
		add_contents(common, r);
}

/* By the command line alone. */
static const char *
method_of(const struct request_options *r)
{
	if (r->method != NULL)
		return r->method;
	if (r->head)
		return "HEAD";
	if (r->upload.wanted)
		return "PUT";
	return r->has_data || r->form.count > 0 ? "POST" : "GET";
}

const char *
identity_method(const struct request *r, const struct options *o)
{
	const struct overrides *task = r->overrides;

	/* A JSON task's own word counts. */
	if (task != NULL && task->method != NULL)
		return task->method;
	if (task != NULL && o->request.method == NULL &&
	    (task->has_data || task->form.count > 0))
		return "POST";
	return method_of(&o->request);
}

bool
identity_is_get(const struct request *r, const struct options *o)
{
	const struct overrides *task = r->overrides;

	return strcmp(identity_method(r, o), "GET") == 0 &&
	    !o->request.has_data && o->request.form.count == 0 &&
	    !o->request.upload.wanted &&
	    (task == NULL || (!task->has_data && task->form.count == 0));
}

static void
add_overrides(struct hash *h, const struct overrides *task)
{
	add_list(h, task->headers);
	if (task->has_data)
		hash_add_text(h, task->data.data != NULL ? task->data.data : "",
		    task->data.len);
	add_form(h, &task->form);
	add_text(h, task->user);
}

void
identity_set(struct identity *id, const struct hash *common,
    const struct request *r, const struct options *o, bool with_id)
{
	struct hash h = *common;
	unsigned char value[HASH_SIZE];

	add_text(&h, identity_method(r, o));
	/* The task service has another port each time. */
	if (r->served_here) {
		add_text(&h, NULL);
		add_text(&h, r->id_text);
	} else
		add_text(&h, r->url);
	add_text(&h, with_id ? r->id_text : NULL);
	if (r->overrides != NULL)
		add_overrides(&h, r->overrides);
	/* Equal ones share the outcome, too, and where the body is. */
	if (!with_id && r->overrides != NULL && r->overrides->has_ok_status)
		hash_add(&h, &r->overrides->ok_status,
		    sizeof r->overrides->ok_status);
	if (!with_id && r->file != NULL)
		add_text(&h, "file");
	hash_value(&h, value);
	memcpy(id->bytes, value, sizeof id->bytes);
}

void
identity_set_nth(struct identity *id, const struct identity *of, size_t n)
{
	struct hash h;
	unsigned char value[HASH_SIZE];
	uint64_t number = n;

	*id = *of;
	if (n == 0)
		return;
	hash_init(&h);
	hash_add(&h, of->bytes, sizeof of->bytes);
	hash_add(&h, &number, sizeof number);
	hash_value(&h, value);
	memcpy(id->bytes, value, sizeof id->bytes);
}

uint64_t
identity_number(const struct identity *id)
{
	uint64_t number;

	memcpy(&number, id->bytes, sizeof number);
	return number != 0 ? number : 1;
}
