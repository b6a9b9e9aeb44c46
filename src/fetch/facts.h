/*
 * Facts: what curl's -w tells of a transfer and the record does not, as a
 * JSON object; the names are those of curl's variables.
 */
#ifndef FETCH_FACTS_H
#define FETCH_FACTS_H

struct buf;
struct record;

/* Appends those of the record's last attempt, or what stands for none. */
void facts_put(struct buf *to, const struct record *r);

#endif
