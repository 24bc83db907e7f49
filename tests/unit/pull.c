/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/unit/pull.h"

int pull_open(struct pull *b)
{
	const struct registry_context context = {
		.transport = b->transport,
		.auth = b->auth,
		.log = b->log,
		.plain_http = &b->plain_http,
	};

	return source_registry_open(&context, &b->reference, &b->source, &b->err);
}

void pull_start(struct pull *b, const struct exchange *exchanges, size_t count,
			const char *name)
{
	b->transport = scripted_transport(exchanges, count);
	b->log = log_new(LOG_LEVEL_WARNING, NULL, NULL);
	assert_int_equal(registry_auth_new(b->transport, b->log, &b->auth, &b->err), 0);
	assert_int_equal(reference_parse(name, &b->reference, &b->err), 0);
	assert_int_equal(pull_open(b), 0);
	assert_int_equal(source_list(&b->source, &b->candidates, &b->err), 0);
	assert_int_equal(b->candidates.count, 1);
}

void pull_free(struct pull *b)
{
	source_document_free(&b->document);
	buf_free(&b->config);
	candidates_free(&b->candidates);
	source_close(&b->source);
	registry_auth_free(&b->auth);
	http_transport_free(&b->transport);
	log_free(&b->log);
	reference_free(&b->reference);
	strv_free(&b->plain_http);
}

int pull_manifest(struct pull *b, const struct descriptor *want)
{
	source_document_free(&b->document);
	memset(&b->document, 0, sizeof(b->document));
	return source_manifest(&b->source, b->candidates.items, want, &b->document, &b->digest,
			       &b->err);
}

struct descriptor pull_descriptor(const char *digest, int64_t size)
{
	struct descriptor d = { .size = size };

	assert_true(digest_parse(digest, strlen(digest), &d.digest));
	return d;
}

int pull_config(struct pull *b, const char *digest, int64_t size)
{
	struct descriptor want = pull_descriptor(digest, size);

	buf_free(&b->config);
	return source_config(&b->source, b->candidates.items, &want, &b->config, &b->digest,
			     &b->err);
}
