/*
 * URL templates: {} is the whole input, {name} a value percent-encoded,
 * {+name} the value as it is where a URL may hold it, {#name} the same as a
 * fragment (RFC 6570, levels 1 and 2).
 */
#ifndef INPUT_TEMPLATE_H
#define INPUT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/*
 * Finds a value by its name, of len bytes; name "" is the whole input. The
 * text stays the finder's. Returns false where there is no such value.
 */
typedef bool template_find(void *arg, const char *name, size_t len,
    const char **value, size_t *value_len);

/* Is it well-formed? Returns 0, or -1 and the cause (owned by the caller). */
int template_check(const char *template, char **cause);

/*
 * Appends the expansion of a well-formed template. Returns 0, or -1 and the
 * cause (owned by the caller): a value is missing, or a part of the path would
 * be . or .. by it.
 */
int template_expand(struct buf *to, const char *template, template_find *find,
    void *arg, char **cause);

#endif
