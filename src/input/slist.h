/*
 * Lists of lines as libcurl has them, most of them headers as -H has them:
 * "Name: value", "Name:" or "Name;".
 */
#ifndef INPUT_SLIST_H
#define INPUT_SLIST_H

#include <stdbool.h>

#include <curl/curl.h>

/* Appends a copy. */
void slist_add(struct curl_slist **list, const char *line);

/* Appends copies of all lines of another list. */
void slist_add_all(struct curl_slist **list, const struct curl_slist *all);

/* Is the line for the header of that name, or of that other line? */
bool slist_is(const char *line, const char *name);

/* Is one of them? */
bool slist_has(const struct curl_slist *list, const char *name);

#endif
