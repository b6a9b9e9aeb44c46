/*
 * --version.
 */
#include "config.h"

#include "report/version.h"

#include <curl/curl.h>
#include <event2/event.h>
#include <jansson.h>

#include "base/nls.h"

/* libcurl releases whose multi_socket interface is broken. */
static const struct {
	unsigned number;
	const char *why;
} broken_curl[] = {
    {0x075700, N_("transfers can hang (curl issue 10146)")},
    {0x081400, N_("idle transfers use all of a CPU (curl issue 21960)")},
};

void
version_print(FILE *to)
{
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
	size_t i;

	fprintf(to, "coget %s\n", PACKAGE_VERSION);
	fprintf(to, "%s\n", curl_version());
	fprintf(
	    to, "libevent/%s (%s)\n", event_get_version(), LIBEVENT_VERSION);
	fprintf(to, "jansson/%s\n", jansson_version_str());
	fputs("Features:", to);
	for (i = 0; curl->feature_names[i] != NULL; i++)
		fprintf(to, " %s", curl->feature_names[i]);
	fputc('\n', to);
	for (i = 0; i < sizeof broken_curl / sizeof *broken_curl; i++)
		if (curl->version_num == broken_curl[i].number)
			fprintf(to, _("Warning: with this libcurl %s\n"),
			    _(broken_curl[i].why));
}
