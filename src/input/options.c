/*
 * Parsing of the command line, driven by the table.
 */
#include "config.h"

#include "input/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/nls.h"
#include "base/units.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "input/config_file.h"
#include "input/slist.h"
#include "input/write_out.h"

#define DEFAULT_SPLIT_MIN	(INT64_C(1) << 20)
#define DEFAULT_REDIRECTS	50
#define DEFAULT_CONNECT_TIMEOUT (10 * USEC_PER_SEC)
#define DEFAULT_SPEED_TIME	(60 * USEC_PER_SEC)
#define DEFAULT_TASK_DELAY	USEC_PER_SEC
#define DEFAULT_MEMORY_LIMIT	(INT64_C(64) << 20)
#define DEFAULT_OK_STATUS	"100-399"
#define DEFAULT_RETRY_AFTER_MAX (3600 * USEC_PER_SEC)
#define DEFAULT_RETRY_ON                                                       \
	"408,425,429,500,502-504,522,524,timeout,dns,connect,tls,reset"

/* Configuration files may name others. */
#define CONFIG_DEPTH_MAX 8

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
	const struct option_spec *specs[512];
	int spec_count;
	struct option longs[1024];
	int long_count;
	char shorts[256];
	char negations[8192]; /* names of the no-forms */
	size_t negations_len;
};

static void
parser_add_long(struct parser *p, const char *name, int has_value, int value)
{
	struct option *o = &p->longs[p->long_count++];

	o->name = name;
	o->has_arg = has_value;
	o->val = value;
}

/* curl's --no-NAME: a flag is not set after all. Of --no-NAME it is --NAME. */
static void
parser_add_negation(struct parser *p, const char *name)
{
	char *negation = p->negations + p->negations_len;

	if (strncmp(name, "no-", 3) == 0) {
		parser_add_long(
		    p, name + 3, no_argument, NO_VALUE(p->spec_count));
		return;
	}
	p->negations_len += 1 +
	    (size_t)snprintf(negation, sizeof p->negations - p->negations_len,
		"no-%s", name);
	parser_add_long(p, negation, no_argument, NO_VALUE(p->spec_count));
}

/* Is there a form that takes it back? */
static bool
is_negatable(const struct option_spec *spec)
{
	return spec->kind == OPTION_FLAG || spec->unset != NULL ||
	    (spec->kind == OPTION_LIBCURL && spec->value == NULL);
}

static void
parser_add(struct parser *p, const struct option_spec *spec)
{
	const char *names[2] = {spec->name, spec->alias};
	size_t i, len = strlen(p->shorts);

	for (i = 0; i < 2 && names[i] != NULL; i++) {
		parser_add_long(p, names[i],
		    spec->value == NULL	    ? no_argument
			: spec->is_optional ? optional_argument
					    : required_argument,
		    LONG_VALUE(p->spec_count));
		if (is_negatable(spec))
			parser_add_negation(p, names[i]);
	}
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
	o->sources[o->source_count].text = xstrdup(text);
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
	*cause = xasprintf(_("\"%s\" is none of %s"), value, buf_string(&list));
	buf_clear(&list);
	return -1;
}

char *
options_no_number(const struct option_spec *spec, const char *value)
{
	return xasprintf(_("\"%s\" is no number from %ld to %ld"), value,
	    spec->min, spec->max);
}

char *
options_no_duration(const char *value)
{
	return xasprintf(
	    _("\"%s\" is no time, as 0.5, 500ms, 2m or 1h"), value);
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
		*cause = options_no_number(spec, value);
		return -1;
	case OPTION_DURATION:
		if (duration_parse(value, field) == 0)
			return 0;
		*cause = options_no_duration(value);
		return -1;
	case OPTION_SIZE:
		if (size_parse(value, field) == 0)
			return 0;
		*cause = xasprintf(
		    _("\"%s\" is no size, as 1000, 500k or 1.5M"), value);
		return -1;
	case OPTION_CHOICE:
		return set_choice(spec, value, field, cause);
	case OPTION_LIBCURL:
		return settings_take(
		    &o->request.settings, spec, value, negated, cause);
	case OPTION_CONFIG:
		break; /* read_config's */
	case OPTION_CUSTOM:
		if (!negated)
			return spec->set(o, value, cause);
		spec->unset(o);
		return 0;
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
	text = count > 1 ? xasprintf(_("option --%.*s is ambiguous: %s"),
			       (int)len, word, buf_string(&names))
			 : NULL;
	buf_clear(&names);
	return text;
}

/*
 * A name of curl's is no abbreviation of one of ours: --crlf is not
 * --crlfile. The word that getopt_long has taken last is looked at.
 */
static char *
is_curls(char **argv)
{
	bool apart = optarg != NULL && optarg == argv[optind - 1];
	const char *word = argv[optind - (apart ? 2 : 1)], *why;
	int len = (int)strcspn(word, "=");

	if (strncmp(word, "--", 2) != 0 ||
	    (why = options_curl_only(word + 2, (size_t)len - 2, 0)) == NULL)
		return NULL;
	return xasprintf(
	    _("curl's %.*s is no option here: %s"), len, word, why);
}

/*
 * A letter that is none: getopt stands in or behind its word. One beyond
 * ASCII is shown whole.
 */
static char *
no_letter(char **argv)
{
	char bytes[2] = {(char)optopt, '\0'};
	const char *at = argv[optind] != NULL ? strchr(argv[optind], bytes[0])
					      : NULL;
	size_t len = at != NULL && (unsigned char)bytes[0] >= 0x80
	    ? utf8_sequence(at, strlen(at))
	    : 0;

	return len > 0
	    ? xasprintf(
		  _("there is no option -%.*s; see coget --help"), (int)len, at)
	    : xasprintf(_("there is no option -%s; see coget --help"), bytes);
}

/* What the user wrote where getopt found no option. */
static char *
misfit(const struct parser *p, int result, char **argv)
{
	bool is_letter = optopt != 0 && optopt < LONG_VALUE(0);
	const char *word = argv[optind - 1]; /* of a long one */
	int len = (int)strcspn(word, "=");   /* behind it, a password perhaps */
	const char *why = NULL;
	char *text;

	if (result == '?' && is_letter)
		why = options_curl_only(NULL, 0, (char)optopt);
	if (why != NULL)
		return xasprintf(
		    _("curl's -%c is no option here: %s"), optopt, why);
	if (is_letter)
		return result == ':'
		    ? xasprintf(_("option -%c needs a value"), optopt)
		    : no_letter(argv);
	if ((text = is_curls(argv)) != NULL)
		return text;
	if (result == ':')
		return xasprintf(_("option %s needs a value"), word);
	if (optopt != 0)
		return xasprintf(_("option %.*s takes no value"), len, word);
	if ((text = ambiguity(p, word + 2)) != NULL)
		return text;
	return xasprintf(
	    _("there is no option %.*s; see coget --help"), len, word);
}

static int read_config(
    struct options *o, const struct parser *p, const char *name, char **cause);

static int
apply(struct options *o, const struct parser *p, int value, const char *text,
    char **cause)
{
	const struct option_spec *spec = parser_find(p, value);
	char *why = NULL;

	if (spec->kind == OPTION_CONFIG)
		return read_config(o, p, text, cause);
	if (set(o, spec, text, IS_NO(value), &why) == 0)
		return 0;
	*cause = xasprintf("--%s: %s", spec->name, why);
	free(why);
	return -1;
}

/* What a configuration file is read with. */
struct config_reader {
	struct options *options;
	const struct parser *parser;
};

/* The value of the option of that name or letter, or -1; as getopt has_arg. */
static int
find_name(const struct parser *p, const char *name, int *has_value)
{
	const struct option_spec *spec;
	int i;

	if (name[0] != '\0' && name[1] == '\0') {
		spec = parser_find(p, name[0]);
		*has_value = spec != NULL && spec->value != NULL
		    ? required_argument
		    : no_argument;
		return spec != NULL ? name[0] : -1;
	}
	for (i = 0; i < p->long_count; i++) {
		if (strcmp(p->longs[i].name, name) != 0)
			continue;
		*has_value = p->longs[i].has_arg;
		return p->longs[i].val;
	}
	return -1;
}

static int
take_config_name(
    struct config_reader *r, const char *name, const char *value, char **cause)
{
	int has_value = no_argument;
	int option = find_name(r->parser, name, &has_value);
	const char *why;

	if (option == -1) {
		why = options_curl_only(
		    name, strlen(name), strlen(name) == 1 ? *name : '\0');
		*cause = why != NULL
		    ? xasprintf(_("curl's %s is no option here: %s"), name, why)
		    : xasprintf(_("there is no option %s"), name);
		return -1;
	}
	if (has_value != optional_argument &&
	    (has_value == required_argument) != (value != NULL)) {
		*cause = value == NULL
		    ? xasprintf(_("option %s needs a value"), name)
		    : xasprintf(_("option %s takes no value"), name);
		return -1;
	}
	/* The options borrow it. */
	if (value != NULL)
		value = options_keep(r->options, xstrdup(value));
	return apply(r->options, r->parser, option, value, cause);
}

/* "-sS", "-d@FILE": letters, the last one perhaps with its value behind it. */
static int
take_config_letters(struct config_reader *r, const char *letters,
    const char *value, char **cause)
{
	const struct option_spec *spec;
	char name[2] = "";

	for (; letters[0] != '\0' && letters[1] != '\0'; letters++) {
		name[0] = letters[0];
		spec = parser_find(r->parser, name[0]);
		if (spec != NULL && spec->value != NULL) {
			if (value == NULL)
				return take_config_name(
				    r, name, letters + 1, cause);
			*cause = xasprintf(_("option %s has two values"), name);
			return -1;
		}
		if (take_config_name(r, name, NULL, cause) == -1)
			return -1;
	}
	return take_config_name(r, letters, value, cause);
}

/* config_file_read's: a line. */
static int
take_config_option(void *arg, const char *name, const char *value, char **cause)
{
	struct config_reader *r = arg;

	if (name[0] == '-' && name[1] != '-')
		return take_config_letters(r, name + 1, value, cause);
	return take_config_name(
	    r, name + (name[0] == '-' ? 2 : 0), value, cause);
}

static int
read_config(
    struct options *o, const struct parser *p, const char *name, char **cause)
{
	struct config_reader reader = {o, p};
	int result;

	if (o->config_depth >= CONFIG_DEPTH_MAX) {
		*cause = xstrdup(
		    _("--config: configuration files read each other"));
		return -1;
	}
	if (strcmp(name, "-") == 0)
		o->request.stdin_use = "-K -";
	o->config_depth++;
	result = config_file_read(name, take_config_option, &reader, cause);
	o->config_depth--;
	if (result == -2)
		o->request.file_failed = true;
	return result == 0 ? 0 : -1;
}

/* curl's: read unless the first argument is -q. */
static int
read_default_config(struct options *o, const struct parser *p, int argc,
    char **argv, char **cause)
{
	char *name;
	int result;

	if (argc > 1 &&
	    (strncmp(argv[1], "-q", 2) == 0 ||
		strcmp(argv[1], "--disable") == 0))
		return 0;
	if ((name = config_file_default()) == NULL)
		return 0;
	result = read_config(o, p, name, cause);
	free(name);
	return result;
}

/* A JSON task may hold a password anywhere. */
static bool
is_json(const char *target)
{
	while (ascii_is_space(*target))
		target++;
	return *target == '{';
}

static bool
has_password(const char *url)
{
	struct buf shown;
	bool differs;

	buf_init(&shown);
	url_redact(&shown, url, strlen(url));
	differs = strcmp(buf_string(&shown), url) != 0;
	buf_clear(&shown);
	return differs;
}

static bool
is_secret(const struct option_spec *spec, const char *value)
{
	switch (spec->secrecy) {
	case SECRECY_NONE:
		return false;
	case SECRECY_URL:
		return has_password(value) || is_json(value);
	case SECRECY_HEADER:
		return ascii_prefix(value, "Authorization:") ||
		    ascii_prefix(value, "Proxy-Authorization:") ||
		    ascii_prefix(value, "Cookie:");
	case SECRECY_ALL:
		return true;
	}
	abort();
}

/* A secret that was copied is not for ps to show. */
static void
wipe(char *argument)
{
	memset(argument, '*', strlen(argument));
}

/* A target, which may hold a password. */
static void
take_target(struct options *o, char *argument)
{
	options_add_source(o, argument, false);
	if (has_password(argument) || is_json(argument))
		wipe(argument);
}

static int
parse(struct options *o, const struct parser *p, int argc, char **argv,
    char **cause)
{
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
			take_target(o, optarg);
			continue;
		}
		if ((IS_LONG(result) && (*cause = is_curls(argv)) != NULL) ||
		    apply(o, p, result, optarg, cause) == -1)
			return -1;
		if (optarg != NULL && is_secret(parser_find(p, result), optarg))
			wipe(optarg);
	}
	for (; optind < argc; optind++)
		take_target(o, argv[optind]);
	return 0;
}

int
options_parse(struct options *o, int argc, char **argv, char **cause)
{
	struct parser parser;

	memset(o, 0, sizeof *o);
	o->jobs = OPTIONS_JOBS;
	o->split_min = DEFAULT_SPLIT_MIN;
	o->measure.runs = 1;
	o->pacing.burst = 1;
	o->memory_limit = DEFAULT_MEMORY_LIMIT;
	o->files.mode = 0666;
	o->files.root = ".";
	o->stop.fail_if_count = -1;
	o->stop.fail_if_percent = -1;
	o->task_delay = DEFAULT_TASK_DELAY;
	status_set_parse(DEFAULT_OK_STATUS, &o->ok_status);
	o->retry.after_max = DEFAULT_RETRY_AFTER_MAX;
	o->retry.seed = -1;
	o->progress.fd = 2;
	retry_on_parse(DEFAULT_RETRY_ON, &o->retry.on);
	o->request.max_redirs = DEFAULT_REDIRECTS;
	o->request.connect_timeout = DEFAULT_CONNECT_TIMEOUT;
	o->request.speed_limit = 1;
	o->request.speed_time = DEFAULT_SPEED_TIME;
	o->request.user_agent = "coget/" PACKAGE_VERSION;
	parser_init(&parser);
	if (read_default_config(o, &parser, argc, argv, cause) == -1 ||
	    parse(o, &parser, argc, argv, cause) == -1)
		return -1;
	return options_finish(o, cause);
}

const char *
options_keep(struct options *o, char *text)
{
	struct curl_slist *list = NULL;

	slist_add(&list, text);
	free(text);
	list->next = o->kept;
	o->kept = list;
	return list->data;
}

void
options_clear(struct options *o)
{
	size_t i;

	for (i = 0; i < o->source_count; i++)
		free(o->sources[i].text);
	free(o->sources);
	free(o->timeline.files);
	curl_slist_free_all(o->kept);
	curl_slist_free_all(o->request.headers);
	settings_clear(&o->request.settings);
	form_clear(&o->request.form);
	upload_clear(&o->request.upload);
	buf_clear(&o->request.data);
	buf_clear(&o->request.query);
	cookie_files_clear(&o->request.cookie_files);
	free(o->request.referer);
	free(o->request.user);
	write_out_free(o->write_out);
}
