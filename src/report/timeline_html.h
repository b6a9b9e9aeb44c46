/*
 * Timelines as pages: the picture, and a tooltip a row.
 */
#ifndef REPORT_TIMELINE_HTML_H
#define REPORT_TIMELINE_HTML_H

struct timeline;
struct timeline_file;

void timeline_html_write(struct timeline *t, struct timeline_file *f);

#endif
