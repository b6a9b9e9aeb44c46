/*
 * What -d and --json send: text, or a file's contents, joined as curl does.
 */
#ifndef INPUT_POST_DATA_H
#define INPUT_POST_DATA_H

struct buf;
struct request_options;

/*
 * -d VALUE, @FILE or @- (stdin): joined with &; CR, LF and NUL bytes of a
 * file are left out. Returns 0, or -1 and the cause (owned by the caller).
 */
int post_data_add(struct request_options *r, const char *value, char **cause);

/*
 * Appends what VALUE, "@FILE" or "@-", stands for, byte for byte; notes that
 * stdin is used. Returns as post_data_add.
 */
int post_data_read(
    struct request_options *r, struct buf *to, const char *value, char **cause);

/* The same; what a file has of CR, LF and NUL bytes is left out. */
int post_data_read_lines(
    struct request_options *r, struct buf *to, const char *value, char **cause);

/* --data-raw: as -d, but an @ is none. --data-binary: a file byte for byte. */
int post_data_add_raw(
    struct request_options *r, const char *value, char **cause);
int post_data_add_binary(
    struct request_options *r, const char *value, char **cause);

/*
 * --data-urlencode: CONTENT, =CONTENT, NAME=CONTENT, @FILE or NAME@FILE, with
 * the content percent-encoded.
 */
int post_data_add_urlencoded(
    struct request_options *r, const char *value, char **cause);

/* --url-query: the same for the URL; behind a + it is taken as it is. */
int post_data_add_query(
    struct request_options *r, const char *value, char **cause);

/* --json VALUE, @FILE or @-: joined as it is; a file is taken byte for byte. */
int post_data_add_json(
    struct request_options *r, const char *value, char **cause);

#endif
