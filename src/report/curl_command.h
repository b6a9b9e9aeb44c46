/*
 * A command of curl's that is being written: its words, quoted for sh.
 */
#ifndef REPORT_CURL_COMMAND_H
#define REPORT_CURL_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct settings;

struct curl_command {
	struct buf words; /* behind "curl" */
	struct buf input; /* what it reads from stdin; for printf */
	bool reads;	  /* it does */
};

/* An option as it is, with its value or NULL; the same by its long name. */
void curl_command_option(
    struct curl_command *c, const char *option, const char *value);
void curl_command_long(
    struct curl_command *c, const char *name, const char *value);

void curl_command_number(struct curl_command *c, const char *option, int64_t n);

/* Microseconds as seconds, with as many decimals as needed. */
void curl_command_seconds(
    struct curl_command *c, const char *option, int64_t usec);

/* What libcurl itself is told, but for redirects: curl_command_settings.c. */
void curl_command_settings(struct curl_command *c, const struct settings *all);

#endif
