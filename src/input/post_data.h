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

/* --json VALUE, @FILE or @-: joined as it is; a file is taken byte for byte. */
int post_data_add_json(
    struct request_options *r, const char *value, char **cause);

#endif
