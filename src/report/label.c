/*
 * Labels.
 */
#include "config.h"

#include "report/label.h"

#include <stddef.h>

#include "base/nls.h"
#include "base/utf8.h"

/* Spaces behind the widest one. */
#define GAP 3

void
label_print(FILE *to, const char *label)
{
	/* Rarer ones may be wider. */
	static const char *const common[] = {N_("tasks"), N_("sequential"),
	    N_("concurrent"), N_("blocked"), N_("speed-up"), N_("learned")};
	const char *text = *label != '\0' ? _(label) : "";
	size_t i, len, width = 0;

	for (i = 0; i < sizeof common / sizeof *common; i++) {
		len = utf8_count(_(common[i]));
		if (len > width)
			width = len;
	}
	len = utf8_count(text);
	fprintf(to, "%s%*s", text,
	    len < width + GAP ? (int)(width + GAP - len) : 1, "");
}
