/*
 * Records that are known.
 */
#include "config.h"

#include "known.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "input/json_task.h"
#include "run.h"

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* --no-clobber: what may stand behind the name. */
static bool
is_number(const char *s)
{
	return *s == '\0' ||
	    (*s == '.' && s[1] != '\0' &&
		s[1 + strspn(s + 1, "0123456789")] == '\0');
}

/* -J: the server names the file, which is in no further directory then. */
static bool
named_by_server(const struct run *r, const struct request *request)
{
	const struct file_options *o = r->files.options;

	return o->server_name && o->template == NULL && !request->file_is_own;
}

/* Is the file of that path the one that the task's body is to be in? */
static bool
is_file_of(const struct run *r, const char *path, const struct request *request)
{
	const bool by_server = named_by_server(r, request);
	char *own = files_path(r->files.options,
	    by_server ? last_part(path) : request->file, request->file_base);
	size_t len = strlen(own);
	bool same = strncmp(path, own, len) == 0 &&
	    (path[len] == '\0' ||
		(r->files.options->no_clobber && is_number(path + len)));

	free(own);
	return same;
}

/* With -J names are claimed no earlier than they are known. */
static void
claim_file(struct run *r, const char *path, const struct request *request)
{
	size_t other;

	if (r->files.options->server_name)
		files_claim(&r->files,
		    named_by_server(r, request) ? last_part(path)
						: request->file,
		    request->file_base, request->index, &other);
}

/* Copies a twin's file for a task that has another name for it. */
static int
copy_file(struct run *r, const struct request *request, const char *path,
    struct body_file *copy)
{
	struct stat st;
	int result = -1, from = open(path, O_RDONLY | O_CLOEXEC);

	body_file_init(
	    copy, &r->files, request->index, request->file, request->file_base);
	if (from == -1)
		return -1;
	if (fstat(from, &st) == 0 && S_ISREG(st.st_mode) &&
	    body_file_copy(copy, from, st.st_size) == 0)
		result = body_file_commit(copy, st.st_mtime);
	close(from);
	return result;
}

/* Does a record that is known say where the body is that the task wants? */
static bool
is_usable(const struct run *r, const struct request *request,
    const struct history_record *known, const struct result *result)
{
	const bool has_file = result->form == BODY_FILE;

	if (!outcome_fine(known->outcome) || request->file == NULL)
		return !has_file;
	/* Of twins each has one, or none, as where nothing was modified. */
	if (!has_file)
		return known->is_twin;
	return access(result->file, F_OK) == 0 &&
	    (known->is_twin || is_file_of(r, result->file, request));
}

/*
 * What is known of the end, from the record's fields: the codes, and the
 * cause of a failure.
 */
static void
end_known(struct record *record, struct result *result)
{
	const char *text;
	size_t at, len;
	char *problem = NULL;

	buf_putc(&result->text, '}');
	text = buf_string(&result->text) + result->start;
	if (json_text_find(text, "response_code", &at, &len))
		record->response_code = strtol(text + at, NULL, 10);
	if (json_text_find(text, "exitcode", &at, &len))
		record->code = (CURLcode)strtol(text + at, NULL, 10);
	if (!outcome_fine(record->outcome)) {
		if (json_text_find(text, "errormsg", &at, &len))
			problem = json_text_string(text + at, len);
		record_end(
		    record, record->outcome, problem != NULL ? problem : "");
	}
	result->text.len--;
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
	    is_usable(r, request, known, to);
	if (usable && to->form == BODY_FILE &&
	    !is_file_of(r, to->file, request)) {
		usable = copy_file(r, request, to->file, copy) == 0;
		to->file = copy->path;
	} else if (usable && to->form == BODY_FILE)
		claim_file(r, to->file, request);
	record->outcome = known->outcome;
	if (usable)
		end_known(record, to);
	to->served_here = request->served_here;
	if (usable)
		format_close(to, r->setup->options,
		    outcome_fine(known->outcome),
		    entry.heads.len > 0 ? &entry.heads : NULL);
	journal_entry_clear(&entry);
	return usable;
}
