/*
 * Runs a command and writes the most memory that it had resident, in KiB,
 * into a file. Its exit status is the command's. In C, because a process's
 * figure begins with that of the one it was forked from.
 *
 * usage: tests/rss FILE COMMAND...
 */
#include "config.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	pid_t pid;
	FILE *f;

	if (argc < 3)
		return 2;
	if ((pid = fork()) == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid == -1 || wait4(pid, &status, 0, &usage) == -1 ||
	    (f = fopen(argv[1], "w")) == NULL)
		return 2;
	fprintf(f, "%ld\n", usage.ru_maxrss);
	fclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
