/*
 * Options that are libcurl's own: kept as they were given, for each handle.
 */
#ifndef INPUT_SETTINGS_H
#define INPUT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

struct option_spec;

/* How an option's value becomes libcurl's. */
enum setting_kind {
	SETTING_FLAG, /* on, or off where it is negated: long */
	SETTING_BITS, /* on is added to what is set, or taken away: long */
	SETTING_NUMBER,
	SETTING_SECONDS, /* a duration, rounded up: long */
	SETTING_MILLISECONDS,
	SETTING_TEXT,
	SETTING_LIST, /* values add up: struct curl_slist * */
};

struct setting {
	const char *name; /* of the option */
	CURLoption option;
	enum setting_kind kind;
	long number;
	char *text;		 /* owned */
	struct curl_slist *list; /* owned */
};

/* All zero at first. */
struct settings {
	struct setting *all; /* owned; one for each CURLoption */
	size_t count;
};

/*
 * Takes an option of the table, whose kind is OPTION_LIBCURL. Returns 0, or
 * -1 and the cause (owned by the caller).
 */
int settings_take(struct settings *s, const struct option_spec *spec,
    const char *value, bool negated, char **cause);

/*
 * Many a text becomes part of a header: a line end would begin another one.
 * Returns 0, or -1 and the cause (owned by the caller).
 */
int settings_check_line(const char *value, char **cause);

/* Sets a text directly, in the name of an option. */
void settings_text(
    struct settings *s, const char *name, CURLoption option, const char *text);

/* The same for a number; with add the bits are added to what is there. */
void settings_number(struct settings *s, const char *name, CURLoption option,
    long number, bool add);

/* Adds to a list of texts. */
void settings_add(
    struct settings *s, const char *name, CURLoption option, const char *text);

/* What was set is not; no more than libcurl's own default. */
void settings_drop(struct settings *s, CURLoption option);

/* What was set, or NULL. */
const struct setting *settings_find(
    const struct settings *s, CURLoption option);

void settings_clear(struct settings *s);

#endif
