/*
 * The format of -w, curl's --write-out: read once. What a variable stands for
 * is output/write_out.h's.
 */
#ifndef INPUT_WRITE_OUT_H
#define INPUT_WRITE_OUT_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Where a variable's value is. */
enum write_source {
	WRITE_RECORD,	/* the field "key" of the record */
	WRITE_FACTS,	/* the same of the facts (fetch/facts.h) */
	WRITE_URL,	/* the part "key" of the record's url */
	WRITE_URLE,	/* the same of its url_effective */
	WRITE_ERRORMSG, /* those that differ from the record's */
	WRITE_FILENAME,
	WRITE_HTTP_VERSION,
	WRITE_RETRIES,
	WRITE_NOTHING, /* what is not of HTTP */
};

enum write_kind {
	WRITE_TEXT,    /* null where there is none */
	WRITE_ADDRESS, /* a text that is empty then */
	WRITE_NUMBER,
	WRITE_CODE, /* three digits */
	WRITE_TIME, /* seconds */
	WRITE_JSON, /* JSON text as it stands */
};

struct write_variable {
	const char *name, *key;
	enum write_source source;
	enum write_kind kind;
	bool is_curls; /* it is a part of %{json} */
};

/* In the order of %{json}, then ours; name NULL ends them. */
extern const struct write_variable write_variables[];

enum write_piece_kind {
	PIECE_TEXT,
	PIECE_VARIABLE,
	PIECE_HEADER,	   /* the text is the name */
	PIECE_HEADER_JSON, /* all of them */
	PIECE_JSON,
	PIECE_CLOCK,   /* the text is strftime's */
	PIECE_HELD,    /* time_held */
	PIECE_ONERROR, /* the rest is of failures */
	PIECE_STDOUT,  /* from here on it goes there */
	PIECE_STDERR,
	PIECE_FILE,
};

struct write_piece {
	enum write_piece_kind kind;
	const struct write_variable *variable;
	char *text; /* owned, or NULL */
	size_t len; /* of a text */
	char
	    *separator; /* of all headers of the name; owned; NULL: the first */
	size_t file;
};

struct write_file {
	char *name;   /* owned */
	bool appends; /* to what is in it before the run */
};

struct write_out {
	struct write_piece *pieces; /* owned */
	size_t count;
	struct write_file *files; /* owned */
	size_t file_count;
	bool to_stdout; /* something goes there */
	bool certs;	/* it names the certificates */
};

/*
 * Reads a format. As in curl what is not understood stays as it is, and a
 * variable that is not known is nothing: its name is appended to unknown, one
 * a line.
 */
struct write_out *write_out_parse(const char *format, struct buf *unknown);
void write_out_free(struct write_out *w); /* takes NULL */

/*
 * Appends a part of a URL by curl's name ("host", "port"); false where it has
 * none.
 */
bool write_out_url_part(struct buf *to, const char *url, const char *part);

/* What %{json} calls the version of curl. */
const char *write_out_curl_version(void);

#endif
