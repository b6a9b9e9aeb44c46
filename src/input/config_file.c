/*
 * Configuration files.
 */
#include "config.h"

#include "input/config_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/msg.h"
#include "base/nls.h"
#include "base/xmalloc.h"

/* The line end is of no value, also where no quote closes that. */
static void
cut_end(char *line)
{
	size_t len = strlen(line);

	if (len > 0 && line[len - 1] == '\n')
		len--;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
}

/* Takes the escapes out of a quoted value; returns what is behind it. */
static char *
unquote(char *s)
{
	static const char letters[] = "tnrv", bytes[] = "\t\n\r\v";
	char *to = s;
	const char *letter;

	for (; *s != '\0' && *s != '"'; s++) {
		if (*s == '\\' && s[1] != '\0') {
			s++;
			letter = strchr(letters, *s);
			*to++ = letter != NULL ? bytes[letter - letters] : *s;
		} else
			*to++ = *s;
	}
	if (*s == '"')
		s++;
	*to = '\0';
	return s;
}

/*
 * Splits a line: name, with the dashes before it, and value or NULL. False
 * where there is neither. *is_cut: there is more behind the white space that
 * ends the value.
 */
static bool
split(char *line, char **name, char **value, bool *is_cut)
{
	/* As curl: what has dashes is a word of the command line. */
	const char *separators = "=:";
	bool separated = false;
	char *s = line;

	*is_cut = false;
	while (ascii_is_space(*s))
		s++;
	if (*s == '\0' || *s == '#')
		return false;
	*name = s;
	if (*s == '-')
		separators = "";
	while (
	    *s != '\0' && !ascii_is_space(*s) && strchr(separators, *s) == NULL)
		s++;
	*value = NULL;
	if (*s == '\0')
		return true;
	separated = *s == '=' || *s == ':';
	*s++ = '\0';
	for (; *s != '\0'; s++) {
		if (strchr(separators, *s) != NULL)
			separated = true;
		else if (!ascii_is_space(*s))
			break;
	}
	if (*s == '\0' || (*s == '#' && !separated))
		return true;
	if (*s == '"') {
		*value = s + 1;
		unquote(s + 1);
	} else {
		*value = s;
		while (*s != '\0' && !ascii_is_space(*s))
			s++;
		if (*s == '\0')
			return true;
		*s++ = '\0';
		while (ascii_is_space(*s))
			s++;
		*is_cut = *s != '\0' && *s != '#';
	}
	return true;
}

/* Of "-uNAME:PASSWORD" only the letter. */
static int
shown_len(const char *name)
{
	return name[0] == '-' && name[1] != '-' ? 2 : (int)strlen(name);
}

int
config_file_read(
    const char *name, config_option *option, void *arg, char **cause)
{
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
	char *line = NULL, *option_name, *value, *why = NULL;
	unsigned long number = 0;
	size_t size = 0;
	bool is_cut;
	int result = 0;

	if (f == NULL) {
		*cause = xasprintf(
		    _("cannot read %s: %s"), name, nls_strerror(errno));
		return -2;
	}
	while (result == 0 && xgetline(&line, &size, f) != -1) {
		number++;
		cut_end(line);
		if (!split(line, &option_name, &value, &is_cut))
			continue;
		if (is_cut)
			msg_warn(_("%s:%lu: the value of %.*s ends at its "
				   "first white space: it needs double quotes"),
			    name, number, shown_len(option_name), option_name);
		result = option(arg, option_name, value, &why);
	}
	if (result == -1) {
		*cause = xasprintf("%s:%lu: %s", name, number, why);
		free(why);
	} else if (ferror(f)) {
		*cause = xasprintf(
		    _("cannot read %s: %s"), name, nls_strerror(errno));
		result = -2;
	}
	free(line);
	if (f != stdin)
		fclose(f);
	return result;
}

char *
config_file_default(void)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path;

	if (base != NULL && *base == '/')
		path = xasprintf("%s/coget/config", base);
	else if (home != NULL && *home != '\0')
		path = xasprintf("%s/.config/coget/config", home);
	else
		return NULL;
	if (access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}
