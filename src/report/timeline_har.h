/*
 * Timelines as HTTP archives: HAR 1.2, an entry a task. Bodies are not in
 * them, nor what logs in: passwords, and the values of Authorization and
 * Cookie.
 */
#ifndef REPORT_TIMELINE_HAR_H
#define REPORT_TIMELINE_HAR_H

#include <stdint.h>

struct buf;
struct record;
struct timeline;
struct timeline_file;

/*
 * Appends the entry of a task that began then (microseconds since 1970), but
 * for its end: how long it was held is not known yet.
 */
void timeline_har_put(struct buf *to, const struct record *r, int64_t began);

void timeline_har_write(struct timeline *t, struct timeline_file *f);

#endif
