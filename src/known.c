/*
 * Records that are known.
 */
#include "config.h"

#include "known.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "input/json_task.h"
#include "run.h"

#define COPY_PIECE ((size_t)1 << 18)

/* Is the file of that path the one that the task's body is to be in? */
static bool
is_file_of(const char *path, const struct request *request)
{
	size_t len = strlen(path), name = strlen(request->file);

	return len >= name && strcmp(path + len - name, request->file) == 0 &&
	    (len == name || path[len - name - 1] == '/');
}

/* Copies a twin's file for a task that has another name for it. */
static int
copy_file(struct run *r, const struct request *request, const char *path,
    struct body_file *copy)
{
	char *chunk;
	ssize_t n = 0;
	int from = open(path, O_RDONLY | O_CLOEXEC);

	body_file_init(copy, &r->files, request->index, request->file,
	    request->file_is_trusted);
	if (from == -1)
		return -1;
	chunk = xmalloc(COPY_PIECE);
	while ((n = read(from, chunk, COPY_PIECE)) > 0)
		if (body_file_write(copy, chunk, (size_t)n) == -1)
			break;
	free(chunk);
	close(from);
	return n == 0 ? body_file_commit(copy, -1) : -1;
}

/* Does a record that is known say where the body is that the task wants? */
static bool
is_usable(const struct request *request, const struct history_record *known,
    const struct result *result)
{
	const bool has_file = result->form == BODY_FILE;

	if (!outcome_fine(known->outcome) || request->file == NULL)
		return !has_file;
	return has_file && access(result->file, F_OK) == 0 &&
	    (known->is_twin || is_file_of(result->file, request));
}

/* The cause of a failure that is known, from the record's fields. */
static void
end_known(struct record *record, struct result *result, size_t start)
{
	const char *text;
	size_t at, len;
	char *problem = NULL;

	buf_putc(&result->text, '}');
	text = buf_string(&result->text) + start;
	if (json_text_find(text, "errormsg", &at, &len) && len > 2)
		problem = xmemdup(text + at + 1, len - 2);
	result->text.len--;
	record_end(record, record->outcome, problem != NULL ? problem : "");
	free(problem);
}

bool
known_take(struct run *r, struct record *record,
    const struct history_record *known, struct body_file *copy)
{
	struct result *to = &r->in_hand;
	const struct request *request = record->request;
	struct journal_entry entry;
	bool usable;

	buf_puts(&to->text, r->format->lead);
	to->start = to->text.len;
	format_own_fields(
	    &to->text, request, known->is_twin ? &known->dedup_of : NULL);
	usable = journal_read(&r->setup->history->journal, known->place, &entry,
		     to) == 0 &&
	    is_usable(request, known, to);
	if (usable && to->form == BODY_FILE && known->is_twin &&
	    !is_file_of(to->file, request)) {
		usable = copy_file(r, request, to->file, copy) == 0;
		to->file = copy->path;
	}
	record->outcome = known->outcome;
	if (usable && !outcome_fine(known->outcome))
		end_known(record, to, to->start);
	if (usable)
		format_close(to, r->setup->options,
		    outcome_fine(known->outcome),
		    entry.heads.len > 0 ? &entry.heads : NULL);
	journal_entry_clear(&entry);
	return usable;
}
