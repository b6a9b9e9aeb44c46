/*
 * Parsing of the command line, driven by the table.
 */
#include "config.h"

#include "input/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/units.h"
#include "base/xmalloc.h"
#include "input/password.h"

#define DEFAULT_JOBS		50
#define DEFAULT_REDIRECTS	50
#define DEFAULT_CONNECT_TIMEOUT (10 * USEC_PER_SEC)
#define DEFAULT_SPEED_TIME	(60 * USEC_PER_SEC)
#define DEFAULT_TASK_DELAY	USEC_PER_SEC
#define DEFAULT_OK_STATUS	"100-399"

/*
 * getopt's value for the long form of option number n of the table: even, and
 * odd for the form that takes it back. Letters stand for themselves.
 */
#define LONG_VALUE(n) (256 + 2 * (n))
#define NO_VALUE(n)   (LONG_VALUE(n) + 1)
#define IS_LONG(v)    ((v) >= LONG_VALUE(0))
#define IS_NO(v)      (IS_LONG(v) && (v) % 2 == 1)
#define NUMBER_OF(v)  (((v)-LONG_VALUE(0)) / 2)

/* The table once more, as getopt wants it. */
struct parser {
	const struct option_spec *specs[128];
	int spec_count;
	struct option longs[256];
	int long_count;
	char shorts[256];
	char negations[1024]; /* names of the no-forms */
	size_t negations_len;
};

static void
parser_add_long(struct parser *p, const char *name, bool has_value, int value)
{
	struct option *o = &p->longs[p->long_count++];

	o->name = name;
	o->has_arg = has_value ? required_argument : no_argument;
	o->val = value;
}

/* curl's --no-NAME: a flag is not set after all. */
static void
parser_add_negation(struct parser *p, const struct option_spec *spec)
{
	char *name = p->negations + p->negations_len;

	if (strncmp(spec->name, "no-", 3) == 0)
		return;
	p->negations_len += 1 +
	    (size_t)snprintf(name, sizeof p->negations - p->negations_len,
		"no-%s", spec->name);
	parser_add_long(p, name, false, NO_VALUE(p->spec_count));
}

static void
parser_add(struct parser *p, const struct option_spec *spec)
{
	const char *names[2] = {spec->name, spec->alias};
	size_t i, len = strlen(p->shorts);

	for (i = 0; i < 2 && names[i] != NULL; i++)
		parser_add_long(p, names[i], spec->value != NULL,
		    LONG_VALUE(p->spec_count));
	if (spec->kind == OPTION_FLAG)
		parser_add_negation(p, spec);
	if (spec->letter != 0) {
		p->shorts[len++] = spec->letter;
		if (spec->value != NULL)
			p->shorts[len] = ':';
	}
	p->specs[p->spec_count++] = spec;
}

static void
parser_init(struct parser *p)
{
	const struct option_group *group;
	const struct option_spec *spec;

	memset(p, 0, sizeof *p);
	/* Operands in their place among options; our own messages. */
	strcpy(p->shorts, "-:");
	for (group = option_groups; group->heading != NULL; group++)
		for (spec = group->options; spec->name != NULL; spec++)
			parser_add(p, spec);
}

static const struct option_spec *
parser_find(const struct parser *p, int value)
{
	int i;

	if (IS_LONG(value))
		return p->specs[NUMBER_OF(value)];
	for (i = 0; i < p->spec_count; i++)
		if (p->specs[i]->letter == value)
			return p->specs[i];
	return NULL;
}

void
options_add_source(struct options *o, const char *text, bool is_file)
{
	/* Grows to the next power of two. */
	if ((o->source_count & (o->source_count - 1)) == 0)
		o->sources = xreallocarray(o->sources,
		    o->source_count == 0 ? 1 : o->source_count * 2,
		    sizeof *o->sources);
	o->sources[o->source_count].text = text;
	o->sources[o->source_count++].is_file = is_file ||
	    strcmp(text, "-") == 0;
}

static int
set_choice(const struct option_spec *spec, const char *value, int *choice,
    char **cause)
{
	struct buf list;
	int i;

	for (i = 0; spec->choices[i] != NULL; i++) {
		if (strcmp(value, spec->choices[i]) == 0) {
			*choice = i;
			return 0;
		}
	}
	buf_init(&list);
	for (i = 0; spec->choices[i] != NULL; i++)
		buf_printf(&list, "%s%s", i == 0 ? "" : ", ", spec->choices[i]);
	*cause = xasprintf("\"%s\" is none of %s", value, buf_string(&list));
	buf_clear(&list);
	return -1;
}

static int
set(struct options *o, const struct option_spec *spec, const char *value,
    bool negated, char **cause)
{
	void *field = (char *)o + spec->offset;

	switch (spec->kind) {
	case OPTION_FLAG:
		*(bool *)field = !negated;
		return 0;
	case OPTION_TEXT:
		*(const char **)field = value;
		return 0;
	case OPTION_NUMBER:
		if (number_parse(value, spec->min, spec->max, field) == 0)
			return 0;
		*cause = xasprintf("\"%s\" is no number from %ld to %ld", value,
		    spec->min, spec->max);
		return -1;
	case OPTION_DURATION:
		if (duration_parse(value, field) == 0)
			return 0;
		*cause = xasprintf(
		    "\"%s\" is no time, as 0.5, 500ms, 2m or 1h", value);
		return -1;
	case OPTION_CHOICE:
		return set_choice(spec, value, field, cause);
	case OPTION_CUSTOM:
		return spec->set(o, value, cause);
	}
	abort();
}

/* The long options that begin with the word; NULL: not even two. */
static char *
ambiguity(const struct parser *p, const char *word)
{
	size_t len = strcspn(word, "=");
	struct buf names;
	char *text;
	int i, count = 0;

	buf_init(&names);
	for (i = 0; i < p->long_count; i++)
		if (strncmp(p->longs[i].name, word, len) == 0)
			buf_printf(&names, "%s--%s", count++ == 0 ? "" : ", ",
			    p->longs[i].name);
	text = count > 1 ? xasprintf("option --%.*s is ambiguous: %s", (int)len,
			       word, buf_string(&names))
			 : NULL;
	buf_clear(&names);
	return text;
}

/* What the user wrote where getopt found no option. */
static char *
misfit(const struct parser *p, int result, char **argv)
{
	const char *word = argv[optind - 1]; /* of a long one */
	char *text;

	if (optopt > 0 && optopt < LONG_VALUE(0))
		return result == ':'
		    ? xasprintf("option -%c needs a value", optopt)
		    : xasprintf(
			  "there is no option -%c; see coget --help", optopt);
	if (result == ':')
		return xasprintf("option %s needs a value", word);
	if (optopt != 0)
		return xasprintf("option %.*s takes no value",
		    (int)strcspn(word, "="), word);
	if ((text = ambiguity(p, word + 2)) != NULL)
		return text;
	return xasprintf("there is no option %s; see coget --help", word);
}

static int
parse(struct options *o, const struct parser *p, int argc, char **argv,
    char **cause)
{
	const struct option_spec *spec;
	char *why = NULL;
	int result;

	opterr = 0;
	optind = 0; /* from anew, in the middle of a word too */
	while ((result = getopt_long(argc, argv, p->shorts, p->longs, NULL)) !=
	    -1) {
		if (result == '?' || result == ':') {
			*cause = misfit(p, result, argv);
			return -1;
		}
		if (result == 1) {
			options_add_source(o, optarg, false);
			continue;
		}
		spec = parser_find(p, result);
		if (set(o, spec, optarg, IS_NO(result), &why) == -1) {
			*cause = xasprintf("--%s: %s", spec->name, why);
			free(why);
			return -1;
		}
	}
	for (; optind < argc; optind++)
		options_add_source(o, argv[optind], false);
	return 0;
}

/* curl's --json: two headers, where the user did not give them. */
static void
add_json_header(struct request_options *r, const char *name)
{
	const struct curl_slist *h;
	struct curl_slist *list;
	size_t len = strlen(name);
	char line[64];

	for (h = r->headers; h != NULL; h = h->next)
		if (curl_strnequal(h->data, name, len) &&
		    (h->data[len] == ':' || h->data[len] == ';'))
			return;
	snprintf(line, sizeof line, "%s: application/json", name);
	if ((list = curl_slist_append(r->headers, line)) == NULL)
		xmalloc_exhausted();
	r->headers = list;
}

/* curl's -u NAME: the password is asked for. */
static int
complete_user(struct request_options *r, char **cause)
{
	char *password, *user;

	if (r->user == NULL || strchr(r->user, ':') != NULL)
		return 0;
	if ((password = password_ask(r->user)) == NULL) {
		*cause = xstrdup("--user: no terminal to ask for a password");
		return -1;
	}
	user = xasprintf("%s:%s", r->user, password);
	free(r->user);
	free(password);
	r->user = user;
	return 0;
}

/* Does stdin hold targets by the user's own word? */
static bool
reads_stdin(const struct options *o)
{
	size_t i;

	for (i = 0; i < o->source_count; i++)
		if (o->sources[i].is_file &&
		    strcmp(o->sources[i].text, "-") == 0)
			return true;
	return false;
}

/* What depends on more than one option. */
static int
finish(struct options *o, char **cause)
{
	if (o->help || o->version)
		return 0;
	if (o->sequential && o->compare) {
		*cause = xstrdup("--compare runs both ways, --sequential one");
		return -1;
	}
	if (o->request.stdin_used && reads_stdin(o)) {
		*cause = xstrdup("no targets on stdin: it is the data (@-)");
		return -1;
	}
	if (o->request.has_json) {
		add_json_header(&o->request, "Content-Type");
		add_json_header(&o->request, "Accept");
	}
	return complete_user(&o->request, cause);
}

int
options_parse(struct options *o, int argc, char **argv, char **cause)
{
	struct parser parser;

	memset(o, 0, sizeof *o);
	o->jobs = DEFAULT_JOBS;
	o->task_delay = DEFAULT_TASK_DELAY;
	status_set_parse(DEFAULT_OK_STATUS, &o->ok_status);
	o->request.max_redirs = DEFAULT_REDIRECTS;
	o->request.connect_timeout = DEFAULT_CONNECT_TIMEOUT;
	o->request.speed_limit = 1;
	o->request.speed_time = DEFAULT_SPEED_TIME;
	o->request.user_agent = "coget/" PACKAGE_VERSION;
	parser_init(&parser);
	if (parse(o, &parser, argc, argv, cause) == -1)
		return -1;
	return finish(o, cause);
}

void
options_clear(struct options *o)
{
	free(o->sources);
	curl_slist_free_all(o->request.headers);
	buf_clear(&o->request.data);
	free(o->request.referer);
	free(o->request.user);
}
