/*
 * The table, continued: options that libcurl knows itself.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
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
		    .setting = SETTING_TEXT, .curl = opt, .is_secret = true    \
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
#define FLAG(name, letter, opt, help) SWITCH(name, letter, opt, 1, 0, help)
#define BITS(name, opt, bits, help)                                            \
	{                                                                      \
		name, NULL, 0, OPTION_LIBCURL, NULL, help,                     \
		    .setting = SETTING_BITS, .curl = opt, .on = (long)(bits)   \
	}
#define SECONDS(name, opt, help)                                               \
	{                                                                      \
		name, NULL, 0, OPTION_LIBCURL, "TIME", help,                   \
		    .setting = SETTING_SECONDS, .curl = opt                    \
	}
#define CUSTOM(name, letter, value, function, help)                            \
	{                                                                      \
		name, NULL, letter, OPTION_CUSTOM, value, help,                \
		    .set = function                                            \
	}

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
	*cause = xasprintf("\"%s\" is no range, as 0-499", value);
	return -1;
}

/* curl's --cert: FILE[:PASSWORD]; \: is a colon of the file's name. */
static int
set_cert(struct options *o, const char *value, char **cause)
{
	struct settings *s = &o->request.settings;
	const char *from = value;
	char *file = xstrdup(value), *to = file;

	(void)cause;
	if (strncmp(value, "pkcs11:", 7) == 0)
		from += strlen(from); /* the colons are the name's */
	else {
		for (; *from != '\0' && *from != ':'; from++) {
			if (*from == '\\' &&
			    (from[1] == ':' || from[1] == '\\'))
				from++;
			*to++ = *from;
		}
		*to = '\0';
	}
	settings_text(s, "cert", CURLOPT_SSLCERT, file);
	if (*from == ':')
		settings_text(s, "cert", CURLOPT_KEYPASSWD, from + 1);
	free(file);
	return 0;
}

static int
set_oauth2_bearer(struct options *o, const char *value, char **cause)
{
	struct settings *s = &o->request.settings;

	(void)cause;
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
	if (settings_find(s, CURLOPT_NETRC) == NULL)
		settings_number(
		    s, "netrc-file", CURLOPT_NETRC, CURL_NETRC_REQUIRED, false);
	return 0;
}

/* --socks5 HOST and its like: the proxy's URL with that scheme. */
static void
set_socks(struct options *o, const char *scheme, const char *host)
{
	char *url = xasprintf("%s://%s", scheme, host);

	settings_text(&o->request.settings, scheme, CURLOPT_PROXY, url);
	free(url);
}

static int
set_socks4(struct options *o, const char *value, char **cause)
{
	(void)cause;
	set_socks(o, "socks4", value);
	return 0;
}

static int
set_socks4a(struct options *o, const char *value, char **cause)
{
	(void)cause;
	set_socks(o, "socks4a", value);
	return 0;
}

static int
set_socks5(struct options *o, const char *value, char **cause)
{
	(void)cause;
	set_socks(o, "socks5", value);
	return 0;
}

static int
set_socks5_hostname(struct options *o, const char *value, char **cause)
{
	(void)cause;
	set_socks(o, "socks5h", value);
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

/* TLS versions: the lowest in the lower half, the highest in the upper. */
static int
set_tls_max(struct options *o, const char *value, char **cause)
{
	static const struct {
		const char *name;
		long max;
	} versions[] = {
	    {"default", CURL_SSLVERSION_MAX_DEFAULT},
	    {"1.0", CURL_SSLVERSION_MAX_TLSv1_0},
	    {"1.1", CURL_SSLVERSION_MAX_TLSv1_1},
	    {"1.2", CURL_SSLVERSION_MAX_TLSv1_2},
	    {"1.3", CURL_SSLVERSION_MAX_TLSv1_3},
	};
	struct settings *s = &o->request.settings;
	const struct setting *old = settings_find(s, CURLOPT_SSLVERSION);
	long lowest = old != NULL ? old->number & 0xffff : 0;
	size_t i;

	for (i = 0; i < sizeof versions / sizeof *versions; i++) {
		if (strcmp(value, versions[i].name) != 0)
			continue;
		settings_number(s, "tls-max", CURLOPT_SSLVERSION,
		    lowest | versions[i].max, false);
		return 0;
	}
	*cause = xasprintf(
	    "\"%s\" is none of default, 1.0, 1.1, 1.2, 1.3", value);
	return -1;
}

static void
set_tls_min(struct options *o, const char *name, long lowest)
{
	struct settings *s = &o->request.settings;
	const struct setting *old = settings_find(s, CURLOPT_SSLVERSION);
	long highest = old != NULL ? old->number & ~0xffffL : 0;

	settings_number(s, name, CURLOPT_SSLVERSION, lowest | highest, false);
}

#define TLS_MIN(function, name, lowest)                                        \
	static int function(                                                   \
	    struct options *o, const char *value, char **cause)                \
	{                                                                      \
		(void)value;                                                   \
		(void)cause;                                                   \
		set_tls_min(o, name, lowest);                                  \
		return 0;                                                      \
	}

TLS_MIN(set_tlsv1, "tlsv1", CURL_SSLVERSION_TLSv1)
TLS_MIN(set_tlsv1_0, "tlsv1.0", CURL_SSLVERSION_TLSv1_0)
TLS_MIN(set_tlsv1_1, "tlsv1.1", CURL_SSLVERSION_TLSv1_1)
TLS_MIN(set_tlsv1_2, "tlsv1.2", CURL_SSLVERSION_TLSv1_2)
TLS_MIN(set_tlsv1_3, "tlsv1.3", CURL_SSLVERSION_TLSv1_3)

const struct option_spec transfer_options[] = {
    CUSTOM("range", 'r', "RANGE", set_range, "only these bytes, as 0-499"),
    FLAG("tr-encoding", 0, CURLOPT_TRANSFER_ENCODING,
	"ask for a compressed transfer coding"),
    SWITCH("raw", 0, CURLOPT_HTTP_TRANSFER_DECODING, 0, 1,
	"leave transfer codings as they are"),
    FLAG("ignore-content-length", 0, CURLOPT_IGNORE_CONTENT_LENGTH,
	"do not believe Content-Length"),
    TEXT("request-target", 0, CURLOPT_REQUEST_TARGET, "PATH",
	"ask for PATH, not for the URL's"),
    FLAG("path-as-is", 0, CURLOPT_PATH_AS_IS, "keep /../ and /./ in URLs"),
    {"expect100-timeout", NULL, 0, OPTION_LIBCURL, "TIME",
	"wait so long for a 100 (default 1s)", .setting = SETTING_MILLISECONDS,
	.curl = CURLOPT_EXPECT_100_TIMEOUT_MS},
    {.name = NULL},
};

const struct option_spec redirect_options[] = {
    {"location", NULL, 'L', OPTION_FLAG, NULL, "follow redirects",
	.offset = offsetof(struct options, request.location)},
    {"max-redirs", NULL, 0, OPTION_NUMBER, "N",
	"redirects to follow (default 50; -1: no limit)",
	.offset = offsetof(struct options, request.max_redirs), .min = -1,
	.max = 1000000},
    CUSTOM("location-trusted", 0, NULL, set_location_trusted,
	"-L, and log in to other hosts too"),
    BITS("post301", CURLOPT_POSTREDIR, CURL_REDIR_POST_301,
	"after a 301 POST again, not GET"),
    BITS("post302", CURLOPT_POSTREDIR, CURL_REDIR_POST_302,
	"after a 302 POST again, not GET"),
    BITS("post303", CURLOPT_POSTREDIR, CURL_REDIR_POST_303,
	"after a 303 POST again, not GET"),
    {.name = NULL},
};

const struct option_spec login_options[] = {
    {"user", NULL, 'u', OPTION_CUSTOM, "USER:PASSWORD",
	"log in; without a password ask for it", .set = set_user,
	.is_secret = true},
    BITS("basic", CURLOPT_HTTPAUTH, CURLAUTH_BASIC, "with basic (default)"),
    BITS("digest", CURLOPT_HTTPAUTH, CURLAUTH_DIGEST, "with digest"),
    BITS("negotiate", CURLOPT_HTTPAUTH, CURLAUTH_NEGOTIATE,
	"with SPNEGO (Kerberos)"),
    BITS("ntlm", CURLOPT_HTTPAUTH, CURLAUTH_NTLM, "with NTLM"),
    BITS("anyauth", CURLOPT_HTTPAUTH, CURLAUTH_ANY,
	"with the best that the server offers"),
    {"oauth2-bearer", NULL, 0, OPTION_CUSTOM, "TOKEN", "with a bearer token",
	.set = set_oauth2_bearer, .is_secret = true},
    CUSTOM("aws-sigv4", 0, "PROVIDER", set_aws_sigv4,
	"sign as AWS V4, as \"aws:amz:REGION:SERVICE\""),
    SWITCH("netrc", 'n', CURLOPT_NETRC, CURL_NETRC_REQUIRED, CURL_NETRC_IGNORED,
	"log in by ~/.netrc"),
    SWITCH("netrc-optional", 0, CURLOPT_NETRC, CURL_NETRC_OPTIONAL,
	CURL_NETRC_IGNORED, "log in by ~/.netrc or the URL"),
    {"netrc-file", NULL, 0, OPTION_CUSTOM, "FILE", "log in by FILE",
	.set = set_netrc_file, .file = true},
    TEXT("service-name", 0, CURLOPT_SERVICE_NAME, "NAME", "SPNEGO service"),
    {.name = NULL},
};

const struct option_spec tls_options[] = {
    {"insecure", NULL, 'k', OPTION_FLAG, NULL, "accept any certificate",
	.offset = offsetof(struct options, request.insecure)},
    FILENAME("cacert", 0, CURLOPT_CAINFO, "trust the certificates in FILE"),
    TEXT("capath", 0, CURLOPT_CAPATH, "DIR", "trust the certificates in DIR"),
    FILENAME("crlfile", 0, CURLOPT_CRLFILE, "certificates that are revoked"),
    FLAG("cert-status", 0, CURLOPT_SSL_VERIFYSTATUS,
	"ask for the certificate's status (OCSP)"),
    {"cert", NULL, 'E', OPTION_CUSTOM, "FILE[:PASS]",
	"the client's certificate", .set = set_cert, .file = true,
	.is_secret = true},
    TEXT("cert-type", 0, CURLOPT_SSLCERTTYPE, "TYPE", "PEM, DER, P12 or ENG"),
    FILENAME("key", 0, CURLOPT_SSLKEY, "the client's private key"),
    TEXT("key-type", 0, CURLOPT_SSLKEYTYPE, "TYPE", "PEM, DER or ENG"),
    SECRET("pass", 0, CURLOPT_KEYPASSWD, "PASS", "the key's pass phrase"),
    TEXT("pinnedpubkey", 0, CURLOPT_PINNEDPUBLICKEY, "HASHES",
	"a FILE or \"sha256//...\" that the key must match"),
    TEXT(
	"ciphers", 0, CURLOPT_SSL_CIPHER_LIST, "LIST", "ciphers up to TLS 1.2"),
    TEXT("tls13-ciphers", 0, CURLOPT_TLS13_CIPHERS, "LIST",
	"ciphers of TLS 1.3"),
    TEXT("curves", 0, CURLOPT_SSL_EC_CURVES, "LIST", "key exchange curves"),
    CUSTOM("tlsv1", '1', NULL, set_tlsv1, "TLS 1.0 or later"),
    CUSTOM("tlsv1.0", 0, NULL, set_tlsv1_0, "TLS 1.0 or later"),
    CUSTOM("tlsv1.1", 0, NULL, set_tlsv1_1, "TLS 1.1 or later"),
    CUSTOM("tlsv1.2", 0, NULL, set_tlsv1_2, "TLS 1.2 or later"),
    CUSTOM("tlsv1.3", 0, NULL, set_tlsv1_3, "TLS 1.3 or later"),
    CUSTOM(
	"tls-max", 0, "VERSION", set_tls_max, "at most 1.0, 1.1, 1.2 or 1.3"),
    FLAG("alpn", 0, CURLOPT_SSL_ENABLE_ALPN, "offer ALPN (default)"),
    FLAG("sessionid", 0, CURLOPT_SSL_SESSIONID_CACHE,
	"use TLS sessions again (default)"),
    FLAG("false-start", 0, CURLOPT_SSL_FALSESTART, "TLS false start"),
    BITS("ssl-allow-beast", CURLOPT_SSL_OPTIONS, CURLSSLOPT_ALLOW_BEAST,
	"no defence against BEAST"),
    BITS("ssl-no-revoke", CURLOPT_SSL_OPTIONS, CURLSSLOPT_NO_REVOKE,
	"ask for no revocations (Schannel)"),
    TEXT("tlsuser", 0, CURLOPT_TLSAUTH_USERNAME, "NAME", "TLS-SRP user"),
    SECRET(
	"tlspassword", 0, CURLOPT_TLSAUTH_PASSWORD, "PASS", "TLS-SRP password"),
    TEXT("tlsauthtype", 0, CURLOPT_TLSAUTH_TYPE, "TYPE", "SRP"),
    {.name = NULL},
};

const struct option_spec proxy_options[] = {
    SECRET("proxy", 'x', CURLOPT_PROXY, "URL",
	"through a proxy: http, https, socks4, socks5 ..."),
    SECRET("proxy-user", 'U', CURLOPT_PROXYUSERPWD, "USER:PASSWORD",
	"log in to the proxy"),
    BITS("proxy-basic", CURLOPT_PROXYAUTH, CURLAUTH_BASIC,
	"with basic (default)"),
    BITS("proxy-digest", CURLOPT_PROXYAUTH, CURLAUTH_DIGEST, "with digest"),
    BITS("proxy-negotiate", CURLOPT_PROXYAUTH, CURLAUTH_NEGOTIATE,
	"with SPNEGO"),
    BITS("proxy-ntlm", CURLOPT_PROXYAUTH, CURLAUTH_NTLM, "with NTLM"),
    BITS("proxy-anyauth", CURLOPT_PROXYAUTH, CURLAUTH_ANY,
	"with the best that it offers"),
    LIST("proxy-header", CURLOPT_PROXYHEADER, "HEADER",
	"send HEADER to the proxy"),
    FLAG(
	"proxytunnel", 'p', CURLOPT_HTTPPROXYTUNNEL, "CONNECT for http:// too"),
    SECRET("preproxy", 0, CURLOPT_PRE_PROXY, "URL",
	"a SOCKS proxy before the proxy"),
    CUSTOM("socks4", 0, "HOST", set_socks4, "through a SOCKS4 proxy"),
    CUSTOM("socks4a", 0, "HOST", set_socks4a, "through a SOCKS4a proxy"),
    CUSTOM("socks5", 0, "HOST", set_socks5, "through a SOCKS5 proxy"),
    CUSTOM("socks5-hostname", 0, "HOST", set_socks5_hostname,
	"the same, which looks names up"),
    TEXT("noproxy", 0, CURLOPT_NOPROXY, "HOSTS", "hosts without a proxy"),
    FLAG("socks5-basic", 0, CURLOPT_SOCKS5_AUTH, "log in to it by password"),
    FLAG("socks5-gssapi-nec", 0, CURLOPT_SOCKS5_GSSAPI_NEC,
	"GSS-API as NEC's servers have it"),
    TEXT("proxy-service-name", 0, CURLOPT_PROXY_SERVICE_NAME, "NAME",
	"SPNEGO service of the proxy"),
    SWITCH("proxy-insecure", 0, CURLOPT_PROXY_SSL_VERIFYPEER, 0, 1,
	"accept any certificate of the proxy"),
    FILENAME("proxy-cacert", 0, CURLOPT_PROXY_CAINFO,
	"trust the certificates in FILE"),
    TEXT("proxy-capath", 0, CURLOPT_PROXY_CAPATH, "DIR",
	"trust the certificates in DIR"),
    FILENAME("proxy-crlfile", 0, CURLOPT_PROXY_CRLFILE,
	"certificates that are revoked"),
    FILENAME(
	"proxy-cert", 0, CURLOPT_PROXY_SSLCERT, "the client's certificate"),
    TEXT("proxy-cert-type", 0, CURLOPT_PROXY_SSLCERTTYPE, "TYPE",
	"PEM, DER or ENG"),
    FILENAME("proxy-key", 0, CURLOPT_PROXY_SSLKEY, "its private key"),
    TEXT("proxy-key-type", 0, CURLOPT_PROXY_SSLKEYTYPE, "TYPE",
	"PEM, DER or ENG"),
    SECRET("proxy-pass", 0, CURLOPT_PROXY_KEYPASSWD, "PASS",
	"the key's pass phrase"),
    TEXT("proxy-pinnedpubkey", 0, CURLOPT_PROXY_PINNEDPUBLICKEY, "HASHES",
	"what the proxy's key must match"),
    TEXT("proxy-ciphers", 0, CURLOPT_PROXY_SSL_CIPHER_LIST, "LIST",
	"ciphers up to TLS 1.2"),
    TEXT("proxy-tls13-ciphers", 0, CURLOPT_PROXY_TLS13_CIPHERS, "LIST",
	"ciphers of TLS 1.3"),
    SWITCH("proxy-tlsv1", 0, CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1,
	CURL_SSLVERSION_DEFAULT, "TLS 1.0 or later with the proxy"),
    FLAG("haproxy-protocol", 0, CURLOPT_HAPROXYPROTOCOL,
	"begin with HAProxy's PROXY line"),
    {.name = NULL},
};

const struct option_spec connection_options[] = {
    SWITCH("http1.0", '0', CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_0,
	CURL_HTTP_VERSION_NONE, "HTTP/1.0"),
    SWITCH("http1.1", 0, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1,
	CURL_HTTP_VERSION_NONE, "HTTP/1.1"),
    SWITCH("http2", 0, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2_0,
	CURL_HTTP_VERSION_NONE, "HTTP/2, upgraded to from http://"),
    SWITCH("http2-prior-knowledge", 0, CURLOPT_HTTP_VERSION,
	CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE, CURL_HTTP_VERSION_NONE,
	"HTTP/2 at once"),
    SWITCH("http3", 0, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_3,
	CURL_HTTP_VERSION_NONE, "HTTP/3, or what there is"),
    SWITCH("http0.9", 0, CURLOPT_HTTP09_ALLOWED, 1, 0,
	"accept a response without headers"),
    SWITCH("ipv4", '4', CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4,
	CURL_IPRESOLVE_WHATEVER, "IPv4 only"),
    SWITCH("ipv6", '6', CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V6,
	CURL_IPRESOLVE_WHATEVER, "IPv6 only"),
    LIST("resolve", CURLOPT_RESOLVE, "HOST:PORT:ADDR", "HOST:PORT is at ADDR"),
    LIST("connect-to", CURLOPT_CONNECT_TO, "H1:P1:H2:P2",
	"go to H2:P2 for H1:P1"),
    TEXT("interface", 0, CURLOPT_INTERFACE, "NAME",
	"from that interface or address"),
    TEXT("unix-socket", 0, CURLOPT_UNIX_SOCKET_PATH, "PATH",
	"over a Unix socket"),
    TEXT("abstract-unix-socket", 0, CURLOPT_ABSTRACT_UNIX_SOCKET, "NAME",
	"over an abstract Unix socket"),
    TEXT("dns-servers", 0, CURLOPT_DNS_SERVERS, "ADDRS",
	"ask these name servers"),
    TEXT("doh-url", 0, CURLOPT_DOH_URL, "URL", "look names up over HTTPS"),
    FLAG("keepalive", 0, CURLOPT_TCP_KEEPALIVE, "TCP keepalive (default)"),
    SECONDS("keepalive-time", CURLOPT_TCP_KEEPIDLE,
	"its first probe after TIME (default 60s)"),
    FLAG("tcp-nodelay", 0, CURLOPT_TCP_NODELAY, "TCP_NODELAY (default)"),
    FLAG("tcp-fastopen", 0, CURLOPT_TCP_FASTOPEN, "TCP Fast Open"),
    {"happy-eyeballs-timeout-ms", NULL, 0, OPTION_LIBCURL, "MS",
	"try IPv4 too after so long", .setting = SETTING_NUMBER,
	.curl = CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, .min = 0, .max = 600000},
    TEXT("dns-interface", 0, CURLOPT_DNS_INTERFACE, "NAME",
	"ask name servers from there"),
    TEXT("dns-ipv4-addr", 0, CURLOPT_DNS_LOCAL_IP4, "ADDR",
	"ask name servers from there"),
    TEXT("dns-ipv6-addr", 0, CURLOPT_DNS_LOCAL_IP6, "ADDR",
	"ask name servers from there"),
    SWITCH("doh-insecure", 0, CURLOPT_DOH_SSL_VERIFYPEER, 0, 1,
	"accept any certificate there"),
    FLAG("doh-cert-status", 0, CURLOPT_DOH_SSL_VERIFYSTATUS,
	"ask for that one's status"),
    FLAG("disallow-username-in-url", 0, CURLOPT_DISALLOW_USERNAME_IN_URL,
	"refuse URLs with a user"),
    {.name = NULL},
};
