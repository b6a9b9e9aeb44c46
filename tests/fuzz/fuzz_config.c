/*
 * Configuration files: their syntax, and the options that become of them.
 *
 * The input is a file. It may name others; none of them is opened, /dev/null
 * is read in their place. The linker puts the functions below between coget
 * and the system's.
 */
#include "config.h"

#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "input/config_file.h"

FILE *__real_fopen(const char *name, const char *mode);
FILE *__wrap_fopen(const char *name, const char *mode);
int __real_open(const char *name, int flags, ...);
int __wrap_open(const char *name, int flags, ...);

static int file;
static char path[32];
static bool is_closed; /* other files than ours are not opened */

FILE *
__wrap_fopen(const char *name, const char *mode)
{
	/* libFuzzer writes down what it found */
	if (!is_closed || strcmp(name, path) == 0 || *mode == 'w')
		return __real_fopen(name, mode);
	if (strcmp(mode, "r+") == 0) {
		errno = ENXIO; /* a terminal */
		return NULL;
	}
	return __real_fopen("/dev/null", mode);
}

int
__wrap_open(const char *name, int flags, ...)
{
	if (!is_closed)
		return __real_open(name, flags, 0600);
	return __real_open("/dev/null", flags & ~(O_CREAT | O_EXCL));
}

/* A name and a value of one line. */
static int
take_option(void *arg, const char *name, const char *value, char **cause)
{
	size_t *count = arg;

	CHECK(*name != '#');
	CHECK(strpbrk(name, " \t\r\n") == NULL);
	CHECK(*name == '-' || strpbrk(name, "=:") == NULL);
	CHECK(value == NULL || strlen(value) < 1 << 20);
	if (++*count < 1000)
		return 0;
	*cause = xstrdup("enough");
	return -1;
}

static void
check_syntax(void)
{
	char *cause = NULL;
	size_t count = 0;
	int result = config_file_read(path, take_option, &count, &cause);

	CHECK((result != 0) == (cause != NULL));
	CHECK(result != -1 || strncmp(cause, path, strlen(path)) == 0);
	free(cause);
}

static void
check_choices(const struct options *o)
{
	CHECK(o->jobs >= 1 && o->order >= ORDER_INPUT);
	CHECK(o->order <= ORDER_COMPLETION);
	CHECK(o->format >= FORMAT_BODY && o->format <= FORMAT_JSON_SEQ);
	CHECK(o->retry.count >= 0 && o->retry.delay >= 0);
	CHECK(o->memory_limit >= 0 && o->deadline >= 0);
	CHECK(o->request.max_time >= 0 && o->request.limit_rate >= 0);
	CHECK(o->files.root != NULL);
	CHECK(o->template == NULL || *o->template != '\0');
}

/* Says the same twice. */
static void
check_options(void)
{
	char words[4][32] = {"coget", "-q", "--config", ""};
	char *argv[5] = {words[0], words[1], words[2], words[3], NULL};
	struct options o;
	char *causes[2] = {NULL, NULL};
	int results[2], i;

	strcpy(words[3], path);
	for (i = 0; i < 2; i++) {
		results[i] = options_parse(&o, 4, argv, &causes[i]);
		CHECK((results[i] == 0) == (causes[i] == NULL));
		if (results[i] == 0 && !o.help && !o.version)
			check_choices(&o);
		options_clear(&o);
	}
	CHECK(results[0] == results[1]);
	CHECK(results[0] == 0 || strcmp(causes[0], causes[1]) == 0);
	free(causes[0]);
	free(causes[1]);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_quiet();
	CHECK(freopen("/dev/null", "r", stdin) != NULL);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	file = memfd_create("config", MFD_CLOEXEC);
	CHECK(file != -1);
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CHECK(ftruncate(file, 0) == 0);
	CHECK(pwrite(file, data, size, 0) == (ssize_t)size);
	is_closed = true;
	check_syntax();
	check_options();
	is_closed = false;
	return 0;
}
