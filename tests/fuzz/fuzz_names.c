/*
 * File names that servers, URLs and tasks give: a part of a path never leads
 * up or away, is never hidden, and can be shown.
 */
#include "config.h"

#include "fuzz.h"

#include "fetch/headers.h"
#include "input/disposition.h"
#include "input/file_name.h"

static void
check_part(const char *part, size_t len)
{
	CHECK(len > 0 && len <= FILE_NAME_MOST);
	CHECK(*part != '.' && *part != '-');
	fuzz_check_line(part, len);
}

static void
check_path(const char *path)
{
	const char *slash;
	char *again;

	again = file_name_finish(path, strlen(path));
	CHECK(again != NULL && strcmp(again, path) == 0);
	free(again);
	for (; (slash = strchr(path, '/')) != NULL; path = slash + 1)
		check_part(path, (size_t)(slash - path));
	check_part(path, strlen(path));
}

static void
check_disposition(const char *value, size_t len)
{
	char *name = disposition_name(value, len);

	if (name == NULL)
		return;
	CHECK(strpbrk(name, "/\\") == NULL);
	check_path(name);
	free(name);
}

/* As it stands in a response. */
static void
check_header(const char *text, size_t len)
{
	struct header h;
	struct buf line;

	buf_init(&line);
	buf_puts(&line, "Content-Disposition: ");
	buf_append(&line, text, len);
	CHECK(header_split(&h, line.data, line.len));
	CHECK(header_is(&h, "content-disposition"));
	CHECK(h.value >= line.data);
	CHECK(h.value + h.value_len <= line.data + line.len);
	check_disposition(h.value, h.value_len);
	buf_clear(&line);
}

static void
check_name(const char *text, size_t len, bool is_path)
{
	struct buf put;
	char *name;

	buf_init(&put);
	if (is_path)
		file_name_put_path(&put, text, len);
	else
		file_name_put(&put, text, len);
	fuzz_check_line(put.data, put.len);
	CHECK(
	    is_path || put.len == 0 || memchr(put.data, '/', put.len) == NULL);
	name = file_name_finish(put.data, put.len);
	CHECK(name != NULL || !utf8_valid(text, len) || len == 0 || is_path);
	if (name != NULL)
		check_path(name);
	free(name);
	buf_clear(&put);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* not a byte more than there is, for ASan to see */
	char *text = xmalloc(size > 0 ? size : 1);

	if (size > 0)
		memcpy(text, data, size);
	check_disposition(text, size);
	check_header(text, size);
	check_name(text, size, false);
	check_name(text, size, true);
	free(text);
	return 0;
}
