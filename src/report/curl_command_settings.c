/*
 * The settings as curl's options: each is in the name of an option that is
 * curl's, too, and the table of options says how it is written.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "base/units.h"
#include "base/xmalloc.h"
#include "input/options.h"
#include "report/curl_command.h"

static const struct option_spec *
find_spec(const char *name)
{
	const struct option_group *group;
	const struct option_spec *spec;

	for (group = option_groups; group->heading != NULL; group++)
		for (spec = group->options; spec->name != NULL; spec++)
			if (strcmp(spec->name, name) == 0)
				return spec;
	return NULL;
}

/* Each option whose bits are set; one for all of them, where there is one. */
static void
put_bits(struct curl_command *c, const struct setting *s)
{
	const struct option_group *group;
	const struct option_spec *spec;
	bool whole = false;
	int pass;

	for (pass = 0; pass < 2 && !whole; pass++)
		for (group = option_groups; group->heading != NULL; group++)
			for (spec = group->options; spec->name != NULL;
			     spec++) {
				if (spec->kind != OPTION_LIBCURL ||
				    spec->setting != SETTING_BITS ||
				    spec->curl != s->option ||
				    (pass == 0 ? s->number != spec->on
					       : (s->number & spec->on) !=
						spec->on))
					continue;
				curl_command_long(c, spec->name, NULL);
				whole |= pass == 0;
			}
}

/* A switch that is off is told where it is on otherwise. */
static void
put_switch(struct curl_command *c, const struct setting *s,
    const struct option_spec *spec)
{
	static const char *const usual[] = {
	    "alpn", "keepalive", "sessionid", "tcp-nodelay"};
	char *name;
	size_t i;

	if (s->number == spec->on) {
		curl_command_long(c, spec->name, NULL);
		return;
	}
	for (i = 0; i < sizeof usual / sizeof *usual; i++)
		if (strcmp(usual[i], spec->name) == 0) {
			name = xasprintf("no-%s", spec->name);
			curl_command_long(c, name, NULL);
			free(name);
		}
}

static void
put_number_setting(struct curl_command *c, const struct setting *s,
    const struct option_spec *spec)
{
	char *option = xasprintf("--%s", spec->name);

	switch (spec->setting) {
	case SETTING_FLAG:
		put_switch(c, s, spec);
		break;
	case SETTING_BITS:
		put_bits(c, s);
		break;
	case SETTING_NUMBER:
	case SETTING_SECONDS:
		curl_command_number(c, option, s->number);
		break;
	case SETTING_MILLISECONDS:
		curl_command_seconds(c, option, s->number * USEC_PER_MSEC);
		break;
	case SETTING_TEXT:
	case SETTING_LIST:
		break; /* put_setting's */
	}
	free(option);
}

static void
put_time_cond(
    struct curl_command *c, const struct settings *all, long condition)
{
	const struct setting *s = settings_find(all, CURLOPT_TIMEVALUE);
	time_t when = (time_t)s->number;
	char date[64], *value;
	struct tm tm;

	gmtime_r(&when, &tm);
	/* As HTTP has it; the locale is C's for times. */
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	value = xasprintf("%s%s",
	    condition == CURL_TIMECOND_IFUNMODSINCE  ? "-"
		: condition == CURL_TIMECOND_LASTMOD ? "="
						     : "",
	    date);
	curl_command_option(c, "-z", value);
	free(value);
}

static void
put_tls_versions(struct curl_command *c, long versions)
{
	static const struct {
		long version;
		const char *name, *value;
	} names[] = {
	    {CURL_SSLVERSION_TLSv1, "tlsv1", NULL},
	    {CURL_SSLVERSION_TLSv1_0, "tlsv1.0", NULL},
	    {CURL_SSLVERSION_TLSv1_1, "tlsv1.1", NULL},
	    {CURL_SSLVERSION_TLSv1_2, "tlsv1.2", NULL},
	    {CURL_SSLVERSION_TLSv1_3, "tlsv1.3", NULL},
	    {CURL_SSLVERSION_MAX_DEFAULT, "tls-max", "default"},
	    {CURL_SSLVERSION_MAX_TLSv1_0, "tls-max", "1.0"},
	    {CURL_SSLVERSION_MAX_TLSv1_1, "tls-max", "1.1"},
	    {CURL_SSLVERSION_MAX_TLSv1_2, "tls-max", "1.2"},
	    {CURL_SSLVERSION_MAX_TLSv1_3, "tls-max", "1.3"},
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].version == (versions & 0xffff) ||
		    names[i].version == (versions & ~0xffffL))
			curl_command_long(c, names[i].name, names[i].value);
}

/* --cert: a colon would end the name. */
static void
put_cert(struct curl_command *c, const char *option, const char *file)
{
	bool is_uri = strncmp(file, "pkcs11:", 7) == 0;
	struct buf text;

	buf_init(&text);
	for (; *file != '\0'; file++) {
		if (!is_uri && (*file == ':' || *file == '\\'))
			buf_putc(&text, '\\');
		buf_putc(&text, *file);
	}
	curl_command_option(c, option, buf_string(&text));
	buf_clear(&text);
}

static void
put_delegation(struct curl_command *c, long level)
{
	curl_command_option(c, "--delegation",
	    level == CURLGSSAPI_DELEGATION_FLAG		     ? "always"
		: level == CURLGSSAPI_DELEGATION_POLICY_FLAG ? "policy"
							     : "none");
}

static void
put_local_port(struct curl_command *c, const struct settings *all, long first)
{
	const struct setting *s = settings_find(all, CURLOPT_LOCALPORTRANGE);
	char *range = xasprintf(
	    "%ld-%ld", first, first + (s != NULL ? s->number : 1) - 1);

	curl_command_option(c, "--local-port", range);
	free(range);
}

/* Those protocols alone. */
static void
put_protocols(struct curl_command *c, const char *option, const char *list)
{
	char *value = *list != '\0' ? xasprintf("=%s", list) : xstrdup("-all");

	curl_command_option(c, option, value);
	free(value);
}

/* Those that the table of options does not tell. True: it is written. */
static bool
put_own_setting(
    struct curl_command *c, const struct settings *all, const struct setting *s)
{
	switch ((int)s->option) {
	case CURLOPT_TIMECONDITION:
		put_time_cond(c, all, s->number);
		return true;
	case CURLOPT_SSLVERSION:
		put_tls_versions(c, s->number);
		return true;
	case CURLOPT_SSLCERT:
		put_cert(c, "--cert", s->text);
		return true;
	case CURLOPT_PROXY_SSLCERT:
		put_cert(c, "--proxy-cert", s->text);
		return true;
	case CURLOPT_KEYPASSWD:
		curl_command_option(c, "--pass", s->text);
		return true;
	case CURLOPT_PROXY_KEYPASSWD:
		curl_command_option(c, "--proxy-pass", s->text);
		return true;
	case CURLOPT_CAINFO:
		curl_command_option(c, "--cacert", s->text);
		return true;
	case CURLOPT_CAPATH:
		curl_command_option(c, "--capath", s->text);
		return true;
	case CURLOPT_GSSAPI_DELEGATION:
		put_delegation(c, s->number);
		return true;
	case CURLOPT_LOCALPORT:
		put_local_port(c, all, s->number);
		return true;
	case CURLOPT_PROTOCOLS_STR:
		put_protocols(c, "--proto", s->text);
		return true;
	case CURLOPT_REDIR_PROTOCOLS_STR:
		put_protocols(c, "--proto-redir", s->text);
		return true;
	case CURLOPT_PROXY:
		curl_command_option(c,
		    strcmp(s->name, "proxy1.0") == 0 ? "--proxy1.0" : "--proxy",
		    s->text);
		return true;
	case CURLOPT_NETRC:
		if ((s->number & CURL_NETRC_OPTIONAL) != 0)
			curl_command_option(c, "--netrc-optional", NULL);
		else
			curl_command_option(c, "--netrc", NULL);
		return true;
	case CURLOPT_HTTPAUTH:
	case CURLOPT_PROXYAUTH:
	case CURLOPT_POSTREDIR:
	case CURLOPT_SSL_OPTIONS:
	case CURLOPT_PROXY_SSL_OPTIONS:
	case CURLOPT_SOCKS5_AUTH:
		put_bits(c, s);
		return true;
	case CURLOPT_TIMEVALUE:
	case CURLOPT_LOCALPORTRANGE:
	case CURLOPT_PROXYTYPE:
	case CURLOPT_UNRESTRICTED_AUTH: /* put_redirects */
		return true;
	default:
		return false;
	}
}

/* One in whose name another option is set, too, is written with that. */
static void
put_setting(struct curl_command *c, const struct setting *s)
{
	const struct option_spec *spec = find_spec(s->name);
	const struct curl_slist *one;

	if (spec == NULL || (spec->also != 0 && spec->also == s->option))
		return;
	if (s->text != NULL)
		curl_command_long(c, s->name, s->text);
	for (one = s->list; one != NULL; one = one->next)
		curl_command_long(c, s->name, one->data);
	if (s->text == NULL && s->list == NULL)
		put_number_setting(c, s, spec);
}

void
curl_command_settings(struct curl_command *c, const struct settings *all)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (!put_own_setting(c, all, &all->all[i]))
			put_setting(c, &all->all[i]);
}
