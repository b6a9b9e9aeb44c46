/*
 * Messages in the user's language (gettext). What programs read, as the names
 * of JSON fields, is never translated.
 */
#ifndef BASE_NLS_H
#define BASE_NLS_H

#ifdef ENABLE_NLS
#define _(text)			   nls_text(text)
#define N_PLURAL(one, many, count) nls_plural(one, many, count)

/*
 * The text in the user's language, or as it is; never to be freed. Functions,
 * and no macros around gettext: only our own texts are to be translated.
 */
const char *nls_text(const char *text) __attribute__((format_arg(1)));
const char *nls_plural(const char *one, const char *many, unsigned long count)
    __attribute__((format_arg(1), format_arg(2)));
#else
#define _(text)			   (text)
#define N_PLURAL(one, many, count) ((count) == 1 ? (one) : (many))
#endif

/* Marks a text that is translated where it is used. */
#define N_(text) text

/* Reads LANGUAGE, LC_ALL, LC_MESSAGES and LANG. Before it all is English. */
void nls_init(void);

/*
 * strerror() in the user's language, for what people read. strerror() itself
 * is always English, and so are libcurl's errors, which go into records.
 */
const char *nls_strerror(int error);

#endif
