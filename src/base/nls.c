/*
 * Messages in the user's language.
 *
 * The process's own locale for messages stays "C": strerror() and libraries
 * put their texts into records, which are the same in all languages. Ours has
 * a locale object that is in force only while a text is looked up.
 */
#include "config.h"

#include "base/nls.h"

#include <string.h>

#ifdef ENABLE_NLS
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xmalloc.h"

static locale_t messages; /* 0: English */

/* The first that is set says what locale messages are in. */
static const char *
locale_wanted(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *value;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		value = getenv(names[i]);
		if (value != NULL && *value != '\0')
			return value;
	}
	return "";
}

/*
 * The languages wanted, up to English: that needs no catalog, and gettext,
 * which finds none, would go on to the languages behind it. NULL: English.
 */
static char *
languages_wanted(const char *locale)
{
	const char *languages = getenv("LANGUAGE");
	char *list, *one;

	if (languages == NULL || *languages == '\0')
		languages = locale;
	list = xstrdup(languages);
	for (one = list; *one != '\0'; one += *one == ':') {
		if (strncmp(one, "en", 2) == 0 &&
		    strchr("_.@:", one[2]) != NULL) {
			*one = '\0';
			break;
		}
		one += strcspn(one, ":");
	}
	if (*list != '\0')
		return list;
	free(list);
	return NULL;
}

/*
 * A locale in which gettext looks for these languages. In glibc it looks at
 * LANGUAGE, but not in the locale "C", and since glibc 2.39 not in C.UTF-8,
 * the only other one that is always there. By a name with a country, which
 * glibc drops when it looks for the locale's files, that is not taken for "C".
 * Other C libraries (musl) look at the locale's name alone.
 */
static locale_t
locale_for(char *languages, const char *wanted)
{
	locale_t utf8, found;

	utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
#ifdef __GLIBC__
	(void)languages;
	found = newlocale(LC_MESSAGES_MASK, "C_US.UTF-8", utf8);
	if (found == (locale_t)0)
		found = newlocale(LC_MESSAGES_MASK, wanted, utf8);
#else
	(void)wanted;
	languages[strcspn(languages, ":")] = '\0';
	found = newlocale(LC_MESSAGES_MASK, languages, utf8);
#endif
	if (found == (locale_t)0 && utf8 != (locale_t)0)
		freelocale(utf8);
	return found;
}

/* Run from where it was built, it takes the catalogs that are there. */
static const char *
catalogs(void)
{
	static const char built[] = BUILDDIR "/coget";
	char self[sizeof built];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self);

	return len == sizeof built - 1 &&
		memcmp(self, built, sizeof built - 1) == 0
	    ? BUILDDIR "/po/locale"
	    : LOCALEDIR;
}

/*
 * All that coget writes is UTF-8, where the user's locale is "C" too. Only for
 * a terminal of another character set it writes ASCII ("assincrono").
 */
static const char *
character_set(void)
{
	const char *set = nl_langinfo(CODESET);

	return strcmp(set, "UTF-8") == 0 || strcmp(set, "ANSI_X3.4-1968") == 0
	    ? "UTF-8"
	    : "ASCII";
}

void
nls_init(void)
{
	const char *locale = locale_wanted();
	char *languages;

	if (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
		return; /* by POSIX, whatever LANGUAGE says */
	if ((languages = languages_wanted(locale)) == NULL)
		return;
	setenv("LANGUAGE", languages, 1);
	messages = locale_for(languages, locale);
	free(languages);
	bindtextdomain(PACKAGE, catalogs());
	bind_textdomain_codeset(PACKAGE, character_set());
	bind_textdomain_codeset("libc", character_set()); /* strerror_l's */
}

const char *
nls_text(const char *text)
{
	return nls_plural(text, NULL, 1);
}

const char *
nls_plural(const char *one, const char *many, unsigned long count)
{
	const char *text;
	locale_t before;

	if (messages == (locale_t)0 || *one == '\0') /* it is the catalog's */
		return many == NULL || count == 1 ? one : many;
	before = uselocale(messages);
	text = many == NULL ? dgettext(PACKAGE, one)
			    : dngettext(PACKAGE, one, many, count);
	uselocale(before);
	return text;
}

const char *
nls_strerror(int error)
{
	return messages != (locale_t)0 ? strerror_l(error, messages)
				       : strerror(error);
}
#else
void
nls_init(void)
{
}

const char *
nls_strerror(int error)
{
	return strerror(error);
}
#endif
