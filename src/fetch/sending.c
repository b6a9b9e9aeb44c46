/*
 * Sending a file.
 */
#include "config.h"

#include "fetch/sending.h"

#include <errno.h>
#include <string.h>

#include "base/read_some.h"
#include "base/xmalloc.h"
#include "core/loop.h"
#include "fetch/response.h"

static void
failed(struct sending *s, int error)
{
	const char *path = s->upload->path;

	if (*s->problem == NULL)
		*s->problem = xasprintf("cannot read %s: %s",
		    path != NULL ? path : "stdin", strerror(error));
	s->response->refused = *s->problem;
	s->response->refused_code = CURLE_READ_ERROR;
	s->failed = true;
}

/* What is still to be sent, at most len. The file may have grown since. */
static size_t
still_wanted(const struct sending *s, size_t len)
{
	int64_t left = s->upload->size - s->place;

	if (s->upload->size == -1 || left > (int64_t)len)
		return len;
	return left > 0 ? (size_t)left : 0;
}

/* libcurl: more of the file. */
static size_t
on_read(char *data, size_t size, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t len = still_wanted(s, size * count);
	ssize_t n = read_some(s->upload->fd, data, len, s->place);

	/* The server would wait for what is missing. */
	if (n == -1 || (n == 0 && s->place < s->upload->size)) {
		failed(s, n == -1 ? errno : EIO);
		return CURL_READFUNC_ABORT;
	}
	s->place += n;
	s->last_read = loop_clock();
	s->all_read = n == 0 || s->place == s->upload->size;
	return (size_t)n;
}

/* libcurl: from there again, after a redirect or a login. */
static int
on_seek(void *arg, curl_off_t offset, int origin)
{
	struct sending *s = arg;

	if (origin != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	s->place = offset;
	s->all_read = false;
	return CURL_SEEKFUNC_OK;
}

void
sending_setup(struct sending *s, CURL *easy, const struct upload *u,
    struct response *response, char **problem)
{
	memset(s, 0, sizeof *s);
	if (!u->wanted)
		return;
	s->upload = u;
	s->response = response;
	s->problem = problem;
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)u->size);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(easy, CURLOPT_READDATA, s);
	curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
	curl_easy_setopt(easy, CURLOPT_SEEKDATA, s);
}

void
sending_reset(struct sending *s)
{
	s->place = s->began = s->last_read = 0;
	s->all_read = s->failed = false;
}

void
sending_start(struct sending *s)
{
	if (s->upload == NULL)
		return;
	s->began = loop_clock();
	s->all_read = s->upload->size == 0;
}
