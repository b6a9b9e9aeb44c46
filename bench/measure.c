/*
 * Runs a command and appends what it took to a file, as one line: wall clock
 * and CPU time (its own and its children's, user and system) in seconds, and
 * the most memory that one process of it had resident, in KiB.
 *
 * usage: measure [-n TIMES] [-t SECONDS] FILE COMMAND...
 *
 * With -n it is run so often, one after the other, each time with stdin from
 * its beginning; the figures are those of one run, on average. A run that
 * takes longer than -t says is killed, with all that it has started in its
 * process group. The exit status is the command's; 124 where it was killed.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t is_late;
static volatile pid_t child;

/* Time is up, or someone wants the end of it all. */
static void
on_signal(int number)
{
	if (number == SIGALRM)
		is_late = 1;
	if (child > 0)
		kill(-child, SIGKILL);
	if (number != SIGALRM)
		_exit(128 + number);
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double
seconds(struct timeval tv)
{
	return (double)tv.tv_sec + (double)tv.tv_usec / 1e6;
}

/* The exit status of one run; the group is made on both sides of the fork. */
static int
run(char **command, unsigned limit)
{
	int status;

	if ((child = fork()) == 0) {
		setpgid(0, 0);
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	if (child == -1) {
		perror("fork");
		return 126;
	}
	setpgid(child, child);
	alarm(limit);
	while (waitpid(child, &status, 0) == -1)
		;
	alarm(0);
	child = 0;
	if (is_late)
		return 124;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	unsigned limit = 0;
	struct rusage usage;
	double start, wall;
	int c, i, status = 0, times = 1;
	FILE *f;

	while ((c = getopt(argc, argv, "+n:t:")) != -1) {
		if (c == 'n')
			times = atoi(optarg);
		else if (c == 't')
			limit = (unsigned)atoi(optarg);
		else
			return 2;
	}
	if (argc - optind < 2 || times < 1)
		return 2;
	signal(SIGALRM, on_signal);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	start = now();
	for (i = 0; i < times && status == 0; i++) {
		if (i > 0)
			lseek(STDIN_FILENO, 0, SEEK_SET);
		status = run(argv + optind + 1, limit);
	}
	wall = now() - start;
	getrusage(RUSAGE_CHILDREN, &usage);
	if ((f = fopen(argv[optind], "a")) == NULL) {
		perror(argv[optind]);
		return 2;
	}
	fprintf(f, "%.6f %.6f %ld\n", wall / times,
	    (seconds(usage.ru_utime) + seconds(usage.ru_stime)) / times,
	    usage.ru_maxrss);
	fclose(f);
	return status;
}
