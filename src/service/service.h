/*
 * The embedded task service: HTTP on the loopback interface, in the same
 * event loop, answering GET /ID with a text that names it after a delay. It
 * stands in for a slow server when task IDs are given without a template.
 */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

#include <stdint.h>

struct event_base;
struct service;

/*
 * Listens on 127.0.0.1, a port the kernel chooses. The base is borrowed; the
 * delay is in microseconds. The answer, borrowed, has one %s, for the ID:
 * "Data of task %s\n". Dies (EXIT_LOCAL) where it cannot listen.
 */
struct service *service_new(
    struct event_base *base, int64_t delay, const char *answer);
void service_free(struct service *s);

/* The template of its URLs: "http://127.0.0.1:PORT/{id}". */
const char *service_template(const struct service *s);

#endif
