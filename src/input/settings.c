/*
 * libcurl's own options.
 */
#include "config.h"

#include "input/settings.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/nls.h"
#include "base/units.h"
#include "base/xmalloc.h"
#include "input/options.h"
#include "input/slist.h"

const struct setting *
settings_find(const struct settings *s, CURLoption option)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (s->all[i].option == option)
			return &s->all[i];
	return NULL;
}

/* Takes one out, without what it holds; the others stay in their order. */
static void
take_out(struct settings *s, size_t i)
{
	s->count--;
	memmove(&s->all[i], &s->all[i + 1], (s->count - i) * sizeof *s->all);
}

/*
 * The place of an option, at the end: the last one to name it is the one that
 * counts, also where libcurl keeps two options in one place.
 */
static struct setting *
place(struct settings *s, const char *name, CURLoption option,
    enum setting_kind kind)
{
	struct setting *last, old = {.option = option};
	size_t i;

	for (i = 0; i < s->count && s->all[i].option != option; i++)
		;
	if (i < s->count) {
		old = s->all[i];
		take_out(s, i);
	} else
		s->all = xreallocarray(s->all, s->count + 1, sizeof *s->all);
	last = &s->all[s->count++];
	*last = old;
	last->name = name;
	last->kind = kind;
	return last;
}

void
settings_text(
    struct settings *s, const char *name, CURLoption option, const char *text)
{
	struct setting *setting = place(s, name, option, SETTING_TEXT);

	free(setting->text);
	setting->text = xstrdup(text);
}

void
settings_number(struct settings *s, const char *name, CURLoption option,
    long number, bool add)
{
	struct setting *setting = place(s, name, option, SETTING_NUMBER);

	setting->number = add ? setting->number | number : number;
}

void
settings_add(
    struct settings *s, const char *name, CURLoption option, const char *text)
{
	slist_add(&place(s, name, option, SETTING_LIST)->list, text);
}

static void
setting_clear(struct setting *setting)
{
	free(setting->text);
	curl_slist_free_all(setting->list);
}

void
settings_drop(struct settings *s, CURLoption option)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (s->all[i].option == option) {
			setting_clear(&s->all[i]);
			take_out(s, i);
			return;
		}
}

/* Bits that are added or taken away; where none is left, nothing was said. */
static void
take_bits(struct settings *s, const struct option_spec *spec, bool negated)
{
	const struct setting *old = settings_find(s, spec->curl);
	long bits = old != NULL ? old->number : 0;

	bits = negated ? bits & ~spec->on : bits | spec->on;
	if (bits != 0)
		settings_number(s, spec->name, spec->curl, bits, false);
	else
		settings_drop(s, spec->curl);
}

/* The option's setting, and the one that goes with it. */
static void
take_number(struct settings *s, const struct option_spec *spec, long number)
{
	settings_number(s, spec->name, spec->curl, number, false);
	if (spec->also != 0)
		settings_number(s, spec->name, spec->also, number, false);
}

int
settings_check_line(const char *value, char **cause)
{
	if (strpbrk(value, "\r\n") == NULL)
		return 0;
	*cause = xstrdup(_("a line end in the value"));
	return -1;
}

static int
take_duration(struct settings *s, const struct option_spec *spec,
    const char *value, int64_t unit, char **cause)
{
	int64_t usec, count;

	if (duration_parse(value, &usec) == -1) {
		*cause = options_no_duration(value);
		return -1;
	}
	count = usec / unit + (usec % unit != 0);
	take_number(s, spec, count < LONG_MAX ? (long)count : LONG_MAX);
	return 0;
}

int
settings_take(struct settings *s, const struct option_spec *spec,
    const char *value, bool negated, char **cause)
{
	long number;

	switch (spec->setting) {
	case SETTING_FLAG:
		take_number(s, spec, negated ? spec->off : spec->on);
		return 0;
	case SETTING_BITS:
		take_bits(s, spec, negated);
		return 0;
	case SETTING_NUMBER:
		if (number_parse(value, spec->min, spec->max, &number) == -1) {
			*cause = options_no_number(spec, value);
			return -1;
		}
		take_number(s, spec, number);
		return 0;
	case SETTING_SECONDS:
		return take_duration(s, spec, value, USEC_PER_SEC, cause);
	case SETTING_MILLISECONDS:
		return take_duration(s, spec, value, USEC_PER_MSEC, cause);
	case SETTING_TEXT:
		if (settings_check_line(value, cause) == -1)
			return -1;
		settings_text(s, spec->name, spec->curl, value);
		return 0;
	case SETTING_LIST:
		if (settings_check_line(value, cause) == -1)
			return -1;
		settings_add(s, spec->name, spec->curl, value);
		return 0;
	}
	abort();
}

void
settings_clear(struct settings *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		setting_clear(&s->all[i]);
	free(s->all);
	memset(s, 0, sizeof *s);
}
