/*
 * One line of the journal: how it is written and read. Knows no file.
 */
#ifndef OUTPUT_JOURNAL_LINE_H
#define OUTPUT_JOURNAL_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "fetch/record.h"
#include "input/identity.h"
#include "output/result.h"

/* So many bytes of a line hold its key and outcome. */
#define JOURNAL_LINE_START 72

struct journal_line {
	struct identity key;
	enum outcome outcome;
	size_t rest, held, fields; /* in the record; its length, body aside */
	const char *heads;	   /* base64 */
	size_t heads_len;
	const char *facts; /* the same */
	size_t facts_len;
	const char *record;
	enum body_form form;
	const char *file; /* JSON text, with its quotes */
	size_t file_len;
	size_t used; /* of the line: a body's text begins there */
};

/* Appends all that stands before the record. heads may be NULL. */
void journal_line_put(struct buf *to, const struct identity *key,
    enum outcome outcome, const struct result *record, const struct buf *heads);

/* Reads key and outcome; false: the text is not so. */
bool journal_line_start(
    struct journal_line *line, const char *text, size_t len);

/*
 * Reads all but a body's text. Returns 1; 0 where more of the line is needed;
 * -1: it is not so.
 */
int journal_line_read(struct journal_line *line, const char *text, size_t len);

/* Puts the facts into an empty buffer; false: they are none. */
bool journal_line_facts(const struct journal_line *line, struct buf *to);

/* The file's name; the caller's to free. */
char *journal_line_file(const struct journal_line *line);

/* Reading a body's text piece by piece. */
struct journal_body {
	bool is_base64;
	bool done; /* at its closing quote */
	bool bad;
};

/*
 * Appends what the text at s stands for, as far as it is whole. Returns how
 * many bytes of it that was; the rest must stand before the next piece.
 */
size_t journal_body_take(
    struct journal_body *b, struct buf *to, const char *s, size_t len);

#endif
