/*
 * From forms to libcurl's mime API. Files are opened by libcurl for each
 * transfer, and never held in memory.
 */
#include "config.h"

#include "fetch/mime.h"

#include "base/xmalloc.h"
#include "input/form.h"

/* Input has checked all that they hold: what is left is memory. */
static void
check(CURLcode code)
{
	if (code != CURLE_OK)
		xmalloc_exhausted();
}

/* libcurl: nothing can be read; the transfer fails. */
static size_t
on_no_file(char *data, size_t size, size_t count, void *arg)
{
	(void)data;
	(void)size;
	(void)count;
	(void)arg;
	return CURL_READFUNC_ABORT;
}

/* A file that is there no more must not be sent as an empty one. */
static void
add_file(curl_mimepart *part, const char *name)
{
	CURLcode code = curl_mime_filedata(part, name);

	if (code == CURLE_READ_ERROR)
		code = curl_mime_data_cb(
		    part, -1, on_no_file, NULL, NULL, NULL);
	check(code);
}

static void
add_part(curl_mime *mime, const struct form_part *p)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	if (part == NULL)
		xmalloc_exhausted();
	check(curl_mime_name(part, p->name));
	if (p->file != NULL)
		add_file(part, p->file);
	else
		check(curl_mime_data(part,
		    p->data.data != NULL ? p->data.data : "", p->data.len));
	if (p->filename != NULL)
		check(curl_mime_filename(part, p->filename));
	else if (p->kind == FORM_CONTENTS)
		check(curl_mime_filename(part, NULL));
	else if (p->kind == FORM_FILE && p->file == NULL)
		check(curl_mime_filename(part, "-"));
	check(curl_mime_type(part, p->type));
	check(curl_mime_encoder(part, p->encoder));
	if (p->headers != NULL)
		check(curl_mime_headers(part, p->headers, 0));
}

curl_mime *
mime_new(CURL *easy, const struct form *f)
{
	curl_mime *mime = curl_mime_init(easy);
	size_t i;

	if (mime == NULL)
		xmalloc_exhausted();
	for (i = 0; i < f->count; i++)
		add_part(mime, &f->parts[i]);
	return mime;
}
