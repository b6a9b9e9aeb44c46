/*
 * Options of curl's that coget has not, and why.
 */
#include "config.h"

#include <string.h>

#include "input/options.h"

static const char http_only[] = "coget speaks HTTP only";
static const char one_file[] = "results go to stdout or to one file (-o)";
static const char records[] = "the records tell (--ndjson)";
static const char summary[] = "coget has its own messages (-v)";
static const char always[] = "coget always works in parallel (-j)";
static const char all_targets[] = "options are for all targets";
static const char not_yet[] = "it is not there yet";
static const char no_use[] = "it serves no purpose here";

static const struct {
	const char *name;
	char letter;
	const char *why;
} curl_only[] = {
    {"alt-svc", 0, not_yet},
    {"append", 'a', http_only},
    {"continue-at", 'C', one_file},
    {"create-dirs", 0, one_file},
    {"create-file-mode", 0, one_file},
    {"crlf", 0, http_only},
    {"dump-header", 'D', records},
    {"egd-file", 0, no_use},
    {"engine", 0, not_yet},
    {"etag-compare", 0, one_file},
    {"etag-save", 0, one_file},
    {"ftp-pasv", 0, http_only},
    {"ftp-port", 'P', http_only},
    {"hsts", 0, not_yet},
    {"include", 0, records},
    {"junk-session-cookies", 0, not_yet},
    {"list-only", 'l', http_only},
    {"local-port", 0, not_yet},
    {"mail-from", 0, http_only},
    {"mail-rcpt", 0, http_only},
    {"manual", 'M', "see man coget"},
    {"next", ':', all_targets},
    {"no-buffer", 'N', no_use},
    {"no-clobber", 0, one_file},
    {"no-progress-meter", 0, summary},
    {"output-dir", 0, one_file},
    {"parallel", 'Z', always},
    {"parallel-immediate", 0, always},
    {"progress-bar", '#', summary},
    {"progress-meter", 0, summary},
    {"proto", 0, "only http and https are ever asked for"},
    {"proto-redir", 0, "only http and https are ever asked for"},
    {"quote", 'Q', http_only},
    {"rate", 0, not_yet},
    {"remote-header-name", 'J', one_file},
    {"remote-name", 'O', one_file},
    {"remote-name-all", 0, one_file},
    {"remote-time", 'R', one_file},
    {"remove-on-error", 0, one_file},
    {"ssl", 0, http_only},
    {"sslv2", '2', "no library speaks it any more"},
    {"sslv3", '3', "no library speaks it any more"},
    {"stderr", 0, "redirect it in the shell (2>FILE)"},
    {"telnet-option", 't', http_only},
    {"trace", 0, summary},
    {"trace-ascii", 0, summary},
    {"trace-time", 0, summary},
    {"use-ascii", 'B', http_only},
    {"write-out", 'w', records},
    {"xattr", 0, one_file},
};

const char *
options_curl_only(const char *name, size_t len, char letter)
{
	size_t i;

	for (i = 0; i < sizeof curl_only / sizeof *curl_only; i++)
		if (letter != 0 ? curl_only[i].letter == letter
				: strlen(curl_only[i].name) == len &&
			    memcmp(curl_only[i].name, name, len) == 0)
			return curl_only[i].why;
	return NULL;
}
