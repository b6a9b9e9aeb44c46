/*
 * Reading at a place of a file.
 */
#include "config.h"

#include "base/read_some.h"

#include <errno.h>
#include <unistd.h>

ssize_t
read_some(int fd, void *to, size_t len, int64_t at)
{
	ssize_t n;

	do
		n = pread(fd, to, len, (off_t)at);
	while (n == -1 && errno == EINTR);
	return n;
}
