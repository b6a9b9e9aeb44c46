/*
 * What coget says on stderr about itself, one line a message, and how it
 * dies. Control bytes never reach the terminal: each line is made printable.
 */
#ifndef BASE_MSG_H
#define BASE_MSG_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses of our own; see EXIT STATUS in coget(1). */
enum exit_status {
	EXIT_OK = 0,	   /* every task ok or skipped */
	EXIT_NOT_ALL = 1,  /* at least one task was neither */
	EXIT_USAGE = 2,	   /* usage or configuration */
	EXIT_LOCAL = 3,	   /* local input or output, memory */
	EXIT_DEADLINE = 4, /* the batch deadline passed */
};

/*
 * Somebody who draws on the terminal is called before anything else is
 * written to stderr, so that he takes away what is there. NULL: nobody is.
 */
void msg_set_guard(void (*guard)(void *arg), void *arg);

/*
 * Somebody else has written to fd, at last that byte. Where it is the terminal
 * that stderr is, and a line is not at its end there, what we say begins with
 * the end of it.
 */
void msg_wrote(int fd, char last);

/* Does the terminal that stderr is stand inside a line, as far as we know? */
bool msg_inside_line(void);

/* Calls him, and ends the line; for who writes lines to stderr himself. */
void msg_clear_way(void);

/* Writes whole lines to stderr, as they are, in one write. */
void msg_write(const char *text, size_t len);

/* Writes a user's own text to stderr, lines or not, and nothing else. */
void msg_write_text(const char *text, size_t len);

/* Prints "coget: MESSAGE" and a newline to stderr. */
void msg_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* As msg_warn, then exits with the status. */
void msg_die(enum exit_status status, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), noreturn));

#endif
