/*
 * Rows of the table for options that libcurl knows itself.
 */
#ifndef INPUT_OPTION_ROWS_H
#define INPUT_OPTION_ROWS_H

#include "input/options.h"

#define TEXT(name, letter, opt, value, help)                                   \
	{                                                                      \
		name, NULL, letter, OPTION_LIBCURL, value, help,               \
		    .setting = SETTING_TEXT, .curl = opt                       \
	}
#define FILENAME(name, letter, opt, help)                                      \
	{                                                                      \
		name, NULL, letter, OPTION_LIBCURL, "FILE", help,              \
		    .setting = SETTING_TEXT, .curl = opt, .file = true         \
	}
#define SECRET(name, letter, opt, value, help)                                 \
	{                                                                      \
		name, NULL, letter, OPTION_LIBCURL, value, help,               \
		    .setting = SETTING_TEXT, .curl = opt,                      \
		    .secrecy = SECRECY_ALL                                     \
	}
#define LIST(name, opt, value, help)                                           \
	{                                                                      \
		name, NULL, 0, OPTION_LIBCURL, value, help,                    \
		    .setting = SETTING_LIST, .curl = opt                       \
	}
/* With an explicit value for its two states. */
#define SWITCH(name, letter, opt, yes, no, help)                               \
	{                                                                      \
		name, NULL, letter, OPTION_LIBCURL, NULL, help,                \
		    .setting = SETTING_FLAG, .curl = opt, .on = (long)(yes),   \
		    .off = (long)(no)                                          \
	}
/* The same for two of libcurl's options. */
#define SWITCHES(name, opt, opt2, yes, no, help)                               \
	{                                                                      \
		name, NULL, 0, OPTION_LIBCURL, NULL, help,                     \
		    .setting = SETTING_FLAG, .curl = opt, .also = opt2,        \
		    .on = (long)(yes), .off = (long)(no)                       \
	}
#define FLAG(name, letter, opt, help) SWITCH(name, letter, opt, 1, 0, help)
#define BITS(name, opt, bits, help)                                            \
	{                                                                      \
		name, NULL, 0, OPTION_LIBCURL, NULL, help,                     \
		    .setting = SETTING_BITS, .curl = opt, .on = (long)(bits)   \
	}
#define CUSTOM(name, letter, value, function, help)                            \
	{                                                                      \
		name, NULL, letter, OPTION_CUSTOM, value, help,                \
		    .set = function                                            \
	}
/* The value may be a URL with a password. */
#define CUSTOM_URL(name, letter, value, function, help)                        \
	{                                                                      \
		name, NULL, letter, OPTION_CUSTOM, value, help,                \
		    .set = function, .secrecy = SECRECY_URL                    \
	}

/* --cert FILE[:PASSWORD] and its like: the two settings of that name. */
int option_set_cert(struct options *o, const char *name, CURLoption file,
    CURLoption password, const char *value);

/* --proxy-header; as -H. */
int option_set_proxy_header(struct options *o, const char *value, char **cause);

#endif
