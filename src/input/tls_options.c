/*
 * The table, continued: TLS.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/option_rows.h"
#include "input/options.h"

/* curl's: \: is a colon of the file's name. */
int
option_set_cert(struct options *o, const char *name, CURLoption file_option,
    CURLoption password_option, const char *value)
{
	struct settings *s = &o->request.settings;
	const char *from = value;
	char *file = xstrdup(value), *to = file;

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
	settings_text(s, name, file_option, file);
	if (*from == ':')
		settings_text(s, name, password_option, from + 1);
	free(file);
	return 0;
}

static int
set_cert(struct options *o, const char *value, char **cause)
{
	(void)cause;
	return option_set_cert(
	    o, "cert", CURLOPT_SSLCERT, CURLOPT_KEYPASSWD, value);
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
	    _("\"%s\" is none of default, 1.0, 1.1, 1.2, 1.3"), value);
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

const struct option_spec tls_options[] = {
    {"insecure", NULL, 'k', OPTION_FLAG, NULL, N_("accept any certificate"),
	.offset = offsetof(struct options, request.insecure)},
    FILENAME("cacert", 0, CURLOPT_CAINFO, N_("trust the certificates in FILE")),
    TEXT("capath", 0, CURLOPT_CAPATH, "DIR",
	N_("trust the certificates in DIR")),
    FILENAME(
	"crlfile", 0, CURLOPT_CRLFILE, N_("certificates that are revoked")),
    FLAG("cert-status", 0, CURLOPT_SSL_VERIFYSTATUS,
	N_("ask for the certificate's status (OCSP)")),
    {"cert", NULL, 'E', OPTION_CUSTOM, "FILE[:PASS]",
	N_("the client's certificate"), .set = set_cert, .file = true,
	.secrecy = SECRECY_ALL},
    TEXT("cert-type", 0, CURLOPT_SSLCERTTYPE, "TYPE",
	N_("PEM, DER, P12 or ENG")),
    FILENAME("key", 0, CURLOPT_SSLKEY, N_("the client's private key")),
    TEXT("key-type", 0, CURLOPT_SSLKEYTYPE, "TYPE", N_("PEM, DER or ENG")),
    SECRET("pass", 0, CURLOPT_KEYPASSWD, "PASS", N_("the key's pass phrase")),
    TEXT("pinnedpubkey", 0, CURLOPT_PINNEDPUBLICKEY, "HASHES",
	N_("a FILE or \"sha256//...\" that the key must match")),
    TEXT("ciphers", 0, CURLOPT_SSL_CIPHER_LIST, "LIST",
	N_("ciphers up to TLS 1.2")),
    TEXT("tls13-ciphers", 0, CURLOPT_TLS13_CIPHERS, "LIST",
	N_("ciphers of TLS 1.3")),
    TEXT("curves", 0, CURLOPT_SSL_EC_CURVES, "LIST", N_("key exchange curves")),
    CUSTOM("tlsv1", '1', NULL, set_tlsv1, N_("TLS 1.0 or later")),
    CUSTOM("tlsv1.0", 0, NULL, set_tlsv1_0, N_("TLS 1.0 or later")),
    CUSTOM("tlsv1.1", 0, NULL, set_tlsv1_1, N_("TLS 1.1 or later")),
    CUSTOM("tlsv1.2", 0, NULL, set_tlsv1_2, N_("TLS 1.2 or later")),
    CUSTOM("tlsv1.3", 0, NULL, set_tlsv1_3, N_("TLS 1.3 or later")),
    CUSTOM("tls-max", 0, "VERSION", set_tls_max,
	N_("at most 1.0, 1.1, 1.2 or 1.3")),
    FLAG("alpn", 0, CURLOPT_SSL_ENABLE_ALPN, N_("offer ALPN (default)")),
    FLAG("sessionid", 0, CURLOPT_SSL_SESSIONID_CACHE,
	N_("use TLS sessions again (default)")),
    FLAG("false-start", 0, CURLOPT_SSL_FALSESTART, N_("TLS false start")),
    BITS("ssl-allow-beast", CURLOPT_SSL_OPTIONS, CURLSSLOPT_ALLOW_BEAST,
	N_("no defence against BEAST")),
    BITS("ssl-no-revoke", CURLOPT_SSL_OPTIONS, CURLSSLOPT_NO_REVOKE,
	N_("ask for no revocations (Schannel)")),
    TEXT("tlsuser", 0, CURLOPT_TLSAUTH_USERNAME, "NAME", N_("TLS-SRP user")),
    SECRET("tlspassword", 0, CURLOPT_TLSAUTH_PASSWORD, "PASS",
	N_("TLS-SRP password")),
    TEXT("tlsauthtype", 0, CURLOPT_TLSAUTH_TYPE, "TYPE", N_("SRP")),
    {.name = NULL},
};
