/*
 * --parse-json: a body that is a JSON text (RFC 8259; as jansson reads it) is
 * put into the record as it is.
 */
#ifndef OUTPUT_BODY_JSON_H
#define OUTPUT_BODY_JSON_H

struct result;

/*
 * To be called just before result_close. A body of at most 16 MiB that is JSON
 * becomes the field body_json, in one line; all others stay what they are.
 */
void body_json_put(struct result *r);

#endif
