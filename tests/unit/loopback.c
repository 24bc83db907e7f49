/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/loopback.h"

void loopback_transport(struct loopback *b, const struct http_curl_options *options)
{
	static const struct http_curl_options usual = { .user_agent = "tests/1" };

	assert_int_equal(http_curl_new(options ? options : &usual, &b->transport, &b->err), 0);
}

void loopback_path(struct loopback *b, const char *path)
{
	char text[200];

	snprintf(text, sizeof(text), "http://127.0.0.1:%d%s", b->port, path);
	url_free(&b->url);
	assert_int_equal(url_parse(text, NULL, &b->url, &b->err), 0);
}

void loopback_start(struct loopback *b, const struct step *steps, size_t count)
{
	server_start(&b->server, steps, count);
	b->port = b->server.port;
	loopback_transport(b, NULL);
	loopback_path(b, "/x");
}

void loopback_free(struct loopback *b)
{
	http_response_free(&b->response);
	http_transport_free(&b->transport);
	url_free(&b->url);
	strv_free(&b->headers);
	server_free(&b->server);
}

void loopback_stop(struct loopback *b)
{
	http_transport_free(&b->transport);
	server_stop(&b->server);
}

int loopback_perform(struct loopback *b, const struct http_request *request)
{
	struct http_request whole = *request;

	whole.url = &b->url;
	whole.headers = &b->headers;
	b->failure.sent = true;
	return b->transport->perform(b->transport, &whole, &b->response, &b->failure, &b->err);
}

int loopback_get(struct loopback *b)
{
	const struct http_request request = { .method = "GET", .max_body = 1000 };

	return loopback_perform(b, &request);
}

int loopback_post(struct loopback *b, const char *body)
{
	const struct http_request request = {
		.method = "POST", .body = body, .body_len = strlen(body), .max_body = 1000,
	};

	return loopback_perform(b, &request);
}
