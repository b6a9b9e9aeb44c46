/*
 * Safe file names.
 */
#include "config.h"

#include "input/file_name.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/fnv.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

/* What an extension may be, with its dot, to stay when a name is cut. */
#define EXTENSION_MOST 12

static void
put(struct buf *to, const char *text, size_t len, bool slashes)
{
	size_t n;

	for (; len > 0; text += n, len -= n) {
		n = utf8_sequence(text, len);
		if (n == 0 || utf8_control(text, n) ||
		    (*text == '/' && !slashes)) {
			buf_putc(to, '_');
			n = n == 0 ? 1 : n;
		} else
			buf_append(to, text, n);
	}
}

void
file_name_put(struct buf *to, const char *text, size_t len)
{
	put(to, text, len, false);
}

void
file_name_put_path(struct buf *to, const char *text, size_t len)
{
	put(to, text, len, true);
}

/* At most so many bytes: the beginning, a hash of all, a short extension. */
static void
put_long(struct buf *to, const char *name, size_t len, size_t most)
{
	size_t extension = 0, cut;

	while (extension < EXTENSION_MOST && name[len - 1 - extension] != '.')
		extension++;
	extension = extension < EXTENSION_MOST ? extension + 1 : 0;
	cut = most - extension - 17;
	/* not inside a character */
	while (cut > 0 && ((unsigned char)name[cut] & 0xc0) == 0x80)
		cut--;
	buf_append(to, name, cut);
	buf_printf(to, "~%016" PRIx64, fnv_of(FNV_BASIS, name, len));
	buf_append(to, name + len - extension, extension);
}

static void
put_part(struct buf *to, const char *name, size_t len)
{
	size_t most = FILE_NAME_MOST;

	if (len == 0)
		return;
	if (to->len > 0)
		buf_putc(to, '/');
	if (*name == '.' || *name == '-') {
		buf_putc(to, '_');
		name++;
		len--;
		most--;
	}
	if (len > most)
		put_long(to, name, len, most);
	else
		buf_append(to, name, len);
}

char *
file_name_finish(const char *path, size_t len)
{
	const char *end, *slash;
	char *result = NULL;
	struct buf safe;

	if (len == 0)
		return NULL; /* path may be NULL */
	end = path + len;
	buf_init(&safe);
	for (; path < end; path = slash + 1) {
		slash = memchr(path, '/', (size_t)(end - path));
		if (slash == NULL)
			slash = end;
		put_part(&safe, path, (size_t)(slash - path));
	}
	if (safe.len > 0)
		result = xstrdup(buf_string(&safe));
	buf_clear(&safe);
	return result;
}
