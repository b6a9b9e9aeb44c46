/*
 * Writing all of some bytes.
 */
#include "config.h"

#include "base/write_all.h"

#include <errno.h>
#include <unistd.h>

int
write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	for (; len > 0; data += n, len -= (size_t)n) {
		n = write(fd, data, len);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return -1;
	}
	return 0;
}

int
write_all_at(int fd, const char *data, size_t len, int64_t at)
{
	ssize_t n;

	for (; len > 0; data += n, len -= (size_t)n, at += n) {
		n = pwrite(fd, data, len, (off_t)at);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return -1;
	}
	return 0;
}
