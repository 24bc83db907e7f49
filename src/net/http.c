/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"
#include "net/http.h"

/* Bytes of a server's text that fill a line in any case. */
#define SAID_MAX 1024

void http_response_free(struct http_response *response)
{
	response->status = 0;
	response->tls = false;
	response->from = ADDRESS_NAME;
	strv_free(&response->headers);
	buf_free(&response->body);
}

void http_transport_free(struct http_transport **transport)
{
	if (*transport)
		(*transport)->close(*transport);
	*transport = NULL;
}

int http_transport_wait(struct http_transport *transport, int64_t ms,
			struct scanreq_error *err)
{
	return transport->wait(transport, ms, err);
}

void http_transport_cancel(struct http_transport *transport)
{
	transport->cancel(transport);
}

int http_send(struct http_transport *transport, struct log *log,
	      const struct http_request *request, struct http_response *response,
	      struct http_failure *failure, struct scanreq_error *err)
{
	struct scanreq_error own = SCANREQ_ERROR_INIT;
	char *shown CLEANUP_FREE = request->secret_path ? url_host_port(request->url)
							 : url_shown(request->url);
	int failed;

	*failure = (struct http_failure){ .sent = false };
	if (!shown)
		return error_nomem(err);
	if (!err)
		err = &own;
	failed = transport->perform(transport, request, response, failure, err);
	if (failed)
		log_debug(log, "%s %s: %s", request->method, shown, err->message);
	else
		log_debug(log, "%s %s: %d, %zu bytes", request->method, shown,
			  response->status, response->body.len);
	return failed;
}

/* Returns the value of a field if its name is `name`, else NULL. */
static const char *field_value(const char *field, const char *name)
{
	size_t n = strlen(name);

	if (strncasecmp(field, name, n) != 0 || field[n] != ':')
		return NULL;
	return field + n + 1 + strspn(field + n + 1, " \t");
}

const char *http_header(const struct http_response *response, const char *name, size_t i)
{
	for (size_t at = 0; at < response->headers.count; at++) {
		const char *value = field_value(response->headers.items[at], name);

		if (value && i-- == 0)
			return value;
	}
	return NULL;
}

bool http_is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 ||
	       status == 308;
}

/* Returns the place of the hop that answered, by its literal or resolved address. */
static enum address_place place_of_hop(const struct url *url,
				       const struct http_response *response)
{
	enum address_place place = address_place(url->host);

	if (place == ADDRESS_NAME)
		place = response->from;
	/* If a proxy resolved the name, the address is unknown; nobody's network is special. */
	return place == ADDRESS_NAME || place == ADDRESS_SPECIAL ? ADDRESS_PUBLIC : place;
}

/* Returns the reach of a request to the target. */
static enum address_place reach_of(const struct http_hop *from, enum address_place here,
				   const struct url *target)
{
	if (strcmp(from->url.host, target->host) == 0)
		return from->reach;
	return target->https ? ADDRESS_LOOPBACK : here;
}

static int refuse_redirect(const char *host, const char *why, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_REDIRECT_REFUSED,
			 "%s redirects %s, which is not followed", host, why);
}

static int refuse_address(const char *host, const struct url *target, struct scanreq_error *err)
{
	enum address_place place = address_place(target->host);
	char *to CLEANUP_FREE = url_host_port(target);
	int failed;

	if (!to)
		return error_nomem(err);
	failed = error_set(err, SCANREQ_CODE_REDIRECT_REFUSED,
			   "%s redirects to %s, %s%s: not followed; to allow it, set allow-redirect"
			   " to %s", host, to, address_place_text(place),
			   place == ADDRESS_SPECIAL ? "" : ", and is not at one itself", to);
	return error_about(failed, "allow-redirect", err);
}

static int check_redirect(const struct http_hop *from, const struct http_response *response,
			  const struct strv *allowed, struct http_hop *target,
			  struct scanreq_error *err)
{
	enum address_place here = place_of_hop(&from->url, response);
	enum address_place there = address_place(target->url.host);
	bool same_host = strcmp(from->url.host, target->url.host) == 0;
	bool named = address_place(from->url.host) == ADDRESS_NAME;
	char *host CLEANUP_FREE = url_host_port(&from->url);

	if (!host)
		return error_nomem(err);
	if (from->url.https && !target->url.https)
		return refuse_redirect(host, "from https to http", err);
	target->reach = ADDRESS_NAME;
	if (url_is_named(&target->url, allowed))
		return 0;
	/* Only a host given as a loopback address may redirect to loopback. */
	if (!same_host && there > (named && here > ADDRESS_PRIVATE ? ADDRESS_PRIVATE : here))
		return refuse_address(host, &target->url, err);
	target->reach = reach_of(from, here, &target->url);
	return 0;
}

static int no_location(const struct url *from, const struct http_response *response,
		       struct scanreq_error *err)
{
	char *host CLEANUP_FREE = url_host_port(from);

	if (!host)
		return error_nomem(err);
	return error_set(err, SCANREQ_CODE_ANSWER_INVALID,
			 "%s answers %d without saying where to go", host, response->status);
}

int http_redirect_target(const struct http_hop *from, const struct http_response *response,
			 const struct strv *allowed, struct http_hop *target,
			 struct scanreq_error *err)
{
	const char *location = http_header(response, "Location", 0);
	int failed;

	if (!location)
		return no_location(&from->url, response, err);
	failed = url_parse(location, &from->url, &target->url, err);
	if (failed)
		return error_prefix(err, failed, "%s redirects to", from->url.host);
	failed = check_redirect(from, response, allowed, target, err);
	if (failed)
		url_free(&target->url);
	return failed;
}

void http_said_line(struct log *log, const char *said, char line[HTTP_LINE_SIZE])
{
	struct buf masked CLEANUP_BUF = BUF_SECRET_INIT(strlen(said));
	char text[SAID_MAX];
	size_t n = 0;

	log_mask(log, said, &masked);
	for (const char *p = masked.failed ? "" : buf_str(&masked); *p && n < sizeof(text);
	     p++) {
		if (!strchr(" \t\r\n", *p))
			text[n++] = *p;
		else if (n > 0 && text[n - 1] != ' ')
			text[n++] = ' ';
	}
	if (n > 0 && text[n - 1] == ' ')
		n--;
	text_escape(line, HTTP_LINE_SIZE - 3, text, n);
}
