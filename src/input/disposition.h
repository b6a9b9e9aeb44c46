/*
 * The name that a server gives a body: Content-Disposition (RFC 6266).
 */
#ifndef INPUT_DISPOSITION_H
#define INPUT_DISPOSITION_H

#include <stddef.h>

/*
 * The name in a header's value of len bytes, made safe; NULL where it gives
 * none. filename*= (RFC 8187) goes before filename=. The caller's to free.
 */
char *disposition_name(const char *value, size_t len);

#endif
