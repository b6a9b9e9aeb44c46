/*
 * How many tasks were in which state at once: two charts, of work and of
 * waiting, over all tasks.
 */
#ifndef REPORT_TIMELINE_AREA_H
#define REPORT_TIMELINE_AREA_H

struct buf;
struct fold;

/* Of both charts; pixels. */
#define AREA_HEIGHTS 152

/* As a part of an SVG picture, from y on. */
void timeline_area_put(struct buf *to, const struct fold *f, int y);

#endif
