/*
 * input/: status sets, templates, JSON tasks, requests, options.
 */
#include "config.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/units.h"
#include "input/file_name.h"
#include "input/host_key.h"
#include "input/json_task.h"
#include "input/options.h"
#include "input/origins.h"
#include "input/request.h"
#include "input/shard.h"
#include "input/status_set.h"
#include "input/template.h"
#include "tap.h"

static void
status_sets(void)
{
	static const char *const bad[] = {"", ",", "200,", "20", "2000", "99",
	    "300-200", "200-", "-200", "200 300", "a", "200-399-400"};
	struct status_set set;
	size_t i;

	CHECK(status_set_parse("200-399,404", &set) == 0);
	CHECK(!status_set_has(&set, 199) && status_set_has(&set, 200));
	CHECK(status_set_has(&set, 399) && !status_set_has(&set, 400));
	CHECK(status_set_has(&set, 404) && !status_set_has(&set, 405));
	CHECK(!status_set_has(&set, 0) && !status_set_has(&set, -1));
	CHECK(!status_set_has(&set, 1000));
	CHECK(status_set_parse("999", &set) == 0 && status_set_has(&set, 999));
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(status_set_parse(bad[i], &set) == -1);
	CHECK(status_set_has(&set, 999));
}

/* Knows "id", the argument, and the whole input "in put". */
static bool
find(void *arg, const char *name, size_t len, const char **value,
    size_t *value_len)
{
	const char *const *id = arg;

	if (len != 0 && (len != 2 || memcmp(name, "id", 2) != 0))
		return false;
	*value = len == 0 ? "in put" : *id;
	*value_len = strlen(*value);
	return true;
}

static const char *
expand(const char *template, const char *id)
{
	static struct buf b;
	char *cause = NULL;

	b.len = 0;
	if (template_expand(&b, template, find, &id, &cause) == -1) {
		buf_printf(&b, "!%s", cause);
		free(cause);
	}
	return buf_string(&b);
}

static void
templates(void)
{
	static const char *const bad[] = {
	    "{", "}", "x{id", "{a b}", "{id}}", "{{id}}", "{?q}", "{+}}"};
	char *cause;
	size_t i;

	CHECK_STR(expand("http://h/{id}/x", "7"), "http://h/7/x");
	CHECK_STR(
	    expand("{id}", "a b/c?d%\xc3\xa9~"), "a%20b%2Fc%3Fd%25%C3%A9~");
	CHECK_STR(expand("{+id}", "a b/c?d%41%"), "a%20b/c?d%41%25");
	CHECK_STR(expand("{}-{+}", "7"), "in%20put-in%20put");
	CHECK_STR(expand("plain", "7"), "plain");
	CHECK_STR(expand("a{no}", "7"), "!no \"no\" for the template");
	/* RFC 6570 section 1.2, levels 1 and 2 */
	CHECK_STR(expand("{id}", "Hello World!"), "Hello%20World%21");
	CHECK_STR(expand("{+id}", "Hello World!"), "Hello%20World!");
	CHECK_STR(expand("{+id}/here", "/foo/bar"), "/foo/bar/here");
	CHECK_STR(expand("here?ref={+id}", "/foo/bar"), "here?ref=/foo/bar");
	CHECK_STR(expand("X{#id}", "value"), "X#value");
	CHECK_STR(expand("X{#id}", "Hello World!"), "X#Hello%20World!");
	/* dots that climb, made of values */
	CHECK_STR(expand("http://h/{+id}", "x/../../etc"),
	    "!\"..\" is no name in a path");
	CHECK_STR(
	    expand("http://h/{id}{id}/x", "."), "!\"..\" is no name in a path");
	CHECK_STR(
	    expand("http://h/.{id}", "."), "!\"..\" is no name in a path");
	CHECK_STR(expand("http://h/{+id}/x", "%2E."),
	    "!\"%2E.\" is no name in a path");
	CHECK_STR(
	    expand("http://h/{+id}x", "./"), "!\".\" is no name in a path");
	CHECK_STR(
	    expand("http://h/..{+id}", "/x"), "!\"..\" is no name in a path");
	CHECK_STR(
	    expand("{+id}", "http://h/../x"), "!\"..\" is no name in a path");
	CHECK_STR(expand("http://h/../{id}", "x"), "http://h/../x");
	CHECK_STR(expand("http://h/...{id}", "."), "http://h/....");
	CHECK_STR(expand("http://h/a{id}b", ".."), "http://h/a..b");
	CHECK_STR(expand("http://h/x?{+id}", "/../y"), "http://h/x?/../y");
	CHECK(template_check("a{id}b{+id}c{}d{#id}", &cause) == 0);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		cause = NULL;
		CHECK(template_check(bad[i], &cause) == -1 && cause != NULL);
		free(cause);
	}
}

static void
json_tasks(void)
{
	static const struct {
		const char *text, *id_text, *id, *url;
	} good[] = {
	    {"{\"id\": 1, \"url\": \"http://h/\"}", "1", "1", "http://h/"},
	    {"{\"url\":\"x\",\"id\":\"a\\u0062\\\"c\"}", "\"a\\u0062\\\"c\"",
		"ab\"c", "x"},
	    {"{\"id\":1.10}", "1.10", "1.10", NULL},
	    {"{\"id\":123456789012345678901234567890}",
		"123456789012345678901234567890",
		"123456789012345678901234567890", NULL},
	    {"{\"x\":1e999,\"y\":[-1E+400,{\"id\":2}],\"id\":true}", "true",
		"true", NULL},
	    {"{\"a\":\"}\\\\\\\"{,\",\"\\u0069d\" : \"k\" }", "\"k\"", "k",
		NULL},
	    {"{\"id\":null,\"url\":\"u\"}", NULL, NULL, "u"},
	    {"{\"user\":{\"id\":5},\"url\":\"u\",\"s\":\"\\u0000\"}", NULL,
		NULL, "u"},
	};
	struct json_task task;
	char *cause;
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		cause = NULL;
		if (json_task_parse(&task, good[i].text, strlen(good[i].text),
			&cause) == -1) {
			printf("# %s: %s\n", good[i].text, cause);
			CHECK(false);
			continue;
		}
		CHECK((task.id_text == NULL) == (good[i].id_text == NULL));
		CHECK((task.url == NULL) == (good[i].url == NULL));
		if (good[i].id_text != NULL) {
			CHECK_STR(task.id_text, good[i].id_text);
			CHECK_STR(task.id, good[i].id);
		}
		if (good[i].url != NULL)
			CHECK_STR(task.url, good[i].url);
		json_task_clear(&task);
	}
}

static void
bad_json_tasks(void)
{
	static const struct {
		const char *text, *cause;
	} bad[] = {
	    {"{\"id\":[1]}", "field \"id\" is no scalar"},
	    {"{\"url\":5}", "field \"url\" is no string"},
	    {"{\"url\":\"a\\u0000b\"}", "field \"url\" holds a NUL"},
	    {"{\"id\":1,\"id\":2}", "duplicate"},
	    {"{\"id\":1", "column"},
	    {"{\"id\":01}", "column"},
	    {"{\"id\":1.}", "column"},
	    {"{\"id\":-}", "column"},
	    {"{\"id\":1}x", "column"},
	    {"{id:1}", "column"},
	    {"{\"id\":\"\xff\"}", "column"},
	    {"{\"id\":\"\n\"}", "column"},
	    {"{\"id\":\"\\ud800\"}", "column"},
	};
	struct json_task task;
	char *cause;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		cause = NULL;
		CHECK(json_task_parse(&task, bad[i].text, strlen(bad[i].text),
			  &cause) == -1);
		if (cause == NULL || strstr(cause, bad[i].cause) == NULL ||
		    strstr(cause, "near") != NULL) {
			printf("# %s: %s\n", bad[i].text,
			    cause != NULL ? cause : "?");
			CHECK(false);
		}
		json_task_clear(&task);
		free(cause);
	}
	cause = NULL;
	CHECK(json_task_parse(&task, "{\"a\":1}\0", 8, &cause) == -1);
	json_task_clear(&task);
	free(cause);
}

/* The members in the order of the text, as they were written. */
static void
json_members(void)
{
	static const char text[] =
	    " { \"a\" : 1.10 ,\"b}\":[{\"a\":2}], \"c\":\"\\\"\" } ";
	struct json_member m = {.value = NULL};

	CHECK(json_text_next(text, &m));
	CHECK(m.key_len == 3 && strncmp(m.key, "\"a\"", 3) == 0);
	CHECK(m.len == 4 && strncmp(m.value, "1.10", 4) == 0);
	CHECK(json_text_next(text, &m));
	CHECK(m.len == 9 && strncmp(m.value, "[{\"a\":2}]", 9) == 0);
	CHECK(json_text_next(text, &m));
	CHECK(m.len == 4 && strncmp(m.value, "\"\\\"\"", 4) == 0);
	CHECK(!json_text_next(text, &m));
	m.value = NULL;
	CHECK(!json_text_next("{ }", &m));
}

static const char *
service_template(void *arg)
{
	(void)arg;
	return "http://service/{id}";
}

static const struct file_options files;
static const struct request_rules plain = {
    .scheme = "http", .files = &files, .service_template = service_template};
static const struct request_rules with_template = {.template = "http://t/{+id}",
    .scheme = "http",
    .files = &files,
    .service_template = service_template};

/* "URL" or "!PROBLEM" of a target. */
static const char *
url_of(const struct request_rules *rules, const char *text)
{
	static char result[400];
	struct request *r = request_parse(rules, 0, text, strlen(text), "F:3");

	snprintf(result, sizeof result, "%s%s", r->problem != NULL ? "!" : "",
	    r->problem != NULL ? r->problem : r->url);
	request_free(r);
	return result;
}

static void
targets(void)
{
	CHECK_STR(url_of(&plain, "0"), "http://service/0");
	CHECK_STR(url_of(&plain, "a-B_9"), "http://service/a-B_9");
	CHECK_STR(url_of(&plain, "localhost"), "http://localhost");
	CHECK_STR(url_of(&plain, "localhost:80/x"), "http://localhost:80/x");
	CHECK_STR(url_of(&plain, "localhosts"), "http://service/localhosts");
	CHECK_STR(url_of(&plain, "example.org"), "http://example.org");
	CHECK_STR(url_of(&plain, "https://h/x"), "https://h/x");
	CHECK_STR(url_of(&plain, "HTTP://h/x"), "HTTP://h/x");
	CHECK_STR(url_of(&plain, "[::1]:80/"), "http://[::1]:80/");
	CHECK_STR(url_of(&plain, "{\"id\":\"a b\"}"), "http://service/a%20b");
	CHECK_STR(url_of(&plain, "{\"id\":3,\"url\":\"h.x\"}"), "http://h.x");
}

static void
targets_with_template(void)
{
	CHECK_STR(url_of(&with_template, "7"), "http://t/7");
	CHECK_STR(url_of(&with_template, "owner/name"), "http://t/owner/name");
	CHECK_STR(url_of(&with_template, "a.b"), "http://t/a.b");
	CHECK_STR(url_of(&with_template, "https://h/x"), "https://h/x");
	CHECK_STR(url_of(&with_template, "h:80/x"), "http://h:80/x");
	CHECK_STR(url_of(&with_template, "[::1]:8"), "http://[::1]:8");
	CHECK_STR(url_of(&with_template, "localhost/x"), "http://localhost/x");
	CHECK_STR(url_of(&with_template, "a:b"), "http://t/a:b");
}

static void
invalid_targets(void)
{
	struct request *r;

	CHECK_STR(url_of(&plain, ""), "!F:3: an empty target");
	CHECK_STR(url_of(&plain, "ftp://h/"),
	    "!F:3: ftp:// is neither http:// nor https://");
	CHECK_STR(url_of(&plain, "file:///etc/passwd"),
	    "!F:3: file:// is neither http:// nor https://");
	CHECK_STR(url_of(&plain, "http://h/a b"),
	    "!F:3: a space in the URL (%20 stands for one)");
	CHECK_STR(url_of(&plain, "http://"), "!F:3: no host in the URL");
	CHECK(*url_of(&plain, "http://h:99999/") == '!');
	CHECK(*url_of(&plain, "http://[::1/") == '!');
	CHECK(*url_of(&plain, "http://h/\033[31m") == '!');
	CHECK(*url_of(&plain, "{\"id\":") == '!');
	CHECK_STR(
	    url_of(&plain, "{\"a\":1}"), "!F:3: neither \"url\" nor \"id\"");
	r = request_parse(&plain, 0, "a\0b", 3, NULL);
	CHECK_STR(r->problem, "a NUL byte in the target");
	request_free(r);
}

/* Fields that a number without bounds must not pass for. */
static void
bad_fields(void)
{
	static const char *const fields[] = {"\"max_time\":1e400",
	    "\"max_time\":-1e400", "\"connect_timeout\":1e400",
	    "\"retry\":99999999999999999999", "\"ok_status\":[1e400]",
	    "\"ok_status\":99999999999999999999", "\"user\":1e400",
	    "\"body\":1e400", "\"output\":1e400", "\"headers\":{\"a\":1e400}",
	    "\"method\":1e400", "\"max_time\":\"5\\u0000x\"",
	    "\"ok_status\":\"200\\u0000zz\"", "\"ok_status\":[]",
	    "\"ok_status\":[\"200\\u0000\"]"};
	char text[100];
	const char *result;
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++) {
		snprintf(text, sizeof text, "{\"url\":\"h.x\",%s}", fields[i]);
		result = url_of(&plain, text);
		if (strncmp(result, "!F:3: field \"", 13) != 0)
			printf("# %s: %s\n", text, result);
		CHECK(strncmp(result, "!F:3: field \"", 13) == 0);
	}
	CHECK_STR(
	    url_of(&plain, "{\"id\":1,\"mine\":[1e400,-99999999999999999999]}"),
	    "http://service/1");
	CHECK_STR(url_of(&plain, "{\"id\":99999999999999999999}"),
	    "http://service/99999999999999999999");
}

static const char *
input_of(const char *text)
{
	static char result[200];
	struct request *r = request_parse(&plain, 0, text, strlen(text), NULL);

	CHECK(r->problem != NULL && strstr(r->problem, "s3cret") == NULL);
	snprintf(result, sizeof result, "%s", r->input);
	request_free(r);
	return result;
}

/* What is refused shows no password. */
static void
refused_secrets(void)
{
	struct request *r;

	CHECK_STR(input_of("{\"user\":\"s3cret\",\"user\":1}"), "{...");
	CHECK_STR(input_of("{\"user\":\"a:s3cret}"), "{...");
	CHECK_STR(input_of("{\"user\":s3cret}"), "{...");
	CHECK_STR(input_of("[{\"user\":\"s3cret\"}]"), "[...");
	CHECK_STR(input_of("\"user\": \"me:s3cret\","), "\"...");
	CHECK_STR(input_of("{\"url\":5,\"user\":\"s3cret\"}"),
	    "{\"url\":\"***\",\"user\":\"***\"}");
	CHECK_STR(input_of("{\"id\":[1],\"url\":\"http://u:s3cret@h\"}"),
	    "{\"id\":[1],\"url\":\"http://***@h\"}");
	CHECK_STR(
	    input_of("{\"url\":[\"http://u:s3cret@h\"]}"), "{\"url\":\"***\"}");
	CHECK_STR(input_of("\"http://h/\""), "\"http://h/\"");
	r = request_invalid(0, "{\"user\":\"s3cret", 16, NULL, "too long");
	CHECK_STR(r->input, "{...");
	request_free(r);
}

static const char *
name_of(const struct request *r)
{
	static struct buf name;

	name.len = 0;
	request_put_name(r, &name);
	return buf_string(&name);
}

static void
names_and_ids(void)
{
	struct request *r;

	r = request_parse(&plain, 0, "http://u:p@h/\033", 14, NULL);
	CHECK_STR(name_of(r), "http://***@h/\\x1b");
	request_free(r);
	r = request_parse(&with_template, 0, "a\"b", 3, NULL);
	CHECK_STR(r->id_text, "\"a\\\"b\"");
	CHECK(r->host_is_name && !r->served_here);
	request_free(r);
	r = request_parse(&plain, 0, "{\"id\":1.10,\"z\":[1]}", 19, NULL);
	CHECK_STR(r->id_text, "1.10");
	CHECK_STR(name_of(r), "1.10");
	CHECK_STR(r->input, "{\"id\":1.10,\"z\":[1]}");
	CHECK(r->input_is_json && r->served_here);
	request_free(r);
	/* JSON may hold DEL, C1 and U+2028 as they are: a record does not */
	r = request_parse(&plain, 0,
	    "{\t\"id\":\"\x7f\",\"\xc2\x9b\":\"\xe2\x80\xa8\"}", 22, NULL);
	CHECK_STR(r->id_text, "\"\\u007f\"");
	CHECK_STR(r->input, "{ \"id\":\"\\u007f\",\"\\u009b\":\"\\u2028\"}");
	request_free(r);
	r = request_parse(&plain, 0, "http://127.0.0.1/", 17, NULL);
	CHECK(!r->host_is_name && r->id_text == NULL);
	request_free(r);
}

/* Parses words; returns the cause, or NULL. Up to four words. */
static struct options parsed;
static char *failure;

static const char *
parse(const char *a, const char *b, const char *c, const char *d)
{
	const char *words[] = {"coget", a, b, c, d, NULL};
	char *argv[6];
	int argc;

	options_clear(&parsed);
	free(failure);
	failure = NULL;
	for (argc = 0; words[argc] != NULL; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc];
	argv[argc] = NULL;
	if (options_parse(&parsed, argc, argv, &failure) == 0)
		return "ok";
	return failure;
}

static void
option_forms(void)
{
	CHECK_STR(parse("-j", "7", "-sv", NULL), "ok");
	CHECK(parsed.jobs == 7 && parsed.silent && parsed.verbose);
	CHECK_STR(parse("-j8", "x", NULL, NULL), "ok");
	CHECK(parsed.jobs == 8 && parsed.source_count == 1);
	CHECK_STR(parse("--jobs=9", "--parallel-max", "10", NULL), "ok");
	CHECK(parsed.jobs == 10);
	CHECK_STR(parse("--location", "--no-location", NULL, NULL), "ok");
	CHECK(!parsed.request.location);
	CHECK_STR(parse("-m", "0.5", "--connect-timeout", "2m"), "ok");
	CHECK(parsed.request.max_time == 500000);
	CHECK(parsed.request.connect_timeout == 120 * USEC_PER_SEC);
	CHECK_STR(parse("--format", "json-seq", "--order", "completion"), "ok");
	CHECK(parsed.format == FORMAT_JSON_SEQ);
	CHECK(parsed.order == ORDER_COMPLETION);
}

static void
option_errors(void)
{
	CHECK_STR(parse("--max", "1", NULL, NULL),
	    "option --max is ambiguous: --max-filesize, --max-time, "
	    "--max-failures, --max-redirs");
	CHECK_STR(parse("--nonsense", NULL, NULL, NULL),
	    "there is no option --nonsense; see coget --help");
	CHECK_STR(parse("-W", NULL, NULL, NULL),
	    "there is no option -W; see coget --help");
	CHECK_STR(parse("-sW", NULL, NULL, NULL),
	    "there is no option -W; see coget --help");
	CHECK_STR(parse("--silent", "-Ws", NULL, NULL),
	    "there is no option -W; see coget --help");
	CHECK_STR(parse("-s\xc3\xa4", NULL, NULL, NULL),
	    "there is no option -\xc3\xa4; see coget --help");
	CHECK_STR(parse("-\xff", NULL, NULL, NULL),
	    "there is no option -\xff; see coget --help");
	CHECK_STR(parse("x", "-\xe2\x82\xac", "y", NULL),
	    "there is no option -\xe2\x82\xac; see coget --help");
	CHECK_STR(parse("-j", NULL, NULL, NULL), "option -j needs a value");
	CHECK_STR(
	    parse("--jobs", NULL, NULL, NULL), "option --jobs needs a value");
	CHECK_STR(parse("--silent=1", NULL, NULL, NULL),
	    "option --silent takes no value");
	CHECK_STR(parse("-j", "0", NULL, NULL),
	    "--jobs: \"0\" is no number from 1 to 1000000");
	CHECK_STR(parse("-m", "soon", NULL, NULL),
	    "--max-time: \"soon\" is no time, as 0.5, 500ms, 2m or 1h");
	CHECK_STR(parse("--format", "xml", NULL, NULL),
	    "--format: \"xml\" is none of body, ndjson, json, json-seq");
	CHECK_STR(parse("-X", "GE T", NULL, NULL),
	    "--request: \"GE T\" is no method");
	CHECK_STR(parse("-H", "a: b\r\nc: d", NULL, NULL),
	    "--header: a header is one line");
	CHECK_STR(parse("--template", "{", NULL, NULL),
	    "--template: neither {NAME}, {+NAME} nor {#NAME} in \"{\"");
	CHECK_STR(parse("--fail-if", "1.2.3%", NULL, NULL),
	    "--fail-if: \"1.2.3%\" is neither a percentage, as 5%, nor a "
	    "number of tasks");
	CHECK_STR(parse("--fail-if", "1.5%", NULL, NULL), "ok");
	CHECK_STR(parse("--sequential", "--compare", NULL, NULL),
	    "--compare runs both ways, --sequential one");
	options_clear(&parsed);
	free(failure);
	memset(&parsed, 0, sizeof parsed);
	failure = NULL;
}

static void
order_of_targets(void)
{
	CHECK_STR(parse("a", "-i", "list", "b"), "ok");
	CHECK(parsed.source_count == 3);
	CHECK_STR(parsed.sources[0].text, "a");
	CHECK_STR(parsed.sources[1].text, "list");
	CHECK(parsed.sources[1].is_file && !parsed.sources[2].is_file);
	CHECK_STR(parse("--", "-s", "x", NULL), "ok");
	CHECK(parsed.source_count == 2 && !parsed.silent);
}

static void
data_options(void)
{
	CHECK_STR(parse("-d", "a=1", "-d", "b=2"), "ok");
	CHECK_STR(buf_string(&parsed.request.data), "a=1&b=2");
	CHECK_STR(parse("--json", "[1,", "--json", "2]"), "ok");
	CHECK_STR(buf_string(&parsed.request.data), "[1,2]");
	CHECK_STR(parse("-d", "@/no/such/file", NULL, NULL),
	    "--data: cannot read /no/such/file: No such file or directory");
}

static const struct setting *
setting(CURLoption option)
{
	return settings_find(&parsed.request.settings, option);
}

static long
number_of(CURLoption option)
{
	return setting(option) != NULL ? setting(option)->number : -1;
}

/* One option of curl's that is two of libcurl's, and what takes one back. */
static void
curls_settings(void)
{
	char proxy[] = "b"; /* it is wiped */

	CHECK_STR(
	    parse("--proxy-insecure", "--doh-insecure", NULL, NULL), "ok");
	CHECK(number_of(CURLOPT_PROXY_SSL_VERIFYPEER) == 0);
	CHECK(number_of(CURLOPT_PROXY_SSL_VERIFYHOST) == 0);
	CHECK(number_of(CURLOPT_DOH_SSL_VERIFYPEER) == 0);
	CHECK(number_of(CURLOPT_DOH_SSL_VERIFYHOST) == 0);
	CHECK_STR(
	    parse("--proxy-insecure", "--no-proxy-insecure", NULL, NULL), "ok");
	CHECK(number_of(CURLOPT_PROXY_SSL_VERIFYHOST) != 0);
	CHECK_STR(parse("--keepalive-time", "7", NULL, NULL), "ok");
	CHECK(number_of(CURLOPT_TCP_KEEPIDLE) == 7);
	CHECK(number_of(CURLOPT_TCP_KEEPINTVL) == 7);
	CHECK_STR(parse("--digest", "--no-digest", "--no-socks5-basic",
		      "--no-post301"),
	    "ok");
	CHECK(setting(CURLOPT_HTTPAUTH) == NULL);
	CHECK(setting(CURLOPT_SOCKS5_AUTH) == NULL);
	CHECK(setting(CURLOPT_POSTREDIR) == NULL);
	CHECK_STR(parse("--netrc-optional", "--netrc", NULL, NULL), "ok");
	CHECK(number_of(CURLOPT_NETRC) == CURL_NETRC_OPTIONAL);
	CHECK_STR(parse("--netrc-file", "x", "--no-netrc", NULL), "ok");
	CHECK(number_of(CURLOPT_NETRC) == CURL_NETRC_REQUIRED);
	CHECK_STR(parse("--proxy1.0", "a", "-x", proxy), "ok");
	CHECK_STR(setting(CURLOPT_PROXY)->text, "b");
	CHECK(setting(CURLOPT_PROXYTYPE) == NULL);
	CHECK_STR(
	    parse("--location-trusted", "--no-location-trusted", NULL, NULL),
	    "ok");
	CHECK(!parsed.request.location);
	CHECK(setting(CURLOPT_UNRESTRICTED_AUTH) == NULL);
	CHECK_STR(
	    parse("--no-globoff", "--no-parallel", "--no-fail", NULL), "ok");
	CHECK_STR(parse("--fail-early", "--no-fail-early", NULL, NULL), "ok");
	CHECK(parsed.stop.return_when == RETURN_ALL_COMPLETED);
}

static void
no_file_name(void)
{
	CHECK(file_name_finish(NULL, 0) == NULL);
	CHECK(file_name_finish("//", 2) == NULL);
}

/* No longer than the most, with what stands in the place of a dot too. */
static void
long_file_names(void)
{
	char text[FILE_NAME_MOST + 1], *name;

	memset(text, 'n', sizeof text);
	text[0] = '.';
	name = file_name_finish(text, FILE_NAME_MOST);
	CHECK(strlen(name) == FILE_NAME_MOST && name[1] == 'n');
	CHECK(strchr(name, '~') == NULL);
	free(name);
	name = file_name_finish(text, FILE_NAME_MOST + 1);
	CHECK(strlen(name) == FILE_NAME_MOST && strchr(name, '~') != NULL);
	free(name);
}

static void
proxy_certificates(void)
{
	char value[] = "a\\:b:s3cret";

	CHECK_STR(parse("--proxy-cert", value, NULL, NULL), "ok");
	CHECK_STR(setting(CURLOPT_PROXY_SSLCERT)->text, "a:b");
	CHECK_STR(setting(CURLOPT_PROXY_KEYPASSWD)->text, "s3cret");
	CHECK_STR(value, "***********");
}

/* The directory is what stands before the first field, not the first brace. */
static void
output_templates(void)
{
	CHECK_STR(parse("-o", "q6{}/../q7/{index}", NULL, NULL), "ok");
	CHECK_STR(parsed.files.root, "q6{}/../q7");
	CHECK_STR(parsed.files.template, "{index}");
	CHECK_STR(parse("-o", "a{}", NULL, NULL), "ok");
	CHECK_STR(parsed.output, "a{}");
}

static void
shard_texts(void)
{
	static const char *const bad[] = {"", "/", "1", "1/", "/3", "0/3",
	    "4/3", "-1/3", "1/0", "1/1000001", "1/3/3", "a/3", "1/b", "1 /3"};
	struct shard s;
	size_t i;

	CHECK(shard_parse("2/3", &s) == 0 && s.number == 2 && s.count == 3);
	CHECK(shard_parse("1/1", &s) == 0 && s.number == 1 && s.count == 1);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(shard_parse(bad[i], &s) == -1);
}

/* The part, of so many, that takes a target; 0: not just one does. */
static long
part_of(struct options *o, long count, const char *text)
{
	struct request *r = request_parse(&plain, 0, text, strlen(text), "F:3");
	long found = 0, parts = 0;

	o->shard.count = count;
	for (o->shard.number = 1; o->shard.number <= count; o->shard.number++)
		if (shard_has(o, r)) {
			found = o->shard.number;
			parts++;
		}
	request_free(r);
	return parts == 1 ? found : 0;
}

static void
shards(void)
{
	struct options o = {.format = FORMAT_BODY}, other = {.dedupe = true};
	size_t sizes[4] = {0, 0, 0, 0};
	char text[64];
	int i;

	for (i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "http://h%d/%d", i % 50, i);
		sizes[part_of(&o, 3, text)]++;
	}
	CHECK(sizes[0] == 0);
	CHECK(sizes[1] > 200 && sizes[2] > 200 && sizes[3] > 200);
	/* Other machines, other releases: it stays so. */
	CHECK(part_of(&o, 999, "http://example.org/") == 559);
	CHECK(part_of(&o, 999, "example.org/") ==
	    part_of(&o, 999, "http://example.org/"));
	CHECK(part_of(&o, 999, "{\"bad") > 0);
	/* What is fetched once is in one part. */
	CHECK(part_of(&o, 999, "{\"id\":1,\"url\":\"h\"}") !=
	    part_of(&o, 999, "{\"id\":2,\"url\":\"h\"}"));
	CHECK(part_of(&other, 999, "{\"id\":1,\"url\":\"h\"}") ==
	    part_of(&other, 999, "{\"id\":2,\"url\":\"h\"}"));
	o.shard.by = SHARD_BY_HOST;
	CHECK(part_of(&o, 999, "http://h/1") ==
	    part_of(&o, 999, "http://u:p@H:80/2"));
	CHECK(part_of(&o, 999, "http://h/1") != part_of(&o, 999, "http://i/1"));
	CHECK(part_of(&o, 999, "a") == part_of(&o, 999, "b"));
	o.shard.count = 0;
}

/* Every line of --help fits a terminal of 80 columns. */
static void
usage_fits(void)
{
	char *text = NULL, *line, *rest;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	options_usage(f);
	fclose(f);
	for (rest = text; (line = strsep(&rest, "\n")) != NULL;) {
		if (strlen(line) > 79)
			printf("# %s\n", line);
		CHECK(strlen(line) <= 79);
	}
	free(text);
}

/* Only what can differ in nothing but a plain path goes unparsed. */
static void
known_origins(void)
{
	static const char *const known[] = {"http://a:1", "http://a:1/",
	    "http://a:1/b?c#d", "http://a:1?x", "http://a:1/\\|{}^`\"<>"},
				 *const unknown[] = {"http://a", "http://a:12",
				     "https://a:1/", "http:/a:1/",
				     "http://A:1/", "http://a:1@b/",
				     "http://u@a:1/", "http://a:1/ ",
				     "http://a:1/\x7f", "http://a:1/\n",
				     "http://a:1/\xc3\xa9", "http:///a:1",
				     "ftp://a:1/", ""};
	struct origins o = {.known = {{.text = NULL}}};
	const struct origin *one;
	size_t i;

	CHECK(origins_find(&o, "http://a:1/") == NULL);
	origins_add(&o, "http://a:1/first", "http://a:1", true);
	for (i = 0; i < sizeof known / sizeof *known; i++) {
		one = origins_find(&o, known[i]);
		CHECK(one != NULL && one->is_name);
		CHECK(one != NULL && strcmp(one->key, "http://a:1") == 0);
	}
	for (i = 0; i < sizeof unknown / sizeof *unknown; i++)
		CHECK(origins_find(&o, unknown[i]) == NULL);
	origins_add(&o, "http://u:p@a:1/", "http://a:1", true);
	CHECK(origins_find(&o, "http://u:p@a:1/") == NULL);
	origins_clear(&o);
	CHECK(origins_find(&o, "http://a:1/") == NULL);
}

/* What a known origin spares the parser, it would have said the same of. */
static void
origins_as_parsed(void)
{
	static const char *const urls[] = {"http://h:80/a", "http://h:80/b",
	    "HTTP://H/x", "http://h", "http://h?q", "http://[::1]:8/x",
	    "http://[::1]:8/y", "https://h/x", "https://127.0.0.1/",
	    "https://127.0.0.1/#f", "http://h/\\", "http://h/[x]|^`"};
	struct origins o = {.known = {{.text = NULL}}};
	struct request_rules fast = plain;
	struct request *a, *b;
	size_t i;

	fast.origins = &o;
	for (i = 0; i < 2 * sizeof urls / sizeof *urls; i++) {
		const char *url = urls[i / 2];

		a = request_parse(&plain, i, url, strlen(url), NULL);
		b = request_parse(&fast, i, url, strlen(url), NULL);
		CHECK(a->problem == NULL && b->problem == NULL);
		CHECK(strcmp(a->url, b->url) == 0);
		CHECK(strcmp(a->host, b->host) == 0);
		CHECK(a->host_is_name == b->host_is_name);
		request_free(a);
		request_free(b);
	}
	origins_clear(&o);
}

static void
hosts_of_redirects(void)
{
	static const char *const pairs[][2] = {
	    {"/x y", "http://a:80"},
	    {"http://B/x y?c d", "http://b:80"},
	    {"//b:1/#x y", "http://b:1"},
	    {"https://b/#x y", "https://b:443"},
	};
	CURL *easy = curl_easy_init();
	char *key;
	size_t i;

	curl_easy_setopt(easy, CURLOPT_URL, "http://a/");
	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		key = host_key_of_redirect(easy, pairs[i][0]);
		CHECK_STR(key, pairs[i][1]);
		free(key);
	}
	CHECK(host_key_of_redirect(easy, "http://:80/") == NULL);
	curl_easy_cleanup(easy);
}

TAP_MAIN({"status sets", status_sets}, {"templates", templates},
    {"JSON tasks keep their own text", json_tasks},
    {"JSON tasks that are none name the cause", bad_json_tasks},
    {"members of an object's text", json_members},
    {"fields that are wrong are named", bad_fields},
    {"what is refused shows no password", refused_secrets},
    {"targets: IDs, hosts, URLs", targets},
    {"origins that are known", known_origins},
    {"known or parsed, it is the same", origins_as_parsed},
    {"targets with a template", targets_with_template},
    {"targets that are invalid name the place", invalid_targets},
    {"names are printable, ids JSON", names_and_ids},
    {"options in all their forms", option_forms},
    {"the order of targets is the command line's", order_of_targets},
    {"data is joined as curl does", data_options},
    {"options that are wrong name the cause", option_errors},
    {"options of libcurl, and what takes them back", curls_settings},
    {"--proxy-cert is wiped, and split as --cert", proxy_certificates},
    {"of nothing there is no file name", no_file_name},
    {"long file names", long_file_names},
    {"-o is split before its first field", output_templates},
    {"--shard: which part of how many", shard_texts},
    {"each target is in one of the parts", shards},
    {"--help fits 80 columns", usage_fits},
    {"hosts that redirects lead to", hosts_of_redirects})
