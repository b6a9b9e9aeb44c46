/*
 * libcurl follows a redirect by itself, and what it takes along to another
 * host, port or scheme is not all as it should be: cookies of CURLOPT_COOKIE,
 * a login by netrc to another port, and with --location-trusted the URL's own
 * user, who was named for its host only.
 */
#ifndef FETCH_REDIRECT_GUARD_H
#define FETCH_REDIRECT_GUARD_H

struct xfer;

/*
 * libcurl is about to follow the response's redirect: where it leads to
 * another host, that is taken away; back at the first one it is there again, as
 * with the logins and headers that libcurl itself looks after.
 */
void redirect_guard_check(struct xfer *x);

/* For the handle's next request all is there again. */
void redirect_guard_end(struct xfer *x);

#endif
