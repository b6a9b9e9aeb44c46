/*
 * Timelines as traces: the Chrome trace event format, which Perfetto opens. A
 * host is a process, a lane a thread. A task is a slice of its lane, with its
 * states as slices in it; what it waits for before it has a lane, and how long
 * its result is held afterwards, are asynchronous slices, as they overlap.
 */
#ifndef REPORT_TIMELINE_TRACE_H
#define REPORT_TIMELINE_TRACE_H

struct timeline;
struct timeline_file;

void timeline_trace_write(struct timeline *t, struct timeline_file *f);

#endif
