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

ssize_t
read_all(int fd, void *to, size_t len, int64_t at)
{
	size_t got = 0;
	ssize_t n;

	for (; got < len; got += (size_t)n) {
		n = read_some(
		    fd, (char *)to + got, len - got, at + (int64_t)got);
		if (n == -1)
			return -1;
		if (n == 0)
			break;
	}
	return (ssize_t)got;
}
