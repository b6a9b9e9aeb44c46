/*
 * Files that are removed when the process ends early.
 */
#include "config.h"

#include "base/temporary.h"

#include <stdlib.h>
#include <unistd.h>

static struct list all = {&all, &all};

void
temporary_remove_all(void)
{
	struct list *node;
	struct temporary *t;

	/* Forwards: in that direction it is whole at every moment. */
	for (node = all.next; node != &all; node = node->next) {
		t = LIST_ITEM(node, struct temporary, link);
		unlinkat(t->dir, t->name, 0);
	}
}

void
temporary_note(struct temporary *t, int dir, const char *name)
{
	static bool registered;

	temporary_forget(t);
	t->dir = dir;
	t->name = name;
	list_append(&all, &t->link);
	if (!registered)
		registered = atexit(temporary_remove_all) == 0;
}

void
temporary_forget(struct temporary *t)
{
	if (t->link.next != NULL)
		list_remove(&t->link);
}
