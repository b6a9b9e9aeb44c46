/*
 * What --debug says of the event loop on stderr.
 */
#ifndef REPORT_DEBUG_H
#define REPORT_DEBUG_H

#include <stdint.h>

#include "core/loop.h"

/* A turn that takes longer is told; microseconds. */
#define DEBUG_SLOW_TURN (100 * INT64_C(1000))

/* From now on slow turns are told. */
void debug_start(struct loop_debug *d, struct loop *l);

/* What was counted since, in one line; so many transfers. */
void debug_print(
    const struct loop_debug *d, const struct loop *l, uint64_t transfers);

#endif
