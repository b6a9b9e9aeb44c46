/*
 * Requests as the test server reads them.
 */
#include "config.h"

#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <event2/buffer.h>
#include <event2/http.h>

const char *
request_header(const struct request *r, const char *name)
{
	const char *line = strchr(r->head, '\n');
	size_t len = strlen(name);

	for (; line != NULL; line = strchr(line, '\n')) {
		line++;
		if (strncasecmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " ");
	}
	return NULL;
}

/* The body in chunks, once it is whole: 1, else 0. */
static int
take_chunked(struct request *r, struct evbuffer *input)
{
	size_t have = evbuffer_get_length(input);
	const char *data = (const char *)evbuffer_pullup(input, -1);
	const char *s = data, *end, *line;
	unsigned long size;

	if (have == 0)
		return 0;
	end = data + have;
	free(r->body); /* of the last try, with less of it here */
	r->body = malloc(have + 1);
	r->body_len = 0;
	for (;;) {
		line = memmem(s, (size_t)(end - s), "\r\n", 2);
		if (line == NULL)
			break;
		size = strtoul(s, NULL, 16);
		s = line + 2;
		if (size > have || (size_t)(end - s) < size + 2)
			break;
		memcpy(r->body + r->body_len, s, size);
		r->body_len += size;
		s += size + 2;
		if (size == 0) {
			evbuffer_drain(input, (size_t)(s - data));
			return 1;
		}
	}
	return 0;
}

static int
take_body(struct request *r, struct evbuffer *input)
{
	const char *length = request_header(r, "Content-Length");
	const char *coding = request_header(r, "Transfer-Encoding");

	if (coding != NULL && strncasecmp(coding, "chunked", 7) == 0)
		return take_chunked(r, input);
	r->body_len = length != NULL ? strtoul(length, NULL, 10) : 0;
	if (evbuffer_get_length(input) < r->body_len)
		return 0;
	r->body = malloc(r->body_len + 1);
	evbuffer_remove(input, r->body, r->body_len);
	return 1;
}

static void
parse_head(struct request *r)
{
	const char *space, *end, *connection;

	space = memchr(r->head, ' ', r->head_len);
	snprintf(r->method, sizeof r->method, "%.*s", (int)(space - r->head),
	    r->head);
	end = space + 1 + strcspn(space + 1, " \r");
	r->target = strndup(space + 1, (size_t)(end - space - 1));
	r->path = strndup(r->target, strcspn(r->target, "?"));
	r->is_head = strcmp(r->method, "HEAD") == 0;
	connection = request_header(r, "Connection");
	r->wants_close = strncmp(end, " HTTP/1.0", 9) == 0 ||
	    (connection != NULL && strncasecmp(connection, "close", 5) == 0);
}

int
request_take(struct request *r, struct evbuffer *input)
{
	struct evbuffer_ptr end;
	int got;

	memset(r, 0, sizeof *r);
	end = evbuffer_search(input, "\r\n\r\n", 4, NULL);
	if (end.pos == -1)
		return evbuffer_get_length(input) > (1 << 20) ? -1 : 0;
	r->head_len = (size_t)end.pos + 4;
	r->head = calloc(1, r->head_len + 1);
	evbuffer_copyout(input, r->head, r->head_len);
	if (strchr(r->head, ' ') == NULL) {
		request_clear(r);
		return -1;
	}
	parse_head(r);
	evbuffer_drain(input, r->head_len);
	if ((got = take_body(r, input)) != 1) {
		/* Put back: the whole is looked at again when more is there. */
		evbuffer_prepend(input, r->head, r->head_len);
		request_clear(r);
	}
	return got;
}

void
request_clear(struct request *r)
{
	free(r->head);
	free(r->target);
	free(r->path);
	free(r->body);
	memset(r, 0, sizeof *r);
}

char *
request_option(const struct request *r, const char *name, int n, size_t *len)
{
	const char *s = strchr(r->target, '?'), *value;
	size_t name_len = strlen(name), value_len;
	char *text, *decoded;

	for (; s != NULL; s = strchr(s, '&')) {
		s++;
		if (strncmp(s, name, name_len) != 0 ||
		    strchr("=&", s[name_len]) == NULL || n-- > 0)
			continue;
		value = s[name_len] == '=' ? s + name_len + 1 : "";
		value_len = strcspn(value, "&");
		text = strndup(value, value_len);
		decoded = evhttp_uridecode(text, 0, len);
		free(text);
		return decoded;
	}
	return NULL;
}

bool
request_has(const struct request *r, const char *name)
{
	size_t len;
	char *value = request_option(r, name, 0, &len);
	bool found = value != NULL;

	free(value);
	return found;
}

long
request_number(const struct request *r, const char *name, long otherwise)
{
	size_t len;
	char *value = request_option(r, name, 0, &len);
	long number = value != NULL ? atol(value) : otherwise;

	free(value);
	return number;
}
