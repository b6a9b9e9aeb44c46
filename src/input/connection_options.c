/*
 * The table, continued: proxies and connections.
 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/option_rows.h"
#include "input/options.h"

/* Takes --proxy1.0 back. */
static int
set_proxy(struct options *o, const char *value, char **cause)
{
	if (settings_check_line(value, cause) == -1)
		return -1;
	settings_text(&o->request.settings, "proxy", CURLOPT_PROXY, value);
	settings_drop(&o->request.settings, CURLOPT_PROXYTYPE);
	return 0;
}

static int
set_proxy_cert(struct options *o, const char *value, char **cause)
{
	(void)cause;
	return option_set_cert(o, "proxy-cert", CURLOPT_PROXY_SSLCERT,
	    CURLOPT_PROXY_KEYPASSWD, value);
}

/* An HTTP proxy that speaks 1.0; a scheme would take precedence. */
static int
set_proxy1_0(struct options *o, const char *value, char **cause)
{
	struct settings *s = &o->request.settings;

	(void)cause;
	settings_text(s, "proxy1.0", CURLOPT_PROXY, value);
	settings_number(
	    s, "proxy1.0", CURLOPT_PROXYTYPE, CURLPROXY_HTTP_1_0, false);
	return 0;
}

/*
 * --socks5 HOST and its like: the proxy's URL with that scheme; as in curl,
 * one that it has counts.
 */
static void
set_socks(struct options *o, const char *scheme, const char *host)
{
	char *url = strstr(host, "://") != NULL
	    ? xstrdup(host)
	    : xasprintf("%s://%s", scheme, host);

	settings_text(&o->request.settings, scheme, CURLOPT_PROXY, url);
	settings_drop(&o->request.settings, CURLOPT_PROXYTYPE);
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

/* curl's: a port, or the first and last of a range. */
static int
set_local_port(struct options *o, const char *value, char **cause)
{
	struct settings *s = &o->request.settings;
	char *first = xstrdup(value), *last = strchr(first, '-');
	long from, to;
	int result;

	if (last != NULL)
		*last++ = '\0';
	result = number_parse(first, 1, 65535, &from);
	to = from;
	if (result == 0 && last != NULL)
		result = number_parse(last, from, 65535, &to);
	free(first);
	if (result == -1) {
		*cause = xasprintf(
		    _("\"%s\" is neither a port nor a range of them"), value);
		return -1;
	}
	settings_number(s, "local-port", CURLOPT_LOCALPORT, from, false);
	settings_number(
	    s, "local-port", CURLOPT_LOCALPORTRANGE, to - from + 1, false);
	return 0;
}

/* "1.2.3.4,[::1],::2" */
static bool
are_addresses(const char *list)
{
	char *copy = xstrdup(list), *next = copy, *one;
	unsigned char address[sizeof(struct in6_addr)];
	size_t len, count = 0;
	bool fine = true;

	while (fine && (one = strsep(&next, ",")) != NULL) {
		len = strlen(one);
		if (len == 0)
			continue;
		count++;
		if (len > 1 && *one == '[' && one[len - 1] == ']') {
			one[len - 1] = '\0';
			one++;
		}
		fine = inet_pton(AF_INET, one, address) == 1 ||
		    inet_pton(AF_INET6, one, address) == 1;
	}
	free(copy);
	return fine && count > 0;
}

/*
 * curl's: [+]HOST:PORT:ADDRESS[,ADDRESS]..., or -HOST:PORT. libcurl would say
 * what is none at each transfer.
 */
static int
set_resolve(struct options *o, const char *value, char **cause)
{
	const char *port = strchr(value, ':'), *addresses;
	char *number = NULL;
	long n;
	bool fine = port != NULL;

	if (fine) {
		number = xmemdup(port + 1, strcspn(port + 1, ":"));
		addresses = strchr(port + 1, ':');
		fine = number_parse(number, 0, 65535, &n) == 0 &&
		    (*value == '-' ||
			(addresses != NULL && are_addresses(addresses + 1)));
		free(number);
	}
	if (!fine) {
		*cause = xasprintf(_("\"%s\" is not HOST:PORT:ADDRESS"), value);
		return -1;
	}
	settings_add(&o->request.settings, "resolve", CURLOPT_RESOLVE, value);
	return 0;
}

const struct option_spec proxy_options[] = {
    {"proxy", NULL, 'x', OPTION_CUSTOM, "URL",
	N_("through a proxy: http, https, socks4, socks5 ..."),
	.set = set_proxy, .secrecy = SECRECY_ALL},
    SECRET("proxy-user", 'U', CURLOPT_PROXYUSERPWD, "USER:PASSWORD",
	N_("log in to the proxy; asks as -u does")),
    BITS("proxy-basic", CURLOPT_PROXYAUTH, CURLAUTH_BASIC,
	N_("with basic (default)")),
    BITS("proxy-digest", CURLOPT_PROXYAUTH, CURLAUTH_DIGEST, N_("with digest")),
    BITS("proxy-negotiate", CURLOPT_PROXYAUTH, CURLAUTH_NEGOTIATE,
	N_("with SPNEGO")),
    BITS("proxy-ntlm", CURLOPT_PROXYAUTH, CURLAUTH_NTLM, N_("with NTLM")),
    BITS("proxy-anyauth", CURLOPT_PROXYAUTH, CURLAUTH_ANY,
	N_("with the best that it offers")),
    {"proxy-header", NULL, 0, OPTION_CUSTOM, "HEADER",
	N_("send HEADER to the proxy; @FILE, @- is stdin"),
	.set = option_set_proxy_header, .secrecy = SECRECY_HEADER},
    FLAG("proxytunnel", 'p', CURLOPT_HTTPPROXYTUNNEL,
	N_("CONNECT for http:// too")),
    SECRET("preproxy", 0, CURLOPT_PRE_PROXY, "URL",
	N_("a SOCKS proxy before the proxy")),
    CUSTOM_URL("proxy1.0", 0, "HOST", set_proxy1_0,
	N_("through an HTTP proxy that speaks 1.0")),
    CUSTOM_URL("socks4", 0, "HOST", set_socks4, N_("through a SOCKS4 proxy")),
    CUSTOM_URL(
	"socks4a", 0, "HOST", set_socks4a, N_("through a SOCKS4a proxy")),
    CUSTOM_URL("socks5", 0, "HOST", set_socks5, N_("through a SOCKS5 proxy")),
    CUSTOM_URL("socks5-hostname", 0, "HOST", set_socks5_hostname,
	N_("the same, which looks names up")),
    TEXT("noproxy", 0, CURLOPT_NOPROXY, "HOSTS", N_("hosts without a proxy")),
    BITS("socks5-basic", CURLOPT_SOCKS5_AUTH, CURLAUTH_BASIC,
	N_("log in to it by password")),
    BITS("socks5-gssapi", CURLOPT_SOCKS5_AUTH, CURLAUTH_GSSAPI,
	N_("log in to it by GSS-API")),
    TEXT("socks5-gssapi-service", 0, CURLOPT_PROXY_SERVICE_NAME, "NAME",
	N_("its GSS-API service")),
    FLAG("socks5-gssapi-nec", 0, CURLOPT_SOCKS5_GSSAPI_NEC,
	N_("GSS-API as NEC's servers have it")),
    TEXT("proxy-service-name", 0, CURLOPT_PROXY_SERVICE_NAME, "NAME",
	N_("SPNEGO service of the proxy")),
    SWITCHES("proxy-insecure", CURLOPT_PROXY_SSL_VERIFYPEER,
	CURLOPT_PROXY_SSL_VERIFYHOST, 0, 1,
	N_("accept any certificate of the proxy")),
    FILENAME("proxy-cacert", 0, CURLOPT_PROXY_CAINFO,
	N_("trust the certificates in FILE")),
    TEXT("proxy-capath", 0, CURLOPT_PROXY_CAPATH, "DIR",
	N_("trust the certificates in DIR")),
    FILENAME("proxy-crlfile", 0, CURLOPT_PROXY_CRLFILE,
	N_("certificates that are revoked")),
    {"proxy-cert", NULL, 0, OPTION_CUSTOM, "FILE[:PASS]",
	N_("the client's certificate"), .set = set_proxy_cert, .file = true,
	.secrecy = SECRECY_ALL},
    TEXT("proxy-cert-type", 0, CURLOPT_PROXY_SSLCERTTYPE, "TYPE",
	N_("PEM, DER or ENG")),
    FILENAME("proxy-key", 0, CURLOPT_PROXY_SSLKEY, N_("its private key")),
    TEXT("proxy-key-type", 0, CURLOPT_PROXY_SSLKEYTYPE, "TYPE",
	N_("PEM, DER or ENG")),
    SECRET("proxy-pass", 0, CURLOPT_PROXY_KEYPASSWD, "PASS",
	N_("the key's pass phrase")),
    TEXT("proxy-pinnedpubkey", 0, CURLOPT_PROXY_PINNEDPUBLICKEY, "HASHES",
	N_("what the proxy's key must match")),
    TEXT("proxy-ciphers", 0, CURLOPT_PROXY_SSL_CIPHER_LIST, "LIST",
	N_("ciphers up to TLS 1.2")),
    TEXT("proxy-tls13-ciphers", 0, CURLOPT_PROXY_TLS13_CIPHERS, "LIST",
	N_("ciphers of TLS 1.3")),
    SWITCH("proxy-tlsv1", 0, CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1,
	CURL_SSLVERSION_DEFAULT, N_("TLS 1.0 or later with the proxy")),
    BITS("proxy-ssl-allow-beast", CURLOPT_PROXY_SSL_OPTIONS,
	CURLSSLOPT_ALLOW_BEAST, N_("no defence against BEAST")),
    TEXT("proxy-tlsuser", 0, CURLOPT_PROXY_TLSAUTH_USERNAME, "NAME",
	N_("TLS-SRP user")),
    SECRET("proxy-tlspassword", 0, CURLOPT_PROXY_TLSAUTH_PASSWORD, "PASS",
	N_("TLS-SRP password")),
    TEXT("proxy-tlsauthtype", 0, CURLOPT_PROXY_TLSAUTH_TYPE, "TYPE", N_("SRP")),
    FLAG("haproxy-protocol", 0, CURLOPT_HAPROXYPROTOCOL,
	N_("begin with HAProxy's PROXY line")),
    {.name = NULL},
};

const struct option_spec connection_options[] = {
    SWITCH("http1.0", '0', CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_0,
	CURL_HTTP_VERSION_NONE, N_("HTTP/1.0")),
    SWITCH("http1.1", 0, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1,
	CURL_HTTP_VERSION_NONE, N_("HTTP/1.1")),
    SWITCH("http2", 0, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2_0,
	CURL_HTTP_VERSION_NONE, N_("HTTP/2, upgraded to from http://")),
    SWITCH("http2-prior-knowledge", 0, CURLOPT_HTTP_VERSION,
	CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE, CURL_HTTP_VERSION_NONE,
	N_("HTTP/2 at once")),
    SWITCH("http3", 0, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_3,
	CURL_HTTP_VERSION_NONE, N_("HTTP/3, or what there is")),
    SWITCH("http3-only", 0, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_3ONLY,
	CURL_HTTP_VERSION_NONE, N_("HTTP/3, nothing else")),
    SWITCH("http0.9", 0, CURLOPT_HTTP09_ALLOWED, 1, 0,
	N_("accept a response without headers")),
    SWITCH("ipv4", '4', CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4,
	CURL_IPRESOLVE_WHATEVER, N_("IPv4 only")),
    SWITCH("ipv6", '6', CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V6,
	CURL_IPRESOLVE_WHATEVER, N_("IPv6 only")),
    {"resolve", NULL, 0, OPTION_CUSTOM, "HOST:PORT:ADDR",
	N_("HOST:PORT is at ADDR"), .set = set_resolve},
    LIST("connect-to", CURLOPT_CONNECT_TO, "H1:P1:H2:P2",
	N_("go to H2:P2 for H1:P1")),
    TEXT("interface", 0, CURLOPT_INTERFACE, "NAME",
	N_("from that interface or address")),
    CUSTOM("local-port", 0, "N[-M]", set_local_port,
	N_("from a port in that range")),
    TEXT("unix-socket", 0, CURLOPT_UNIX_SOCKET_PATH, "PATH",
	N_("over a Unix socket")),
    TEXT("abstract-unix-socket", 0, CURLOPT_ABSTRACT_UNIX_SOCKET, "NAME",
	N_("over an abstract Unix socket")),
    TEXT("dns-servers", 0, CURLOPT_DNS_SERVERS, "ADDRS",
	N_("ask these name servers")),
    TEXT("doh-url", 0, CURLOPT_DOH_URL, "URL", N_("look names up over HTTPS")),
    FLAG("keepalive", 0, CURLOPT_TCP_KEEPALIVE, N_("TCP keepalive (default)")),
    {"keepalive-time", NULL, 0, OPTION_LIBCURL, "TIME",
	N_("its first probe after TIME, and the others (60s)"),
	.setting = SETTING_SECONDS, .curl = CURLOPT_TCP_KEEPIDLE,
	.also = CURLOPT_TCP_KEEPINTVL},
    FLAG("tcp-nodelay", 0, CURLOPT_TCP_NODELAY, N_("TCP_NODELAY (default)")),
    FLAG("tcp-fastopen", 0, CURLOPT_TCP_FASTOPEN, N_("TCP Fast Open")),
    {"happy-eyeballs-timeout-ms", NULL, 0, OPTION_LIBCURL, "MS",
	N_("try IPv4 too after so long"), .setting = SETTING_NUMBER,
	.curl = CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, .min = 0, .max = 600000},
    TEXT("dns-interface", 0, CURLOPT_DNS_INTERFACE, "NAME",
	N_("ask name servers from there")),
    TEXT("dns-ipv4-addr", 0, CURLOPT_DNS_LOCAL_IP4, "ADDR",
	N_("ask name servers from there")),
    TEXT("dns-ipv6-addr", 0, CURLOPT_DNS_LOCAL_IP6, "ADDR",
	N_("ask name servers from there")),
    SWITCHES("doh-insecure", CURLOPT_DOH_SSL_VERIFYPEER,
	CURLOPT_DOH_SSL_VERIFYHOST, 0, 1, N_("accept any certificate there")),
    FLAG("doh-cert-status", 0, CURLOPT_DOH_SSL_VERIFYSTATUS,
	N_("ask for that one's status")),
    FLAG("disallow-username-in-url", 0, CURLOPT_DISALLOW_USERNAME_IN_URL,
	N_("refuse URLs with a user")),
    {.name = NULL},
};
