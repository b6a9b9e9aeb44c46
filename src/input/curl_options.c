/*
 * The table, continued: transfers, redirects, logins.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/option_rows.h"
#include "input/options.h"

static int
set_user(struct options *o, const char *value, char **cause)
{
	(void)cause;
	free(o->request.user);
	o->request.user = xstrdup(value);
	return 0;
}

/* curl's: without a -, to the end. */
static int
set_range(struct options *o, const char *value, char **cause)
{
	char *range = strchr(value, '-') != NULL ? xstrdup(value)
						 : xasprintf("%s-", value);

	settings_text(&o->request.settings, "range", CURLOPT_RANGE, range);
	free(range);
	if (value[strspn(value, "0123456789-, ")] == '\0' && *value != '\0')
		return 0;
	*cause = xasprintf(_("\"%s\" is no range, as 0-499"), value);
	return -1;
}

static int
set_oauth2_bearer(struct options *o, const char *value, char **cause)
{
	struct settings *s = &o->request.settings;

	if (settings_check_line(value, cause) == -1)
		return -1;
	settings_text(s, "oauth2-bearer", CURLOPT_XOAUTH2_BEARER, value);
	settings_number(
	    s, "oauth2-bearer", CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER, true);
	return 0;
}

static int
set_aws_sigv4(struct options *o, const char *value, char **cause)
{
	struct settings *s = &o->request.settings;

	(void)cause;
	settings_text(s, "aws-sigv4", CURLOPT_AWS_SIGV4, value);
	settings_number(
	    s, "aws-sigv4", CURLOPT_HTTPAUTH, (long)CURLAUTH_AWS_SIGV4, true);
	return 0;
}

static int
set_netrc_file(struct options *o, const char *value, char **cause)
{
	struct settings *s = &o->request.settings;

	(void)cause;
	settings_text(s, "netrc-file", CURLOPT_NETRC_FILE, value);
	return 0;
}

static int
set_delegation(struct options *o, const char *value, char **cause)
{
	static const struct {
		const char *name;
		long level;
	} levels[] = {
	    {"none", CURLGSSAPI_DELEGATION_NONE},
	    {"policy", CURLGSSAPI_DELEGATION_POLICY_FLAG},
	    {"always", CURLGSSAPI_DELEGATION_FLAG},
	};
	size_t i;

	for (i = 0; i < sizeof levels / sizeof *levels; i++) {
		if (strcmp(value, levels[i].name) != 0)
			continue;
		settings_number(&o->request.settings, "delegation",
		    CURLOPT_GSSAPI_DELEGATION, levels[i].level, false);
		return 0;
	}
	*cause = xasprintf(_("\"%s\" is none of none, policy, always"), value);
	return -1;
}

/*
 * As the list says: + adds to what is there, - takes away, = is alone. Others
 * than http and https are passed over: they are never asked.
 */
static void
change_protocols(const char *list, bool *http, bool *https)
{
	const char *name;
	size_t len;
	char how;

	for (; *list != '\0'; list += *list == ',') {
		how = strchr("+-=", *list) != NULL ? *list++ : '+';
		name = list;
		len = strcspn(list, ",");
		list += len;
		if (how == '=')
			*http = *https = false;
		if (len == 4 && strncmp(name, "http", len) == 0)
			*http = how != '-';
		else if (len == 5 && strncmp(name, "https", len) == 0)
			*https = how != '-';
		else if (len == 3 && strncmp(name, "all", len) == 0)
			*http = *https = how != '-';
	}
}

/* curl's: "=https", "-http", of the two that there are; "" is none of them. */
static const char *
protocols(const char *list)
{
	bool http = true, https = true;

	change_protocols(list, &http, &https);
	return http && https ? "http,https"
	    : http	     ? "http"
	    : https	     ? "https"
			     : "";
}

static int
set_proto(struct options *o, const char *value, char **cause)
{
	const char *left = protocols(value);

	settings_text(
	    &o->request.settings, "proto", CURLOPT_PROTOCOLS_STR, left);
	if (*left != '\0')
		return 0;
	*cause = xasprintf(_("\"%s\" leaves neither http nor https"), value);
	return -1;
}

/* Neither is a way to follow nothing. */
static int
set_proto_redir(struct options *o, const char *value, char **cause)
{
	(void)cause;
	settings_text(&o->request.settings, "proto-redir",
	    CURLOPT_REDIR_PROTOCOLS_STR, protocols(value));
	return 0;
}

static int
set_location_trusted(struct options *o, const char *value, char **cause)
{
	(void)value;
	(void)cause;
	o->request.location = true;
	settings_number(&o->request.settings, "location-trusted",
	    CURLOPT_UNRESTRICTED_AUTH, 1, false);
	return 0;
}

/* curl's: no -L either. */
static void
unset_location_trusted(struct options *o)
{
	o->request.location = false;
	settings_drop(&o->request.settings, CURLOPT_UNRESTRICTED_AUTH);
}

const struct option_spec transfer_options[] = {
    CUSTOM("range", 'r', "RANGE", set_range, N_("only these bytes, as 0-499")),
    FLAG("tr-encoding", 0, CURLOPT_TRANSFER_ENCODING,
	N_("ask for a compressed transfer coding")),
    SWITCH("raw", 0, CURLOPT_HTTP_TRANSFER_DECODING, 0, 1,
	N_("leave transfer codings as they are")),
    FLAG("ignore-content-length", 0, CURLOPT_IGNORE_CONTENT_LENGTH,
	N_("do not believe Content-Length")),
    CUSTOM("proto", 0, "PROTOCOLS", set_proto,
	N_("ask these only, as =https; http and https")),
    TEXT("request-target", 0, CURLOPT_REQUEST_TARGET, "PATH",
	N_("ask for PATH, not for the URL's")),
    FLAG("path-as-is", 0, CURLOPT_PATH_AS_IS, N_("keep /../ and /./ in URLs")),
    {"expect100-timeout", NULL, 0, OPTION_LIBCURL, "TIME",
	N_("wait so long for a 100 (default 1s)"),
	.setting = SETTING_MILLISECONDS, .curl = CURLOPT_EXPECT_100_TIMEOUT_MS},
    {.name = NULL},
};

const struct option_spec redirect_options[] = {
    {"location", NULL, 'L', OPTION_FLAG, NULL, N_("follow redirects"),
	.offset = offsetof(struct options, request.location)},
    {"max-redirs", NULL, 0, OPTION_NUMBER, "N",
	N_("redirects to follow (default 50; -1: no limit)"),
	.offset = offsetof(struct options, request.max_redirs), .min = -1,
	.max = 1000000},
    {"location-trusted", NULL, 0, OPTION_CUSTOM, NULL,
	N_("-L, and log in to other hosts too"), .set = set_location_trusted,
	.unset = unset_location_trusted},
    CUSTOM("proto-redir", 0, "PROTOCOLS", set_proto_redir,
	N_("to these, as =https; http and https")),
    BITS("post301", CURLOPT_POSTREDIR, CURL_REDIR_POST_301,
	N_("after a 301 POST again, not GET")),
    BITS("post302", CURLOPT_POSTREDIR, CURL_REDIR_POST_302,
	N_("after a 302 POST again, not GET")),
    BITS("post303", CURLOPT_POSTREDIR, CURL_REDIR_POST_303,
	N_("after a 303 POST again, not GET")),
    {.name = NULL},
};

const struct option_spec login_options[] = {
    {"user", NULL, 'u', OPTION_CUSTOM, "USER:PASSWORD",
	N_("log in; without a password ask for it"), .set = set_user,
	.secrecy = SECRECY_ALL},
    BITS("basic", CURLOPT_HTTPAUTH, CURLAUTH_BASIC, N_("with basic (default)")),
    BITS("digest", CURLOPT_HTTPAUTH, CURLAUTH_DIGEST, N_("with digest")),
    BITS("negotiate", CURLOPT_HTTPAUTH, CURLAUTH_NEGOTIATE,
	N_("with SPNEGO (Kerberos)")),
    BITS("ntlm", CURLOPT_HTTPAUTH, CURLAUTH_NTLM, N_("with NTLM")),
    BITS("anyauth", CURLOPT_HTTPAUTH, CURLAUTH_ANY,
	N_("with the best that the server offers")),
    {"oauth2-bearer", NULL, 0, OPTION_CUSTOM, "TOKEN",
	N_("with a bearer token"), .set = set_oauth2_bearer,
	.secrecy = SECRECY_ALL},
    CUSTOM("aws-sigv4", 0, "PROVIDER", set_aws_sigv4,
	N_("sign as AWS V4, as \"aws:amz:REGION:SERVICE\"")),
    /* options_finish makes one of both */
    {"netrc", NULL, 'n', OPTION_LIBCURL, NULL, N_("log in by ~/.netrc"),
	.setting = SETTING_BITS, .curl = CURLOPT_NETRC,
	.on = CURL_NETRC_REQUIRED},
    BITS("netrc-optional", CURLOPT_NETRC, CURL_NETRC_OPTIONAL,
	N_("log in by ~/.netrc or the URL")),
    {"netrc-file", NULL, 0, OPTION_CUSTOM, "FILE", N_("log in by FILE"),
	.set = set_netrc_file, .file = true},
    TEXT("service-name", 0, CURLOPT_SERVICE_NAME, "NAME", N_("SPNEGO service")),
    CUSTOM("delegation", 0, "LEVEL", set_delegation,
	N_("pass Kerberos on: none, policy or always")),
    {.name = NULL},
};
