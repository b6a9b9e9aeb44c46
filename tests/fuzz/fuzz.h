/*
 * What the fuzz targets share: CHECK, what a JSON text has to be, and the
 * options of a command line. A target is one file, thin over the functions of
 * its module; libFuzzer has main. See tests/fuzz/run.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "input/options.h"

/* libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define CHECK(condition)                                                       \
	((condition) ? (void)0 : fuzz_failed(__FILE__, __LINE__, #condition))

static inline void __attribute__((noreturn))
fuzz_failed(const char *file, int line, const char *what)
{
	dprintf(STDERR_FILENO, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

/* What coget says of the input is not for people here. */
static inline void
fuzz_quiet(void)
{
	stderr = fopen("/dev/null", "w");
	CHECK(stderr != NULL);
}

/* One line that may be shown: UTF-8, no control characters. */
static inline void
fuzz_check_line(const char *s, size_t len)
{
	size_t n;

	for (; len > 0; s += n, len -= n) {
		n = utf8_sequence(s, len);
		CHECK(n > 0 && !utf8_control(s, n));
	}
}

/*
 * A JSON text; the caller's to free. NULL: it has a number, or a NUL in a
 * name, that jansson cannot hold, which is no fault.
 */
static inline json_t *
fuzz_load_json(const char *s, size_t len)
{
	json_error_t error;
	json_t *value = json_loadb(s, len,
	    JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);

	CHECK(value != NULL ||
	    json_error_code(&error) == json_error_numeric_overflow ||
	    json_error_code(&error) == json_error_null_byte_in_key);
	return value;
}

/* The same in one line. */
static inline json_t *
fuzz_check_json(const char *s, size_t len)
{
	fuzz_check_line(s, len);
	return fuzz_load_json(s, len);
}

/*
 * Cuts off the text before the next separator, NUL-terminated; the caller's
 * to free. The last one is all that is left.
 */
static inline char *
fuzz_cut(const uint8_t **data, size_t *size, int separator)
{
	const uint8_t *end = *size == 0 ? NULL
					: memchr(*data, separator, *size);
	size_t len = end == NULL ? *size : (size_t)(end - *data);
	char *text = xmemdup(*data, len);

	*data += len;
	*size -= len;
	if (end != NULL) {
		++*data;
		--*size;
	}
	return text;
}

/*
 * What the words, which end with NULL, make of the options. They are borrowed,
 * and there as long as the process.
 */
static inline void
fuzz_options(struct options *o, const char *const *words)
{
	static char *kept[128];
	static int used;
	char **argv = kept + used, *cause;
	int argc = 0;

	argv[argc++] = xstrdup("coget");
	argv[argc++] = xstrdup("-q");
	for (; *words != NULL && used + argc < 127; words++)
		argv[argc++] = xstrdup(*words);
	used += argc + 1; /* and a NULL */
	CHECK(options_parse(o, argc, argv, &cause) == 0);
}

#endif
