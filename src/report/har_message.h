/*
 * The parts of an HTTP archive's entry that tell what was sent and what came:
 * "request" and "response". What logs in is not in them.
 */
#ifndef REPORT_HAR_MESSAGE_H
#define REPORT_HAR_MESSAGE_H

#include <stdint.h>

struct buf;
struct record;

/* Each appends a key, as it is, and the value. */
void har_put_text(struct buf *to, const char *key, const char *text);
void har_put_integer(struct buf *to, const char *key, int64_t n);

/* Each appends a comma, the key and the object. */
void har_put_request(struct buf *to, const struct record *r);
void har_put_response(struct buf *to, const struct record *r);

#endif
