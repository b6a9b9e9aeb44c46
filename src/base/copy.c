/*
 * Copying from file to file.
 */
#include "config.h"

#include "base/copy.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/read_some.h"
#include "base/write_all.h"
#include "base/xmalloc.h"

#define PIECE ((size_t)1 << 20)

/* Where the file system cannot do it itself. Returns how many, or -1. */
static ssize_t
copy_piece(int to, int from, int64_t at, size_t len)
{
	char *piece = xmalloc(len);
	ssize_t got = read_some(from, piece, len, at);

	if (got > 0 && write_all(to, piece, (size_t)got) == -1)
		got = -1;
	free(piece);
	return got;
}

static ssize_t
copy_some(int to, int from, int64_t at, int64_t len)
{
	size_t most = len < (int64_t)PIECE ? (size_t)len : PIECE;
#ifdef HAVE_COPY_FILE_RANGE
	off_t offset = (off_t)at;
	ssize_t n = copy_file_range(from, &offset, to, NULL,
	    len < (1 << 30) ? (size_t)len : 1 << 30, 0);

	if (n > 0)
		return n;
#endif
	return copy_piece(to, from, at, most);
}

int
copy_bytes(int to, int from, int64_t len)
{
	int64_t done;
	ssize_t n;

	for (done = 0; done < len; done += n) {
		n = copy_some(to, from, done, len - done);
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
	}
	return 0;
}
