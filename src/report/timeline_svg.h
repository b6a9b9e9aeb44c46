/*
 * Timelines as pictures: SVG that needs nothing else, in light and dark.
 */
#ifndef REPORT_TIMELINE_SVG_H
#define REPORT_TIMELINE_SVG_H

struct timeline;
struct timeline_file;

void timeline_svg_write(struct timeline *t, struct timeline_file *f);

/* The same as a part of a page. */
void timeline_svg_draw(struct timeline *t, struct timeline_file *f);

#endif
