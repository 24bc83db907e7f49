/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "net/spoken.h"

#define PORT_HTTP 80
#define PORT_HTTPS 443

struct known {
	char *host;
	int port;
	enum speech speech;
};

struct spoken {
	pthread_mutex_t mutex;
	struct known *items;
	size_t count;
};

/* --- known hosts ------------------------------------------------------------------- */

struct spoken *spoken_new(void)
{
	struct spoken *made = calloc(1, sizeof(*made));

	if (made)
		pthread_mutex_init(&made->mutex, NULL);
	return made;
}

void spoken_free(struct spoken **spoken)
{
	struct spoken *s = *spoken;

	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		free(s->items[i].host);
	free(s->items);
	pthread_mutex_destroy(&s->mutex);
	free(s);
	*spoken = NULL;
}

static struct known *find_known(const struct spoken *s, const struct url *url)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].port == url->port && strcmp(s->items[i].host, url->host) == 0)
			return &s->items[i];
	return NULL;
}

enum speech spoken_find(struct spoken *spoken, const struct url *url)
{
	const struct known *known;
	enum speech speech;

	if (!spoken)
		return SPEECH_UNKNOWN;
	pthread_mutex_lock(&spoken->mutex);
	known = find_known(spoken, url);
	speech = known ? known->speech : SPEECH_UNKNOWN;
	pthread_mutex_unlock(&spoken->mutex);
	return speech;
}

/* If memory is out, the next request finds it out again. */
static struct known *add_known(struct spoken *s, const struct url *url)
{
	struct known *items = reallocarray(s->items, s->count + 1, sizeof(*items));

	if (!items)
		return NULL;
	s->items = items;
	items[s->count] = (struct known){ .host = strdup(url->host), .port = url->port };
	return items[s->count].host ? &items[s->count++] : NULL;
}

static void spoken_remember(struct spoken *spoken, const struct url *url, enum speech speech)
{
	struct known *known;

	if (!spoken)
		return;
	pthread_mutex_lock(&spoken->mutex);
	known = find_known(spoken, url);
	if (!known)
		known = add_known(spoken, url);
	if (known)
		known->speech = speech;
	pthread_mutex_unlock(&spoken->mutex);
}

/* --- finding out ------------------------------------------------------------------- */

void spoken_secure(struct url *url)
{
	url->https = true;
	if (url->port == PORT_HTTP)
		url->port = PORT_HTTPS;
}

/* Returns whether the answer redirects to https on the same host. */
static bool leads_to_tls(const struct url *url, const struct http_response *response)
{
	const char *location = http_header(response, "Location", 0);
	struct url secure = *url; /* borrows */
	struct url target CLEANUP_URL = { 0 };

	spoken_secure(&secure);
	return http_is_redirect(response->status) && location &&
	       !url_parse(location, url, &target, NULL) && url_same_origin(&target, &secure);
}

/* Go, nginx, Apache and Tomcat answer http on a TLS port with 400 and such a text. */
static bool says_tls(const struct http_response *response)
{
	const char *body = buf_str(&response->body);

	return response->status == 400 &&
	       (strcasestr(body, "https") || strcasestr(body, "ssl") || strcasestr(body, "tls"));
}

static bool may_be_tls(const struct url *url, int failed, const struct http_failure *failure,
		       const struct http_response *response)
{
	if (failed)
		return failure->foreign || (failure->unconnected && url->port == PORT_HTTP);
	return says_tls(response) || leads_to_tls(url, response);
}

static int send_secure(struct http_transport *transport, struct log *log,
		       const struct http_request *request, struct http_response *response,
		       struct http_failure *failure, struct scanreq_error *err)
{
	struct http_request secure = *request;
	struct url url = *request->url; /* borrows */
	int failed;

	spoken_secure(&url);
	secure.url = &url;
	secure.either = false;
	failed = http_send(transport, log, &secure, response, failure, err);
	response->tls = !failed;
	return failed;
}

int spoken_send(struct http_transport *transport, struct log *log,
		const struct http_request *request, struct http_response *response,
		struct http_failure *failure, struct scanreq_error *err)
{
	enum speech speech = spoken_find(transport->spoken, request->url);
	struct http_request plain = *request;
	struct http_response second CLEANUP_RESPONSE = { .body.secret = response->body.secret };
	struct http_failure second_failure = { .sent = false };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed, again;

	if (!request->either)
		return http_send(transport, log, request, response, failure, err);
	if (speech == SPEECH_HTTPS)
		return send_secure(transport, log, request, response, failure, err);
	plain.either = false;
	failed = http_send(transport, log, &plain, response, failure, err);
	if (speech == SPEECH_HTTP || !may_be_tls(request->url, failed, failure, response)) {
		if (!failed)
			spoken_remember(transport->spoken, request->url, SPEECH_HTTP);
		return failed;
	}
	again = send_secure(transport, log, request, &second, &second_failure, &why);
	if (again && (second_failure.foreign || second_failure.unconnected)) {
		/* A server that does not listen yet may speak either. */
		if (!failed || failure->foreign)
			spoken_remember(transport->spoken, request->url, SPEECH_HTTP);
		return failed;
	}
	if (again != SCANREQ_E_CANCELLED && again != SCANREQ_E_NOMEM)
		spoken_remember(transport->spoken, request->url, SPEECH_HTTPS);
	http_response_free(response);
	*response = second;
	memset(&second, 0, sizeof(second));
	*failure = second_failure;
	if (err)
		*err = why;
	return again;
}
