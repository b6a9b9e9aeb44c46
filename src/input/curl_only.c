/*
 * Options of curl's that coget has not, and why.
 */
#include "config.h"

#include <string.h>

#include "base/nls.h"
#include "input/options.h"

static const char http_only[] = N_("coget speaks HTTP only");
static const char not_yet[] = N_("it is not there yet");
static const char records[] = N_("the records tell (--ndjson)");
static const char summary[] = N_("coget has its own messages (-v)");
static const char always[] = N_("coget always works in parallel (-j)");
static const char all_targets[] = N_("options are for all targets");
static const char cache[] = N_("all tasks would write the same file");
static const char no_longer[] = N_("curl itself no longer has it");
static const char windows[] = N_("it is for Windows");
static const char no_use[] = N_("it serves no purpose here");
static const char etags[] = N_("--cache does it for each task");

static const struct {
	const char *name;
	char letter;
	const char *why;
} curl_only[] = {
    {"alt-svc", 0, cache},
    {"append", 'a', http_only},
    {"compressed-ssh", 0, http_only},
    {"crlf", 0, http_only},
    {"disable-eprt", 0, http_only},
    {"disable-epsv", 0, http_only},
    {"dump-header", 'D', records},
    {"egd-file", 0, no_use},
    {"engine", 0, N_("OpenSSL 3 has providers instead")},
    {"etag-compare", 0, etags},
    {"etag-save", 0, etags},
    {"ftp-account", 0, http_only},
    {"ftp-alternative-to-user", 0, http_only},
    {"ftp-create-dirs", 0, http_only},
    {"ftp-method", 0, http_only},
    {"ftp-pasv", 0, http_only},
    {"ftp-port", 'P', http_only},
    {"ftp-pret", 0, http_only},
    {"ftp-skip-pasv-ip", 0, http_only},
    {"ftp-ssl-ccc", 0, http_only},
    {"ftp-ssl-ccc-mode", 0, http_only},
    {"ftp-ssl-control", 0, http_only},
    {"hostpubmd5", 0, http_only},
    {"hostpubsha256", 0, http_only},
    {"hsts", 0, cache},
    {"include", 0, records},
    {"krb", 0, http_only},
    {"libcurl", 0, no_use},
    {"list-only", 'l', http_only},
    {"login-options", 0, http_only},
    {"mail-auth", 0, http_only},
    {"mail-from", 0, http_only},
    {"mail-rcpt", 0, http_only},
    {"mail-rcpt-allowfails", 0, http_only},
    {"manual", 'M', N_("see man coget")},
    {"metalink", 0, no_longer},
    {"next", ':', all_targets},
    {"no-buffer", 'N', no_use},
    {"no-npn", 0, no_longer},
    {"no-progress-meter", 0, summary},
    {"ntlm-wb", 0, no_longer},
    {"parallel-immediate", 0, always},
    {"progress-bar", '#', summary},
    {"progress-meter", 0, summary},
    {"proxy-ssl-auto-client-cert", 0, windows},
    {"pubkey", 0, http_only},
    {"quote", 'Q', http_only},
    {"random-file", 0, no_longer},
    {"sasl-authzid", 0, http_only},
    {"sasl-ir", 0, http_only},
    {"ssl", 0, http_only},
    {"ssl-auto-client-cert", 0, windows},
    {"ssl-reqd", 0, http_only},
    {"ssl-revoke-best-effort", 0, windows},
    {"sslv2", '2', N_("no library speaks it any more")},
    {"sslv3", '3', N_("no library speaks it any more")},
    {"stderr", 0, N_("redirect it in the shell (2>FILE)")},
    {"styled-output", 0, summary},
    {"suppress-connect-headers", 0, N_("they are never shown")},
    {"telnet-option", 't', http_only},
    {"tftp-blksize", 0, http_only},
    {"tftp-no-options", 0, http_only},
    {"trace", 0, summary},
    {"trace-ascii", 0, summary},
    {"trace-time", 0, summary},
    {"use-ascii", 'B', http_only},
    {"xattr", 0, not_yet},
};

const char *
options_curl_only(const char *name, size_t len, char letter)
{
	size_t i;

	for (i = 0; i < sizeof curl_only / sizeof *curl_only; i++)
		if (letter != 0 ? curl_only[i].letter == letter
				: strlen(curl_only[i].name) == len &&
			    memcmp(curl_only[i].name, name, len) == 0)
			return _(curl_only[i].why);
	return NULL;
}
