/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "source/engine/image.h"
#include "source/engine/socket.h"
#include "source/engine/engine.h"

/* podman's service sends it in each answer. */
#define PODMAN_HEADER "Libpod-Api-Version"

struct daemon_source {
	struct daemon_context context;
	char *name;
	char *socket;
	char *engine; /* for messages */
	struct url url;
};

static void daemon_close(void *context)
{
	struct daemon_source *s = context;

	free(s->name);
	free(s->socket);
	free(s->engine);
	url_free(&s->url);
	free(s);
}

static void daemon_source_free(struct daemon_source **source)
{
	if (*source)
		daemon_close(*source);
}

/* --- what the engine says ---------------------------------------------------------- */

/* Takes the member "message" of both engines, else the whole body. */
static void read_said(const struct daemon_source *s, const struct buf *body,
		      char line[HTTP_LINE_SIZE])
{
	struct json_object *root CLEANUP_JSON = NULL;
	const char *message = NULL;

	if (json_parse(buf_str(body), body->len, "the body", &root, NULL) == 0)
		json_string(root, "message", &message, NULL);
	http_said_line(s->context.log, message ? message : buf_str(body), line);
}

static int engine_refuse(const struct daemon_source *s, const struct http_response *response,
			 struct scanreq_error *err)
{
	int status = response->status;
	char said[HTTP_LINE_SIZE];

	read_said(s, &response->body, said);
	if (err) {
		err->http_status = status;
		error_member(err->host, sizeof(err->host), s->socket);
	}
	if (status == 404)
		return error_set(
			err, SCANREQ_CODE_IMAGE_NOT_FOUND,
			"%s has no image %s: build or pull it there first, or read it "
			"from its registry (HTTP 404: %s)",
			s->engine, s->name, said);
	return error_set(
		err, status >= 500 ? SCANREQ_CODE_SERVER_FAILED : SCANREQ_CODE_ANSWER_INVALID,
		"%s does not say what %s is (HTTP %d%s%s)", s->engine, s->name, status,
		*said ? ": " : "", said);
}

static int engine_ask(const struct daemon_source *s, struct http_response *response,
		      struct scanreq_error *err)
{
	const struct http_request request = {
		.method = "GET",
		.url = &s->url,
		.max_body = LIMIT_ENGINE_ANSWER,
		.exact_path = true,
		.unix_socket = s->socket,
		.no_proxy = true,
	};
	struct http_failure failure;
	int failed = http_send(s->context.transport, s->context.log, &request, response,
			       &failure, err);

	if (failed || response->status == 200)
		return failed;
	return engine_refuse(s, response, err);
}

static int daemon_list(void *context, struct candidates *candidates, struct scanreq_error *err)
{
	struct daemon_source *s = context;
	struct http_response response CLEANUP_RESPONSE = HTTP_RESPONSE_INIT;
	struct engine_asked asked = { .name = s->name, .engine = s->engine };
	int failed = engine_ask(s, &response, err);

	candidates->kind = "docker-daemon";
	candidates->size_basis = "engine";
	if (failed)
		return failed;
	asked.podman = http_header(&response, PODMAN_HEADER, 0) != NULL;
	failed = engine_image_list(buf_str(&response.body), response.body.len, &asked,
				   candidates, err);
	return failed ? error_prefix(err, failed, "%s", s->engine) : 0;
}

/* --- documents, which engines do not have ------------------------------------------ */

static int no_document(const struct daemon_source *s, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_FORMAT_UNSUPPORTED,
			 "%s gives no documents of an image", s->engine);
}

static int daemon_manifest(void *context, const struct candidate *candidate,
			   const struct descriptor *want, struct source_document *document,
			   struct scanreq_error *err)
{
	(void)candidate;
	(void)want;
	(void)document;
	return no_document(context, err);
}

static int daemon_blob(void *context, const struct candidate *candidate,
		       const struct descriptor *want, struct sink *sink,
		       struct scanreq_error *err)
{
	(void)candidate;
	(void)want;
	(void)sink;
	return no_document(context, err);
}

static const struct source_ops daemon_ops = {
	.list = daemon_list,
	.manifest = daemon_manifest,
	.blob = daemon_blob,
	.close = daemon_close,
};

/* --- opening ----------------------------------------------------------------------- */

/*
 * "/" and ":" are not encoded, as in docker's client. Engines answer manifests=1 since API
 * 1.48, and older ones ignore it.
 */
static int make_url(struct daemon_source *s, struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_REQUEST);

	buf_puts(&text, "http://localhost/images/");
	for (const char *c = s->name; *c; c++) {
		if (strchr("/:@", *c))
			buf_putc(&text, *c);
		else
			percent_encode(&text, c, 1);
	}
	buf_puts(&text, "/json?manifests=1");
	if (text.failed)
		return error_nomem(err);
	return url_parse(buf_str(&text), NULL, &s->url, err);
}

int source_daemon_open(const struct daemon_context *context, const char *name,
		       struct source *source, struct scanreq_error *err)
{
	struct daemon_source *made CLEANUP(daemon_source_free) = calloc(1, sizeof(*made));
	int failed;

	if (!made)
		return error_nomem(err);
	made->context = *context;
	if (str_copy(&made->name, name))
		return error_nomem(err);
	failed = engine_name_check(name, err);
	if (!failed)
		failed = engine_socket_find(context->socket, &made->socket, err);
	if (failed)
		return failed;
	if (asprintf(&made->engine, "the engine at %s", made->socket) < 0) {
		made->engine = NULL;
		return error_nomem(err);
	}
	failed = make_url(made, err);
	if (failed)
		return failed;
	source->ops = &daemon_ops;
	source->context = TAKE(made);
	return 0;
}
