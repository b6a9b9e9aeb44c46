/*
 * --as curl: the command of curl's that sends a task's request, for sh.
 */
#ifndef REPORT_AS_CURL_H
#define REPORT_AS_CURL_H

struct buf;
struct options;
struct request;

/* Why there is no such command, for a record; NULL: there is one. */
const char *as_curl_problem(const struct options *o, const struct request *r);

/*
 * Appends the command, without an end of line; passwords are in it. The
 * request has a URL, and no problem.
 */
void as_curl_put(
    struct buf *to, const struct options *o, const struct request *r);

#endif
