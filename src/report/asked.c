/*
 * What a task asks for.
 */
#include "config.h"

#include "report/asked.h"

#include <string.h>

#include "fetch/setup.h"
#include "input/identity.h"
#include "input/options.h"
#include "input/overrides.h"
#include "input/request.h"

void
asked_init(struct asked *a, const struct options *o, const struct request *r)
{
	static const struct overrides nothing;
	const struct overrides *task = r->overrides != NULL ? r->overrides
							    : &nothing;
	const struct request_options *all = &o->request;

	memset(a, 0, sizeof *a);
	a->method = identity_method(r, o);
	a->method_named = task->method != NULL ? !overrides_post(task)
					       : all->method != NULL;
	a->headers = setup_headers(o, task);
	a->user = task->user != NULL ? task->user : all->user;
	if (task->has_data)
		a->data = &task->data;
	else if (task->form.count > 0)
		a->form = &task->form;
	else if (strcmp(a->method, "HEAD") == 0)
		return;
	else if (all->has_data)
		a->data = &all->data;
	else if (all->form.count > 0)
		a->form = &all->form;
	else if (all->upload.wanted)
		a->upload = &all->upload;
}

void
asked_clear(struct asked *a)
{
	setup_headers_free(a->headers);
}
