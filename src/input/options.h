/*
 * The command line: one table of options, from which parsing, --help and the
 * shells' completions come. Texts in struct options are borrowed from argv.
 */
#ifndef INPUT_OPTIONS_H
#define INPUT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "input/status_set.h"

struct curl_slist;

enum order { ORDER_INPUT, ORDER_COMPLETION };

enum format { FORMAT_BODY, FORMAT_NDJSON, FORMAT_JSON, FORMAT_JSON_SEQ };

/* Where targets come from, in the order of the command line. */
struct target_source {
	const char *text; /* the target itself, or the file's name */
	bool is_file;
};

/* What one request is made of: curl's options, with curl's meanings. */
struct request_options {
	const char *method;	    /* -X, or NULL */
	struct curl_slist *headers; /* -H; owned */
	struct buf data;	    /* -d and --json together */
	bool has_data;
	bool has_json;
	bool stdin_used;  /* by @- */
	bool file_failed; /* one of @FILE could not be read */
	bool location;
	long max_redirs; /* -1: no limit */
	const char *user_agent;
	char *referer; /* or NULL; owned */
	bool auto_referer;
	char *user; /* NAME:PASSWORD, or NULL; owned */
	bool insecure;
	bool compressed;
	int64_t max_time;	 /* microseconds, 0: no limit */
	int64_t connect_timeout; /* microseconds, 0: no limit */
	long speed_limit;	 /* bytes a second; 0: any will do */
	int64_t speed_time;	 /* microseconds below it that are too
				    long, 0: none is */
};

struct options {
	struct target_source *sources; /* owned */
	size_t source_count;
	struct request_options request;
	long jobs;
	bool sequential;
	bool compare;
	int order;	      /* enum order */
	int format;	      /* enum format */
	const char *template; /* or NULL */
	int64_t task_delay;   /* microseconds */
	struct status_set ok_status;
	bool fail_with_body;
	long retry;
	const char *output; /* or NULL: stdout */
	bool verbose;
	bool silent;
	bool show_error;
	bool no_color;
	bool help;
	bool version;
};

enum option_kind {
	OPTION_FLAG,	 /* bool at offset */
	OPTION_NUMBER,	 /* long at offset, from min to max */
	OPTION_DURATION, /* int64_t microseconds at offset */
	OPTION_TEXT,	 /* const char * at offset */
	OPTION_CHOICE,	 /* int at offset: the place in choices */
	OPTION_CUSTOM,	 /* set() */
};

struct option_spec {
	const char *name;
	const char *alias; /* a second long name, or NULL */
	char letter;	   /* or 0 */
	enum option_kind kind;
	const char *value; /* what the value is called; NULL: takes none */
	const char *help;
	size_t offset; /* in struct options */
	long min, max;
	const char *const *choices; /* ends with NULL */
	bool file;		    /* the value is completed as a file */
	/* Returns 0, or -1 and the cause (owned by the caller). */
	int (*set)(struct options *o, const char *value, char **cause);
};

/* A heading of --help and the options below it; name NULL ends each. */
struct option_group {
	const char *heading;
	const struct option_spec *options;
};

extern const struct option_group option_groups[];

/*
 * Defaults, then the command line. Returns 0, or -1 and the cause, one line
 * that names the option (owned by the caller). Either way options_clear
 * releases what o holds.
 */
int options_parse(struct options *o, int argc, char **argv, char **cause);
void options_clear(struct options *o);

/* For the table: one more target, or file of targets; "-" is stdin. */
void options_add_source(struct options *o, const char *text, bool is_file);

/* What --help prints. */
void options_usage(FILE *to);

#endif
