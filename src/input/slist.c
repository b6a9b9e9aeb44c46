/*
 * Lists of lines.
 */
#include "config.h"

#include "input/slist.h"

#include <string.h>

#include "base/ascii.h"
#include "base/xmalloc.h"

void
slist_add(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer == NULL)
		xmalloc_exhausted();
	*list = longer;
}

void
slist_add_all(struct curl_slist **list, const struct curl_slist *all)
{
	for (; all != NULL; all = all->next)
		slist_add(list, all->data);
}

bool
slist_is(const char *line, const char *name)
{
	size_t len = strcspn(name, ":;");

	return strcspn(line, ":;") == len &&
	    ascii_compare(line, name, len) == 0;
}

bool
slist_has(const struct curl_slist *list, const char *name)
{
	for (; list != NULL; list = list->next)
		if (slist_is(list->data, name))
			return true;
	return false;
}
