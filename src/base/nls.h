/*
 * Messages in the user's language (gettext). What programs read, as the names
 * of JSON fields, is never translated.
 */
#ifndef BASE_NLS_H
#define BASE_NLS_H

#ifdef ENABLE_NLS
#include <libintl.h>
#define _(text)			   gettext(text)
#define N_PLURAL(one, many, count) ngettext(one, many, count)
#else
#define _(text)			   (text)
#define N_PLURAL(one, many, count) ((count) == 1 ? (one) : (many))
#endif

/* Marks a text that is translated where it is used. */
#define N_(text) text

#endif
