/*
 * What the parts of the library share: its start before main, the log, stacks.
 */
#include "config.h"

#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"
#include "leaks.h"
#include "memory.h"

/*
 * The log is written when the process ends: no descriptor of ours is in the
 * program's way. Behind it in one region is what is needed at the end.
 */
#define LOG_SIZE     ((size_t)64 << 20)
#define SCRATCH_SIZE ((size_t)64 << 20)

#define MODULES_MOST 256

/* Frames that count as innermost: a library's, and ours that it calls. */
#define INNERMOST 3

typedef int main_function(int, char **, char **);

bool fault_armed;
bool fault_lists;

static const char *log_name;
static char *log_text;
static size_t log_len;
static size_t scratch_len;

static main_function *program_main;
static bool has_sanitizer;

/* The executable segments: where a module's code lies. */
static struct {
	unsigned long start, end, base;
	char name[64];
} modules[MODULES_MOST];
static int module_count;

void *
fault_next(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		abort();
	return found;
}

static void __attribute__((format(printf, 1, 0)))
tell(const char *fmt, va_list ap)
{
	int n;

	if (log_text == NULL || log_len > LOG_SIZE - 4096)
		return;
	n = vsnprintf(log_text + log_len, 4096, fmt, ap);
	if (n > 0 && n < 4096)
		log_len += (size_t)n;
}

void
fault_tell(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(fmt, ap);
	va_end(ap);
}

/* dl_iterate_phdr's. */
static int
note_module(struct dl_phdr_info *info, size_t size, void *arg)
{
	const char *slash = strrchr(info->dlpi_name, '/');
	const char *name = slash != NULL ? slash + 1 : info->dlpi_name;
	int i;

	(void)size;
	(void)arg;
	for (i = 0; i < info->dlpi_phnum && module_count < MODULES_MOST; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type != PT_LOAD || (p->p_flags & PF_X) == 0)
			continue;
		modules[module_count].base = info->dlpi_addr;
		modules[module_count].start = info->dlpi_addr + p->p_vaddr;
		modules[module_count].end = modules[module_count].start +
		    p->p_memsz;
		snprintf(modules[module_count].name, sizeof modules->name, "%s",
		    *name != '\0' ? name : "program");
		module_count++;
	}
	return 0;
}

/* The number of the module that the address is in, or -1. */
static int
module_of(const void *address)
{
	unsigned long at = (unsigned long)address;
	int i, again;

	for (again = 0; again < 2; again++) {
		for (i = 0; i < module_count; i++)
			if (at >= modules[i].start && at < modules[i].end)
				return i;
		/* one that was loaded later, perhaps */
		module_count = 0;
		dl_iterate_phdr(note_module, NULL);
	}
	return -1;
}

static const char *
symbol_of(const void *address)
{
	Dl_info info;

	return dladdr(address, &info) != 0 && info.dli_sname != NULL
	    ? info.dli_sname
	    : "";
}

void
fault_tell_frames(void *const *frames, int count, const char *fmt, ...)
{
	va_list ap;
	int i, m;

	va_start(ap, fmt);
	tell(fmt, ap);
	va_end(ap);
	for (i = 0; i < count && frames[i] != NULL; i++) {
		m = module_of(frames[i]);
		fault_tell(" %s+0x%lx(%s)", m != -1 ? modules[m].name : "?",
		    (unsigned long)frames[i] - (m != -1 ? modules[m].base : 0),
		    symbol_of(frames[i]));
	}
	fault_tell("\n");
}

int
fault_stack(void **frames)
{
	static int own = -1;
	void *all[FAULT_FRAMES + 8];
	int count = backtrace(all, FAULT_FRAMES + 8), skipped = 0;

	if (own == -1)
		own = module_of((void *)fault_stack);
	while (skipped < count && module_of(all[skipped]) == own)
		skipped++;
	count -= skipped;
	if (count > FAULT_FRAMES)
		count = FAULT_FRAMES;
	memcpy(frames, all + skipped, (size_t)count * sizeof *frames);
	return count;
}

bool
fault_is_in(void *const *frames, int count, const char *module)
{
	int i, m;

	for (i = 0; i < count && i < INNERMOST; i++) {
		m = module_of(frames[i]);
		if (m != -1 &&
		    strncmp(modules[m].name, module, strlen(module)) == 0)
			return true;
	}
	return false;
}

unsigned long
fault_hash(void *const *frames, int count)
{
	unsigned long hash = 14695981039346656037UL;
	int i, m;

	for (i = 0; i < count; i++) {
		m = module_of(frames[i]);
		hash ^= (unsigned long)m;
		hash *= 1099511628211UL;
		hash ^= (unsigned long)frames[i] -
		    (m != -1 ? modules[m].base : 0);
		hash *= 1099511628211UL;
	}
	return hash;
}

bool
fault_parse_number(
    const char *s, unsigned long *number, bool *sticky, const char **end)
{
	char *rest;

	*number = strtoul(s, &rest, 10);
	*sticky = *rest == '+';
	*end = rest + *sticky;
	return rest != s && *number > 0;
}

void *
fault_scratch(size_t size)
{
	void *p = log_text + LOG_SIZE + scratch_len;

	scratch_len += (size + 15) & ~(size_t)15;
	if (scratch_len > SCRATCH_SIZE)
		abort();
	return p;
}

void
fault_region(uintptr_t *start, uintptr_t *end)
{
	*start = (uintptr_t)log_text;
	*end = *start + LOG_SIZE + SCRATCH_SIZE;
}

/* Not by the functions that fail. */
static void
write_log(void)
{
	size_t done = 0;
	long n;
	int fd;

	if (log_name == NULL || log_len == 0)
		return;
	fd = (int)syscall(SYS_openat, AT_FDCWD, log_name,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	while (fd >= 0 && done < log_len &&
	    (n = syscall(SYS_write, fd, log_text + done, log_len - done)) > 0)
		done += (size_t)n;
	log_len = 0;
}

static void
crashed(int signo)
{
	void *frames[FAULT_FRAMES];

	fault_armed = false;
	signal(signo, SIG_DFL);
	fault_tell_frames(frames, fault_stack(frames), "signal %d", signo);
	write_log();
	raise(signo);
}

/* The last of atexit's: it was the first to be registered. */
static void
ended(void)
{
	fault_armed = false;
	fault_tell("allocations %lu\n", memory_count());
	if (!has_sanitizer)
		leaks_tell();
	write_log();
}

static void
catch_crashes(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	size_t i;

	for (i = 0; i < sizeof signals / sizeof *signals; i++)
		signal(signals[i], crashed);
}

static int
begin(int argc, char **argv, char **envp)
{
	void *frames[FAULT_FRAMES];

	has_sanitizer = dlsym(RTLD_DEFAULT, "__asan_init") != NULL;
	log_name = getenv("FAULT_LOG");
	fault_lists = getenv("FAULT_LIST") != NULL;
	log_text = mmap(NULL, LOG_SIZE + SCRATCH_SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (log_text == MAP_FAILED)
		abort();
	fault_stack(frames); /* loads what it needs */
	memory_start();
	calls_start();
	if (!has_sanitizer)
		catch_crashes();
	atexit(ended);
	fault_armed = true;
	return program_main(argc, argv, envp);
}

/* The C library's, called with the program's main: ours comes before. */
int __libc_start_main(main_function *program, int argc, char **argv,
    void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
    void *stack_end);

int
__libc_start_main(main_function *program, int argc, char **argv,
    void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
    void *stack_end)
{
	int (*real)(main_function *, int, char **, void (*)(void),
	    void (*)(void), void (*)(void),
	    void *) = fault_next("__libc_start_main");

	program_main = program;
	return real(begin, argc, argv, init, fini, rtld_fini, stack_end);
}
