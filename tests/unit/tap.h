/*
 * The least TAP: TEST names a case, CHECK is its assertions, tap_main runs a
 * table of cases, each as one test line. A failed CHECK says where and what
 * on a comment line; the case goes on.
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct tap_case {
	const char *name;
	void (*run)(void);
};

static bool tap_failed;

#define CHECK(condition)                                                       \
	do {                                                                   \
		if (!(condition)) {                                            \
			printf(                                                \
			    "# %s:%d: %s\n", __FILE__, __LINE__, #condition);  \
			tap_failed = true;                                     \
		}                                                              \
	} while (0)

#define CHECK_STR(got, want)                                                   \
	do {                                                                   \
		const char *got_ = (got), *want_ = (want);                     \
		if (got_ == NULL || strcmp(got_, want_) != 0) {                \
			printf("# %s:%d: got \"%s\", want \"%s\"\n", __FILE__, \
			    __LINE__, got_ == NULL ? "(null)" : got_, want_);  \
			tap_failed = true;                                     \
		}                                                              \
	} while (0)

static int
tap_main(const char *file, const struct tap_case *cases, size_t count)
{
	size_t i, failed = 0;
	const char *slash = strrchr(file, '/');

	if (slash != NULL)
		file = slash + 1;
	printf("1..%zu\n", count);
	for (i = 0; i < count; i++) {
		tap_failed = false;
		cases[i].run();
		printf("%sok %zu - %.*s: %s\n", tap_failed ? "not " : "", i + 1,
		    (int)strcspn(file, "."), file, cases[i].name);
		fflush(stdout);
		failed += tap_failed;
	}
	return failed != 0;
}

#define TAP_MAIN(...)                                                          \
	int main(void)                                                         \
	{                                                                      \
		static const struct tap_case cases[] = {__VA_ARGS__};          \
		return tap_main(                                               \
		    __FILE__, cases, sizeof cases / sizeof cases[0]);          \
	}

#endif
