/*
 * From forms to libcurl's mime API. Files are opened by libcurl for each
 * transfer, and never held in memory.
 */
#include "config.h"

#include "fetch/mime.h"

#include "base/xmalloc.h"
#include "input/form.h"

static void
add_part(curl_mime *mime, const struct form_part *p)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	if (part == NULL)
		xmalloc_exhausted();
	curl_mime_name(part, p->name);
	if (p->file != NULL)
		curl_mime_filedata(part, p->file);
	else
		curl_mime_data(part, p->data.data != NULL ? p->data.data : "",
		    p->data.len);
	if (p->filename != NULL)
		curl_mime_filename(part, p->filename);
	else if (p->kind == FORM_CONTENTS)
		curl_mime_filename(part, NULL);
	else if (p->kind == FORM_FILE && p->file == NULL)
		curl_mime_filename(part, "-");
	curl_mime_type(part, p->type);
	curl_mime_encoder(part, p->encoder);
	if (p->headers != NULL)
		curl_mime_headers(part, p->headers, 0);
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
