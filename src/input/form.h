/*
 * Multipart forms: curl's -F.
 */
#ifndef INPUT_FORM_H
#define INPUT_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct curl_slist;
struct request_options;

enum form_kind {
	FORM_TEXT,     /* the value itself */
	FORM_CONTENTS, /* what is in the file, as text: <FILE */
	FORM_FILE,     /* a file that is sent: @FILE */
};

/* All owned; NULL where not given. */
struct form_part {
	enum form_kind kind;
	char *name;
	char *file;	 /* a regular one, of the kinds that have one */
	struct buf data; /* a text, or what came from stdin or a pipe */
	char *type;
	char *filename;
	char *encoder;
	struct curl_slist *headers;
};

struct form {
	struct form_part *parts;
	size_t count;
};

/*
 * -F NAME=CONTENT[;type=][;encoder=][;headers=], NAME=<FILE, or
 * NAME=@FILE[;filename=]; "..." quotes. Returns 0, or -1 and the cause (owned
 * by the caller).
 */
int form_add(struct request_options *r, const char *value, char **cause);

/* --form-string NAME=STRING: nothing in STRING means anything. */
int form_add_string(struct request_options *r, const char *value, char **cause);

/* An empty text of that name, for the caller to fill. */
struct form_part *form_new_part(struct form *f, const char *name);

void form_clear(struct form *f);

#endif
