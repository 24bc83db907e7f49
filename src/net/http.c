/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"
#include "net/http.h"

/* How much of what was said is enough to fill a line. */
#define SAID_MAX 1024

void http_response_free(struct http_response *response)
{
	response->status = 0;
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
	char *shown CLEANUP_FREE = url_shown(request->url);
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

/* The value of a field if its name is `name`, else NULL. */
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

/* Whether a redirect between the two would weaken what protects the request. */
static const char *forbidden(const struct url *from, const struct url *target)
{
	if (from->https && !target->https)
		return "from https to http";
	if (host_is_local(target->host) && !host_is_local(from->host))
		return "to an address of this machine";
	return NULL;
}

int http_redirect_target(const struct url *from, const struct http_response *response,
			 struct url *target, struct scanreq_error *err)
{
	const char *location = http_header(response, "Location", 0);
	char *host CLEANUP_FREE = url_host_port(from);
	const char *why;
	int failed;

	if (!host)
		return error_nomem(err);
	if (!location)
		return error_set(err, SCANREQ_E_UNREADABLE,
				 "%s answers %d without saying where to go", host,
				 response->status);
	failed = url_parse(location, from, target, err);
	if (failed)
		return error_prefix(err, failed, "%s redirects to", host);
	why = forbidden(from, target);
	if (!why)
		return 0;
	url_free(target);
	return error_set(err, SCANREQ_E_UNREADABLE, "%s redirects %s, which is not followed",
			 host, why);
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
