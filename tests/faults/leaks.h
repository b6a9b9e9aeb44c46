/*
 * Blocks that nothing points to.
 */
#ifndef FAULT_LEAKS_H
#define FAULT_LEAKS_H

/* Writes them into the log, at the end of the process. */
void leaks_tell(void);

#endif
