/*
 * The user's character set.
 */
#include "config.h"

#include "base/charset.h"

#include <langinfo.h>
#include <locale.h>
#include <stddef.h>
#include <string.h>

static bool draws_utf8;

/* Of glibc, of the BSDs and macOS, of musl. */
static bool
is_ascii(const char *set)
{
	static const char *const names[] = {
	    "ANSI_X3.4-1968", "US-ASCII", "ASCII"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(set, names[i]) == 0)
			return true;
	return false;
}

void
charset_init(void)
{
	setlocale(LC_CTYPE, "");
	draws_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	/* Nothing is lost where there is none. */
	if (is_ascii(nl_langinfo(CODESET)))
		setlocale(LC_CTYPE, "C.UTF-8");
}

bool
charset_draws_utf8(void)
{
	return draws_utf8;
}
