/*
 * How pictures of timelines look.
 */
#ifndef REPORT_TIMELINE_STYLE_H
#define REPORT_TIMELINE_STYLE_H

/* Pixels, as all of a picture. */
#define PICTURE_WIDTH 1000
#define PLOT_LEFT     210
#define PLOT_WIDTH    670
#define PLOT_COLUMNS  335 /* of what is folded */

/* A style sheet: classes are the names of states (task_log.h). */
extern const char timeline_style[];

#endif
