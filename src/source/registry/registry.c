/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "net/retry.h"
#include "net/spoken.h"
#include "oci/media-type.h"
#include "source/registry/error.h"
#include "source/registry/warning.h"
#include "source/registry/registry.h"

#define HUB_API_HOST "registry-1.docker.io"

/*
 * The four supported types, and schema 1 last: a registry that has nothing else then serves
 * it, and the error can name it.
 */
#define ACCEPT                                                                            \
	"Accept: " MEDIA_TYPE_OCI_MANIFEST ", " MEDIA_TYPE_OCI_INDEX ", "                 \
	MEDIA_TYPE_DOCKER_MANIFEST ", " MEDIA_TYPE_DOCKER_LIST ", "                       \
	MEDIA_TYPE_DOCKER_SCHEMA1_SIGNED ";q=0.1, " MEDIA_TYPE_DOCKER_SCHEMA1 ";q=0.1"

/* Logins of one request: the second is for a scope that was too small. */
#define LOGINS 2

struct registry_source {
	struct registry_context context;
	struct reference reference;
	struct url origin;
	char *host; /* host[:port] */
	bool either; /* on loopback: not known yet whether it is http or https */
};

static void registry_source_free(struct registry_source **source)
{
	struct registry_source *s = *source;

	if (!s)
		return;
	reference_free(&s->reference);
	url_free(&s->origin);
	free(s->host);
	free(s);
	*source = NULL;
}

/* --- one request ------------------------------------------------------------------- */

/* A GET with its logins and redirects. */
struct fetch {
	struct registry_source *source;
	const char *accept;     /* a whole field, or NULL */
	const char *what;       /* for errors */
	size_t max_body;
	bool by_digest;         /* the digest is the user's */
	struct http_hop hop;
	char *authorization;    /* NULL: none */
	bool fresh;             /* `authorization` was issued for this request */
	bool away;              /* a redirect left the origin: send no login any more */
	int logins;
	int redirects;
	struct http_response response;
};

static void fetch_free(struct fetch *f)
{
	url_free(&f->hop.url);
	str_wipe(&f->authorization);
	http_response_free(&f->response);
}

/* Keeps the scheme that the first answer of the registry's host has shown. */
static void settle_scheme(struct fetch *f)
{
	struct registry_source *s = f->source;

	if (!s->either)
		return;
	s->either = false;
	if (!f->response.tls)
		return;
	log_info(s->context.log, "%s speaks TLS: https from here on", s->host);
	spoken_secure(&s->origin);
	spoken_secure(&f->hop.url);
}

static int send(struct fetch *f, struct scanreq_error *err)
{
	const struct registry_context *context = &f->source->context;
	struct strv headers CLEANUP(strv_wipe) = { 0 };
	const struct http_request request = {
		.method = "GET",
		.url = &f->hop.url,
		.headers = &headers,
		.max_body = f->max_body,
		.registry = !f->away && url_same_origin(&f->hop.url, &f->source->origin),
		.either = f->source->either,
		.reach = f->hop.reach,
	};
	int failed;

	if ((f->accept && strv_add(&headers, f->accept)) ||
	    (f->authorization && !f->away && !request.either &&
	     strv_addf(&headers, "Authorization: %s", f->authorization)))
		return error_nomem(err);
	http_response_free(&f->response);
	failed = retry_get(context->transport, context->log, &request, &f->response, err);
	if (!failed)
		settle_scheme(f);
	if (!failed && !f->away)
		registry_warnings(context->log, f->source->host, &f->response);
	/* An error about the answer's form does not say what the request was for. */
	return failed == SCANREQ_E_UNREADABLE ? error_prefix(err, failed, "%s", f->what)
					      : failed;
}

static int log_in(struct fetch *f, struct scanreq_error *err)
{
	struct registry_source *s = f->source;
	const struct refusal refusal = {
		.origin = &s->origin,
		.reference = &s->reference,
		.response = &f->response,
		.sent = f->authorization,
		.fresh = f->fresh,
	};
	char *value CLEANUP_SECRET = NULL;
	int failed = registry_auth_answer(s->context.auth, &refusal, &value, err);

	if (failed)
		return registry_error_refused(&(struct registry_asked){ .host = s->host,
									.what = f->what,
									.log = s->context.log },
					      &f->response, failed, err);
	str_wipe(&f->authorization);
	f->authorization = TAKE(value);
	f->fresh = true;
	f->logins++;
	return 0;
}

/* ECR answers 403 without a challenge when a remembered login has expired. */
static bool has_expired(const struct fetch *f)
{
	return f->response.status == 403 && f->authorization && !f->fresh && !f->away &&
	       strcasestr(buf_str(&f->response.body), "authorization token has expired");
}

/* Without a login the registry sends its challenge, and the providers are asked again. */
static void forget_login(struct fetch *f)
{
	struct registry_source *s = f->source;

	registry_auth_forget(s->context.auth, &s->origin, &s->reference, f->authorization);
	str_wipe(&f->authorization);
}

static int redirect(struct fetch *f, struct scanreq_error *err)
{
	struct http_hop target = { .url = { 0 } };
	int failed;

	if (++f->redirects > HTTP_REDIRECTS)
		return error_set(err, SCANREQ_CODE_REDIRECT_REFUSED,
				 "%s redirects more than %d times", f->source->host,
				 HTTP_REDIRECTS);
	failed = http_redirect_target(&f->hop, &f->response, f->source->context.redirects, &target,
				      err);
	if (failed)
		return failed;
	if (!url_same_origin(&f->source->origin, &target.url))
		f->away = true;
	url_free(&f->hop.url);
	f->hop = target;
	return 0;
}

static int registry_fail(const struct fetch *f, struct scanreq_error *err)
{
	const struct registry_source *s = f->source;
	char *host CLEANUP_FREE = url_host_port(&f->hop.url);
	char *login CLEANUP_FREE = f->away ? NULL
					   : registry_auth_login(s->context.auth, &s->origin,
								 &s->reference,
								 f->authorization);
	const struct registry_asked asked = {
		.host = host ? host : f->source->host,
		.what = f->what,
		.login = login,
		.id = f->by_digest && !f->away,
		.log = f->source->context.log,
	};

	return registry_error(&asked, &f->response, err);
}

/* Sends until there is an answer that is neither a challenge nor a redirect. */
static int registry_fetch(struct fetch *f, struct scanreq_error *err)
{
	struct registry_source *s = f->source;
	int failed = 0;

	/* Logins belong to an origin, and its scheme is not known yet. */
	if (!s->either)
		failed = registry_auth_known(s->context.auth, &s->origin, &s->reference,
					     &f->authorization, err);
	while (!failed) {
		failed = send(f, err);
		if (failed)
			return failed;
		if (f->response.status == 401 && !f->away && f->logins < LOGINS)
			failed = log_in(f, err);
		else if (has_expired(f))
			forget_login(f);
		else if (http_is_redirect(f->response.status))
			failed = redirect(f, err);
		else
			return f->response.status == 200 ? 0 : registry_fail(f, err);
	}
	return failed;
}

/* The URL of a manifest or blob. Its parts are validated and need no encoding. */
static int set_url(struct fetch *f, const char *kind, const char *last,
		   struct scanreq_error *err)
{
	const struct registry_source *s = f->source;

	if (!last || !*last)
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID, "%s has no digest to ask for",
				 f->what);
	if (url_copy(&f->hop.url, &s->origin))
		return error_nomem(err);
	free(f->hop.url.path);
	if (asprintf(&f->hop.url.path, "/v2/%s/%s/%s", s->reference.path, kind, last) < 0) {
		f->hop.url.path = NULL;
		return error_nomem(err);
	}
	return 0;
}

/* --- the back-end ------------------------------------------------------------------ */

static int registry_list(void *context, struct candidates *candidates,
			 struct scanreq_error *err)
{
	const struct registry_source *s = context;
	struct candidate *candidate = candidates_add(candidates);

	candidates->kind = "registry";
	candidates->size_basis = "compressed";
	if (!candidate || reference_copy(&candidate->reference, &s->reference))
		return error_nomem(err);
	candidate->descriptor.size = -1;
	return 0;
}

/* The digest goes before the tag: it cannot move. */
static const char *top_name(const struct registry_source *s, char digest[DIGEST_TEXT_MAX])
{
	if (s->reference.digest.algorithm == DIGEST_NONE)
		return s->reference.tag;
	return digest_format(&s->reference.digest, digest);
}

static int take_document(struct fetch *f, struct source_document *document,
			 struct scanreq_error *err)
{
	const char *claimed = http_header(&f->response, "Docker-Content-Digest", 0);
	const char *type = http_header(&f->response, "Content-Type", 0);
	const char *modified = http_header(&f->response, "Last-Modified", 0);

	if (claimed)
		digest_parse(claimed, strlen(claimed), &document->claimed);
	document->has_last_modified =
		modified && http_date_parse(modified, time_now(), &document->last_modified_ms);
	if (str_copy(&document->media_type, type && *type ? type : NULL))
		return error_nomem(err);
	buf_free(&document->bytes);
	document->bytes = f->response.body;
	memset(&f->response.body, 0, sizeof(f->response.body));
	return 0;
}

static int registry_manifest(void *context, const struct candidate *candidate,
			     const struct descriptor *want, struct source_document *document,
			     struct scanreq_error *err)
{
	struct registry_source *s = context;
	char digest[DIGEST_TEXT_MAX];
	const char *name = want ? digest_format(&want->digest, digest) : top_name(s, digest);
	char *what CLEANUP_FREE = NULL;
	struct fetch f CLEANUP(fetch_free) = {
		.source = s, .accept = ACCEPT, .max_body = LIMIT_MANIFEST,
		.by_digest = !want && s->reference.digest.algorithm != DIGEST_NONE,
	};
	int failed;

	(void)candidate;
	if (asprintf(&what, "%s%s%s", s->reference.path, strchr(name, ':') ? "@" : ":",
		     name) < 0) {
		what = NULL;
		return error_nomem(err);
	}
	f.what = what;
	failed = set_url(&f, "manifests", name, err);
	if (!failed)
		failed = registry_fetch(&f, err);
	return failed ? failed : take_document(&f, document, err);
}

static int registry_blob(void *context, const struct candidate *candidate,
			 const struct descriptor *want, struct sink *sink,
			 struct scanreq_error *err)
{
	struct registry_source *s = context;
	char digest[DIGEST_TEXT_MAX];
	char *what CLEANUP_FREE = NULL;
	struct fetch f CLEANUP(fetch_free) = { .source = s, .max_body = LIMIT_CONFIG };
	int failed;

	(void)candidate;
	digest_format(&want->digest, digest);
	if (asprintf(&what, "the config of %s, %s", s->reference.path, digest) < 0) {
		what = NULL;
		return error_nomem(err);
	}
	f.what = what;
	failed = set_url(&f, "blobs", digest, err);
	if (!failed)
		failed = registry_fetch(&f, err);
	return failed ? failed : sink->write(sink->arg, buf_str(&f.response.body),
					     f.response.body.len, err);
}

static void registry_close(void *context)
{
	struct registry_source *s = context;

	registry_source_free(&s);
}

static const struct source_ops registry_ops = {
	.list = registry_list,
	.manifest = registry_manifest,
	.blob = registry_blob,
	.close = registry_close,
};

/* --- opening ----------------------------------------------------------------------- */

/* Whether plain_http has the host, with or without its port. */
static bool named_for_http(const struct registry_context *context, const char *domain,
			   const char *host)
{
	for (size_t i = 0; context->plain_http && i < context->plain_http->count; i++) {
		const char *named = context->plain_http->items[i];

		if (strcasecmp(named, domain) == 0 || strcasecmp(named, host) == 0)
			return true;
	}
	return false;
}

/* Uses the scheme that an earlier request of the run has found. */
static void find_scheme(struct registry_source *s)
{
	enum speech speech = spoken_find(s->context.transport->spoken, &s->origin);

	s->either = speech == SPEECH_UNKNOWN;
	if (speech == SPEECH_HTTPS)
		spoken_secure(&s->origin);
}

static int set_origin(struct registry_source *s, struct scanreq_error *err)
{
	const char *domain = s->reference.domain;
	bool named, loopback;

	if (strcmp(domain, REFERENCE_HUB) == 0)
		domain = HUB_API_HOST;
	if (!host_port_split(domain, &s->origin.host, &s->origin.port))
		return error_set(err, SCANREQ_CODE_REFERENCE_INVALID,
				 "\"%s\" is no registry's host", domain);
	named = named_for_http(&s->context, domain, s->origin.host);
	loopback = host_is_loopback(s->origin.host);
	s->origin.https = !named && !loopback;
	if (s->origin.port == 0)
		s->origin.port = s->origin.https ? 443 : 80;
	if (loopback && !named)
		find_scheme(s);
	if (str_copy(&s->origin.path, "/"))
		return error_nomem(err);
	s->host = url_host_port(&s->origin);
	return s->host ? 0 : error_nomem(err);
}

int source_registry_open(const struct registry_context *context,
			 const struct reference *reference, struct source *source,
			 struct scanreq_error *err)
{
	struct registry_source *made CLEANUP(registry_source_free) = calloc(1, sizeof(*made));
	int failed;

	if (!made || reference_copy(&made->reference, reference))
		return error_nomem(err);
	made->context = *context;
	failed = set_origin(made, err);
	if (failed)
		return failed;
	source->ops = &registry_ops;
	source->context = TAKE(made);
	return 0;
}
