/*
 * The command line: one table of options, from which parsing, --help and the
 * shells' completions come. Texts in struct options are borrowed from argv,
 * or from what struct options keeps itself.
 */
#ifndef INPUT_OPTIONS_H
#define INPUT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/units.h"
#include "input/cookie_file.h"
#include "input/form.h"
#include "input/retry_on.h"
#include "input/settings.h"
#include "input/status_set.h"
#include "input/upload.h"

/* --parallel-max-host auto */
#define HOST_SLOTS_AUTO (-1)

/* Files for the bodies of single tasks, and for all results. */
struct file_options {
	const char *dir;      /* --output-dir, or NULL */
	const char *root;     /* that the names below are relative to */
	const char *template; /* -o with fields, relative to root; or NULL */
	const char *single;   /* -o with -C: of the one body; or NULL */
	bool continues;	      /* -C -: what is there of a body */
	int64_t continue_at;  /* -C OFFSET; 0: no such */
	bool remote_name;     /* -O */
	bool server_name;     /* -J */
	bool create_dirs;
	bool no_clobber;
	bool skip_existing;
	bool remote_time;
	bool sync;
	bool remove_on_error; /* always so */
	long mode;
};

/* What is kept from one run to the next. */
struct cache_options {
	const char *dir;   /* or NULL */
	bool changed_only; /* the rest is left out */
};

/* How fast which hosts are asked. */
struct pacing {
	struct rate rate; /* of the run; count 0: no limit */
	struct rate rate_host;
	long burst;
	long host_slots;	/* at once; 0: no limit */
	long host_max_failures; /* in a row; 0: no limit */
};

/* What all tasks are waited for, or not. */
enum return_when {
	RETURN_ALL_COMPLETED,
	RETURN_FIRST_COMPLETED,
	RETURN_FIRST_SUCCESS,
	RETURN_FIRST_EXCEPTION,
};

/* When a run ends before all its tasks have. */
struct stop_options {
	int return_when;	/* enum return_when */
	long max_failures;	/* stop at so many; 0: no limit */
	long fail_if_count;	/* stop at more; -1: no limit */
	double fail_if_percent; /* stop at more; -1: no limit */
};

/* A part of the targets. */
enum shard_by { SHARD_BY_IDENTITY, SHARD_BY_HOST };

struct shard {
	long number; /* from 1 */
	long count;  /* of the parts; 0: there are none */
	int by;	     /* enum shard_by */
};

/* Of the runs of --compare. */
enum connections { CONNECTIONS_COLD, CONNECTIONS_WARM };

#define MEASURE_SWEEP_MOST 32

/* What is measured, and where it is told. */
struct measure_options {
	long runs;			/* of --compare, each way */
	long sweep[MEASURE_SWEEP_MOST]; /* numbers of slots to compare */
	size_t sweep_count;		/* 0: sequential and concurrent */
	int connections;		/* enum connections */
	const char *summary;		/* a file for it as JSON, or NULL */
	bool merge;			/* the targets are such files */
	const char *plot;		/* or NULL */
};

/* How a run's progress is told. */
enum progress_mode {
	PROGRESS_AUTO,
	PROGRESS_BAR,
	PROGRESS_PLAIN,
	PROGRESS_JSON,
	PROGRESS_NONE,
};

struct progress_options {
	int mode;	  /* enum progress_mode */
	int64_t interval; /* microseconds; 0: as the mode has it */
	long fd;	  /* of PROGRESS_PLAIN and PROGRESS_JSON */
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* As what a timeline is written: by the end of the file's name. */
enum timeline_format {
	TIMELINE_SVG,
	TIMELINE_HTML,
	TIMELINE_TRACE,
	TIMELINE_HAR,
};

struct timeline_target {
	const char *name;
	enum timeline_format format;
};

/* --timeline */
struct timeline_options {
	bool text;		       /* on stderr */
	struct timeline_target *files; /* owned */
	size_t file_count;
};

enum order { ORDER_INPUT, ORDER_COMPLETION };

enum format { FORMAT_BODY, FORMAT_NDJSON, FORMAT_JSON, FORMAT_JSON_SEQ };

/* Where targets come from, in the order of the command line. */
struct target_source {
	char *text; /* the target itself, or the file's name; owned */
	bool is_file;
};

/* What one request is made of: curl's options, with curl's meanings. */
struct request_options {
	const char *method;		  /* -X, or NULL */
	struct curl_slist *headers;	  /* -H; owned */
	struct buf data;		  /* -d and --json together */
	struct buf query;		  /* --url-query, and -d with -G */
	bool get;			  /* -G: the data are the query */
	bool head;			  /* -I */
	struct cookie_files cookie_files; /* -b */
	const char *cookie_jar;		  /* -c, or NULL */
	bool cookie_share;		  /* one jar for all tasks */
	bool keeps_state; /* a handle remembers what it learned: a task's own
			     cookies, the answers to its login */
	int64_t max_filesize; /* bytes, 0: no limit */
	int64_t limit_rate;   /* bytes a second, 0: no limit */
	bool has_data;
	struct form form;     /* -F */
	struct upload upload; /* -T */
	bool has_json;
	const char *stdin_use; /* what reads stdin, as "@-"; or NULL */
	bool file_failed;      /* one of @FILE could not be read */
	bool location;
	long max_redirs; /* -1: no limit */
	const char *user_agent;
	char *referer; /* or NULL; owned */
	bool auto_referer;
	char *user; /* NAME:PASSWORD, or NULL; owned */
	bool insecure;
	bool compressed;
	bool decodes;		  /* what comes compressed */
	struct settings settings; /* libcurl's own */
	int64_t max_time;	  /* microseconds, 0: no limit */
	int64_t connect_timeout;  /* microseconds, 0: no limit */
	long speed_limit;	  /* bytes a second; 0: any will do */
	int64_t speed_time;	  /* microseconds below it that are too
				     long, 0: none is */
};

/* When and how often to try again. */
struct retry_options {
	long count;
	int64_t delay;	   /* microseconds; 0: exponential */
	int64_t max_time;  /* microseconds; 0: no limit */
	int64_t after_max; /* of Retry-After; microseconds */
	bool all_errors;
	struct retry_on on;
	long seed; /* of the jitter; -1: a random one */
};

struct write_out;

struct options {
	struct target_source *sources; /* owned */
	size_t source_count;
	struct request_options request;
	long jobs;
	bool sequential;
	bool compare;
	struct measure_options measure;
	long split;	   /* ranges of one body; 0 and 1: it stays whole */
	int64_t split_min; /* bytes of a range */
	int order;	   /* enum order */
	bool stable;
	bool parse_json;
	const char *journal; /* or NULL */
	bool resume;
	bool retry_failed;
	bool dedupe;
	long window;	      /* tasks; 0: as the slots want it */
	int64_t memory_limit; /* bytes of results */
	int format;	      /* enum format */
	const char *template; /* or NULL */
	long index_offset;    /* so many targets stand before the first */
	struct shard shard;
	int64_t task_delay; /* microseconds */
	struct status_set ok_status;
	bool fail_with_body;
	struct file_options files;
	struct cache_options cache;
	struct pacing pacing;
	struct stop_options stop;
	bool shield;
	int default_scheme; /* the place in schemes */
	struct retry_options retry;
	bool no_effect;		     /* what is always so */
	int64_t task_timeout;	     /* microseconds, 0: none */
	int64_t deadline;	     /* of the run; microseconds, 0: none */
	const char *output;	     /* or NULL: stdout */
	const char *output_given;    /* -o or -O of the command line, or NULL */
	bool output_told;	     /* that it was given several times */
	const char *write_out_text;  /* -w as it was given, or NULL */
	struct write_out *write_out; /* the same; owned; NULL: none */
	bool verbose;
	bool silent;
	bool show_error;
	bool dry_run;
	bool as_curl; /* as commands of curl's; implies it */
	struct progress_options progress;
	int color;  /* enum color */
	bool debug; /* of the event loop */
	struct timeline_options timeline;
	bool help;
	bool version;
	bool disable;		 /* -q: no default configuration */
	struct curl_slist *kept; /* values of configuration files; owned */
	int config_depth;	 /* while they are read */
};

/* The default of -j. */
#define OPTIONS_JOBS 50

enum option_kind {
	OPTION_FLAG,	 /* bool at offset */
	OPTION_NUMBER,	 /* long at offset, from min to max */
	OPTION_DURATION, /* int64_t microseconds at offset */
	OPTION_SIZE,	 /* int64_t bytes at offset */
	OPTION_TEXT,	 /* const char * at offset */
	OPTION_CHOICE,	 /* int at offset: the place in choices */
	OPTION_LIBCURL,	 /* in the settings */
	OPTION_CONFIG,	 /* a configuration file */
	OPTION_CUSTOM,	 /* set() */
};

/* Is the value wiped from argv? Not one that is borrowed. */
enum secrecy {
	SECRECY_NONE,
	SECRECY_URL,	/* where it is a URL with a password */
	SECRECY_HEADER, /* where it is a header that logs in */
	SECRECY_ALL,
};

struct option_spec {
	const char *name;
	const char *alias; /* a second long name, or NULL */
	char letter;	   /* or 0 */
	enum option_kind kind;
	const char *value; /* what the value is called; NULL: takes none. In
			      brackets with its =: only --name=VALUE has it */
	const char *help;
	size_t offset; /* in struct options */
	long min, max;
	const char *const *choices; /* ends with NULL */
	bool file;		    /* the value is completed as a file */
	bool is_optional;	    /* --NAME alone will do: set gets NULL */
	CURLoption curl;	    /* of the settings, and how it is set */
	CURLoption also;	    /* set alike; or 0 */
	enum setting_kind setting;
	long on, off;
	enum secrecy secrecy;
	/* Returns 0, or -1 and the cause (owned by the caller). */
	int (*set)(struct options *o, const char *value, char **cause);
	void (*unset)(struct options *o); /* --no-NAME; NULL: none */
};

/* A heading of --help and the options below it; name NULL ends each. */
struct option_group {
	const char *heading;
	const struct option_spec *options;
};

extern const struct option_group option_groups[];

/* Of URLs that have none: http, https, NULL. */
extern const char *const option_schemes[];

/* Those of request_table.c and curl_options.c. */
extern const struct option_spec request_options[], file_options[],
    cache_options[], pacing_options[], retrying_options[], stop_options[],
    progress_options[], transfer_options[], redirect_options[], login_options[],
    tls_options[], proxy_options[], connection_options[], measure_options[];

/*
 * Defaults, then the command line. Returns 0, or -1 and the cause, one line
 * that names the option (owned by the caller). Either way options_clear
 * releases what o holds.
 */
int options_parse(struct options *o, int argc, char **argv, char **cause);
void options_clear(struct options *o);

/* For options_parse: when all are known. Returns as it does. */
int options_finish(struct options *o, char **cause);

/* The same for measure_options alone, once files are known. */
int options_finish_measure(struct options *o, char **cause);

/*
 * Keeps a text as long as the options are there, and returns it. Takes it
 * over.
 */
const char *options_keep(struct options *o, char *text);

/* For the table: one more target, or file of targets; "-" is stdin. */
void options_add_source(struct options *o, const char *text, bool is_file);

/* For the table: the causes of a value that is wrong; the caller's to free. */
char *options_no_number(const struct option_spec *spec, const char *value);
char *options_no_duration(const char *value);

/*
 * Why coget has not an option that curl has: the long one of that name, or
 * that letter. NULL: curl has it neither, or coget has it.
 */
const char *options_curl_only(const char *name, size_t len, char letter);

/* What --help prints. */
void options_usage(FILE *to);

#endif
