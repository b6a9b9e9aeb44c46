/*
 * What was fetched already.
 */
#include "config.h"

#include "history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/nls.h"
#include "base/xmalloc.h"
#include "input/json_task.h"

#define TABLE_FIRST 64

/*
 * --retry-failed alone: so many equal tasks, one after the other, may be
 * missing in the journal (a signal ended them), and so many in all are looked
 * for in vain: a long list of others that it has not may not take long.
 */
#define MISSING_MOST	 1000
#define MISSING_MOST_ALL 1000000

/* How many equal tasks came until now. */
struct sighting {
	uint64_t number; /* of the identity; 0: an empty entry */
	size_t count;
};

/* GETs that are equal. */
struct twin {
	struct identity id;
	struct history_record record; /* where there is one */
	bool at_work;		      /* the first of them is */
	bool has_record;
	bool released;	     /* those who waited are having their turn */
	struct list waiting; /* requests; owned */
};

bool
history_wanted(const struct options *o)
{
	return o->journal != NULL || o->dedupe;
}

int
history_open(
    struct history *h, const struct options *o, bool *usage, char **cause)
{
	memset(h, 0, sizeof *h);
	h->options = o;
	h->journal.fd = -1;
	*usage = false;
	identity_begin(&h->common, o);
	if (o->retry_failed && access(o->journal, F_OK) == -1) {
		*usage = true;
		*cause = xasprintf(_("--retry-failed: cannot read %s: %s"),
		    o->journal, nls_strerror(errno));
		return -1;
	}
	if (o->journal != NULL)
		return journal_open(&h->journal, o->journal,
		    o->resume || o->retry_failed, usage, cause);
	return journal_open_unnamed(&h->journal, cause);
}

int
history_finish(struct history *h)
{
	return journal_finish(&h->journal);
}

void
history_clear(struct history *h)
{
	size_t i;

	/* All that waited have had their turn, whatever happened. */
	for (i = 0; i < h->twin_size; i++)
		free(h->twins[i]);
	free(h->twins);
	free(h->seen);
	journal_clear(&h->journal);
	memset(h, 0, sizeof *h);
}

static struct sighting *
find_sighting(const struct history *h, uint64_t number)
{
	size_t i = (size_t)number & (h->seen_size - 1);

	while (h->seen[i].number != 0 && h->seen[i].number != number)
		i = (i + 1) & (h->seen_size - 1);
	return &h->seen[i];
}

static void
grow_seen(struct history *h)
{
	struct sighting *old = h->seen;
	size_t i, size = h->seen_size;

	h->seen_size = size == 0 ? TABLE_FIRST : size * 2;
	h->seen = xcalloc(h->seen_size, sizeof *h->seen);
	for (i = 0; i < size; i++)
		if (old[i].number != 0)
			*find_sighting(h, old[i].number) = old[i];
	free(old);
}

/* The number of equal tasks before this one. */
static size_t *
sightings(struct history *h, const struct identity *id)
{
	struct sighting *s;

	if (h->seen_count >= h->seen_size / 4 * 3)
		grow_seen(h);
	s = find_sighting(h, identity_number(id));
	h->seen_count += s->number == 0;
	s->number = identity_number(id);
	return &s->count;
}

static struct twin **
find_twin(const struct history *h, const struct identity *id)
{
	size_t i = (size_t)identity_number(id) & (h->twin_size - 1);

	while (h->twins[i] != NULL &&
	    memcmp(h->twins[i]->id.bytes, id->bytes, IDENTITY_SIZE) != 0)
		i = (i + 1) & (h->twin_size - 1);
	return &h->twins[i];
}

static void
grow_twins(struct history *h)
{
	struct twin **old = h->twins;
	size_t i, size = h->twin_size;

	h->twin_size = size == 0 ? TABLE_FIRST : size * 2;
	h->twins = xcalloc(h->twin_size, sizeof(struct twin *));
	for (i = 0; i < size; i++)
		if (old[i] != NULL)
			*find_twin(h, &old[i]->id) = old[i];
	free(old);
}

static struct twin *
twin_of(struct history *h, const struct identity *id)
{
	struct twin **place;

	if (h->twin_count >= h->twin_size / 4 * 3)
		grow_twins(h);
	place = find_twin(h, id);
	if (*place == NULL) {
		*place = xcalloc(1, sizeof **place);
		(*place)->id = *id;
		list_init(&(*place)->waiting);
		h->twin_count++;
	}
	return *place;
}

/*
 * A list of those that failed has none that did not: the number of the next
 * equal one that failed, from first on. Else of the first that is missing.
 */
static size_t
next_failed(struct history *h, const struct identity *id, size_t first)
{
	struct identity key;
	enum outcome outcome;
	off_t place;
	size_t n, missing = 0, first_missing = first;

	for (n = first; missing < MISSING_MOST; n++) {
		identity_set_nth(&key, id, n);
		if (journal_find(&h->journal, &key, &place, &outcome)) {
			if (!outcome_fine(outcome))
				return n;
			continue;
		}
		if (h->missing == MISSING_MOST_ALL)
			break;
		h->missing++;
		if (missing++ == 0)
			first_missing = n;
	}
	return first_missing;
}

/* Sets the key of the request: which it is among those that are equal. */
static void
set_key(struct history *h, struct request *r)
{
	const struct options *o = h->options;
	struct identity id;
	size_t *count;

	identity_set(&id, &h->common, r, o, true);
	if (o->journal == NULL) {
		r->key = id;
		return;
	}
	count = sightings(h, &id);
	if (o->retry_failed && o->source_count == 0)
		*count = next_failed(h, &id, *count);
	identity_set_nth(&r->key, &id, (*count)++);
}

/* By the journal, if there is one. */
static enum history_answer
ask_journal(
    struct history *h, const struct identity *key, struct history_record *known)
{
	const struct options *o = h->options;

	known->is_twin = false;
	if (o->journal == NULL)
		return HISTORY_FETCH;
	if (!journal_find(&h->journal, key, &known->place, &known->outcome)) {
		if (!o->retry_failed)
			return HISTORY_FETCH;
		/* A journal has no passwords, for example. */
		return o->source_count == 0 ? HISTORY_LOST : HISTORY_SKIP;
	}
	return outcome_fine(known->outcome) ? HISTORY_KNOWN : HISTORY_FETCH;
}

/* It is fetched, and the others wait for it. */
static void
set_to_work(struct twin *t, struct request *r)
{
	t->at_work = true;
	t->has_record = false;
	r->twin = t;
	r->key = t->id;
}

static void
settle(struct twin *t, const struct history_record *record, size_t index)
{
	t->record = *record;
	t->record.is_twin = true;
	t->record.dedup_of = index;
	t->has_record = true;
	t->at_work = false;
}

static struct twin *
twin_of_request(struct history *h, const struct request *r)
{
	struct identity id;

	identity_set(&id, &h->common, r, h->options, false);
	return twin_of(h, &id);
}

/*
 * The journal has the record of twins under what they have in common; that of
 * a run without --dedupe, under the key of each.
 */
static enum history_answer
ask_twin(struct history *h, struct request *r, struct history_record *known)
{
	struct twin *t = twin_of_request(h, r);
	enum history_answer answer;

	if (t->has_record) {
		*known = t->record;
		return HISTORY_KNOWN;
	}
	if (t->at_work) {
		list_append(&t->waiting, &r->waiting);
		return HISTORY_WAIT;
	}
	answer = ask_journal(h, &t->id, known);
	if (answer == HISTORY_SKIP || answer == HISTORY_LOST)
		answer = ask_journal(h, &r->key, known);
	else if (answer == HISTORY_FETCH &&
	    ask_journal(h, &r->key, known) == HISTORY_KNOWN)
		answer = HISTORY_KNOWN;
	if (answer == HISTORY_KNOWN)
		settle(t, known, r->index);
	else if (answer == HISTORY_FETCH)
		set_to_work(t, r);
	return answer;
}

enum history_answer
history_ask(struct history *h, struct request *r, struct history_record *known)
{
	const struct options *o = h->options;

	set_key(h, r);
	if (o->dedupe && identity_is_get(r, o))
		return ask_twin(h, r, known);
	return ask_journal(h, &r->key, known);
}

enum history_answer
history_reject(struct history *h, struct request *r)
{
	struct twin *t;

	if (!h->options->dedupe || !identity_is_get(r, h->options))
		return HISTORY_FETCH;
	t = twin_of_request(h, r);
	if (t->at_work) {
		list_append(&t->waiting, &r->waiting);
		return HISTORY_WAIT;
	}
	set_to_work(t, r);
	return HISTORY_FETCH;
}

int
history_add(struct history *h, const struct request *r, enum outcome outcome,
    struct result *record, const struct buf *heads)
{
	struct history_record added = {.outcome = outcome};

	/* What was never tried is to be tried the next time. */
	if (outcome == OUTCOME_CANCELLED || outcome == OUTCOME_SKIPPED ||
	    outcome == OUTCOME_INVALID ||
	    (h->options->journal == NULL && r->twin == NULL))
		return 0;
	if (journal_add(&h->journal, &r->key, outcome, record,
		h->options->request.head ? heads : NULL, &added.place) == -1)
		return -1;
	if (r->twin != NULL)
		settle(r->twin, &added, r->index);
	return 0;
}

bool
twin_ended(struct twin *t)
{
	bool first = !t->released;

	t->at_work = false;
	t->released = true;
	return first;
}

struct request *
twin_next(struct twin *t, bool *found, struct history_record *known)
{
	struct request *r;

	/* Another one is the first now, and the others wait for it. */
	if (t->at_work || list_empty(&t->waiting)) {
		t->released = false;
		return NULL;
	}
	r = LIST_ITEM(t->waiting.next, struct request, waiting);
	list_remove(&r->waiting);
	*found = t->has_record;
	if (t->has_record)
		*known = t->record;
	else
		set_to_work(t, r);
	return r;
}

struct failed_inputs {
	struct history *history;
	struct buf *to;
};

/* The first fields of a record: appends its input as a line. */
static void
put_input(struct buf *to, const struct buf *own)
{
	struct buf text;
	size_t at, len;
	json_t *value;

	buf_init(&text);
	buf_append(&text, own->data, own->len);
	buf_putc(&text, '}');
	if (json_text_find(buf_string(&text), "input", &at, &len)) {
		value = json_loadb(text.data + at, len, JSON_DECODE_ANY, NULL);
		if (json_is_string(value))
			buf_append(to, json_string_value(value),
			    json_string_length(value));
		else
			buf_append(to, text.data + at, len);
		buf_putc(to, '\n');
		json_decref(value);
	}
	buf_clear(&text);
}

static void
take_failed(void *arg, off_t place)
{
	struct failed_inputs *f = arg;
	struct journal_entry e;
	struct spool none;
	struct result r;

	spool_init(&none, 0);
	result_init(&r, &none);
	if (journal_read_fields(&f->history->journal, place, &e, &r) == 0)
		put_input(f->to, &e.own);
	journal_entry_clear(&e);
	result_clear(&r);
	spool_clear(&none);
}

int
history_put_failed(struct history *h, struct buf *to)
{
	struct failed_inputs f = {h, to};

	if (journal_each_failed(&h->journal, take_failed, &f) == -1)
		return -1;
	/* Each of them was read. */
	return h->journal.problem != NULL ? -1 : 0;
}
