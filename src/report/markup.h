/*
 * Text in XML and HTML.
 */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

struct buf;

/*
 * Appends a text, safe between tags and in attributes. What XML cannot hold
 * becomes U+FFFD.
 */
void markup_put(struct buf *to, const char *text);

#endif
