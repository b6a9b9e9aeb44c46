/*
 * URL templates: what is well-formed expands to the same text each time, and
 * no value gets out of the place in the URL that the template gives it.
 *
 * The first line is a template, the rest a value.
 */
#include "config.h"

#include "fuzz.h"

#include <curl/curl.h>

#include "base/ascii.h"
#include "input/template.h"

struct value {
	const char *text;
	size_t len;
	size_t asked; /* how often */
};

static bool
find(void *arg, const char *name, size_t len, const char **value,
    size_t *value_len)
{
	struct value *v = arg;

	v->asked++;
	if (len == 7 && memcmp(name, "missing", len) == 0)
		return false;
	*value = v->text;
	*value_len = v->len;
	return true;
}

/* Returns as template_expand; the cause is looked at. */
static int
expand(struct buf *to, const char *template, struct value *v)
{
	char *cause = NULL;
	int result = template_expand(to, template, find, v, &cause);

	CHECK((result == -1) == (cause != NULL));
	CHECK(result == 0 || (to->len == 0 && *cause != '\0'));
	free(cause);
	return result;
}

static void
check_any(const char *template, struct value *v)
{
	struct buf first, second;
	char *cause = NULL;

	if (template_check(template, &cause) == -1) {
		CHECK(cause != NULL && *cause != '\0');
		free(cause);
		return;
	}
	CHECK(cause == NULL);
	buf_init(&first);
	buf_init(&second);
	CHECK(expand(&first, template, v) == expand(&second, template, v));
	CHECK(first.len == second.len);
	CHECK(
	    first.len == 0 || memcmp(first.data, second.data, first.len) == 0);
	if (strchr(template, '{') == NULL && first.len > 0)
		CHECK(
		    v->asked == 0 && strcmp(buf_string(&first), template) == 0);
	buf_clear(&first);
	buf_clear(&second);
}

/* {NAME}: percent-encoded, so that it can be had back. */
static void
check_encoded(struct value *v)
{
	struct buf text;
	char *back;
	size_t i;
	int len;

	buf_init(&text);
	/* in a query, where dots are nothing special */
	CHECK(expand(&text, "?{x}", v) == 0);
	for (i = 1; i < text.len; i++)
		CHECK(ascii_is_alnum(text.data[i]) ||
		    strchr("-._~%", text.data[i]) != NULL);
	back = curl_easy_unescape(NULL, buf_string(&text) + 1, 0, &len);
	CHECK(back != NULL && (size_t)len == v->len);
	CHECK(v->len == 0 || memcmp(back, v->text, v->len) == 0);
	curl_free(back);
	buf_clear(&text);
}

static size_t
count_of(const char *s, char c)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s == c;
	return n;
}

/*
 * A value in the middle of a path stays between what stands there, also when
 * libcurl has made the URL plain.
 */
static void
check_path(const char *template, struct value *v, bool one_segment)
{
	CURLU *parser = curl_url();
	struct buf text;
	char *path, *host;

	buf_init(&text);
	if (expand(&text, template, v) == 0 &&
	    curl_url_set(parser, CURLUPART_URL, buf_string(&text), 0) ==
		CURLUE_OK) {
		CHECK(curl_url_get(parser, CURLUPART_HOST, &host, 0) ==
		    CURLUE_OK);
		CHECK(strcmp(host, "host.example") == 0);
		CHECK(curl_url_get(parser, CURLUPART_PATH, &path, 0) ==
		    CURLUE_OK);
		CHECK(strncmp(path, "/a/b/", 5) == 0);
		if (one_segment) {
			CHECK(count_of(path, '/') == 4);
			CHECK(strcmp(strrchr(path, '/'), "/c") == 0);
		}
		curl_free(host);
		curl_free(path);
	}
	buf_clear(&text);
	curl_url_cleanup(parser);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *template = fuzz_cut(&data, &size, '\n');
	/* not a byte more than there is, for ASan to see */
	char *text = xmalloc(size > 0 ? size : 1);
	struct value v = {.text = text, .len = size};

	if (size > 0)
		memcpy(text, data, size);
	check_any(template, &v);
	check_encoded(&v);
	check_path("http://host.example/a/b/{x}/c", &v, true);
	check_path("http://host.example/a/b/{x}{x}/c?{+x}", &v, true);
	check_path("http://host.example/a/b/-{x}", &v, false);
	check_path("http://host.example/a/b/{+x}", &v, false);
	check_path("http://host.example/a/b/{+x}/c", &v, false);
	check_path("http://host.example/a/b/c{#x}", &v, false);
	free(template);
	free(text);
	return 0;
}
