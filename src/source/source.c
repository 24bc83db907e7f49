/* SPDX-License-Identifier: MIT */
/* The core above all back-ends, which checks caps, sizes and digests. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/limits.h"
#include "source/source.h"

/* --- candidates -------------------------------------------------------------------- */

void candidate_free(struct candidate *candidate)
{
	strv_free(&candidate->names);
	strv_free(&candidate->refs);
	free(candidate->selector);
	reference_free(&candidate->reference);
	descriptor_free(&candidate->descriptor);
	descriptor_free(&candidate->config);
	free(candidate->config_name);
	for (size_t i = 0; i < candidate->layer_count; i++)
		free(candidate->layers[i].media_type);
	free(candidate->layers);
	reported_free(&candidate->reported);
	memset(candidate, 0, sizeof(*candidate));
}

static void listed_images_free(struct listed_images *listed)
{
	for (size_t i = 0; listed && i < listed->count; i++)
		candidate_free(&listed->items[i]);
	if (listed)
		free(listed->items);
	free(listed);
}

void candidates_free(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++)
		candidate_free(&candidates->items[i]);
	free(candidates->items);
	strv_free(&candidates->warnings);
	listed_images_free(candidates->listed);
	memset(candidates, 0, sizeof(*candidates));
}

int candidates_warn(struct candidates *candidates, const char *format, ...)
{
	char *text CLEANUP_FREE = NULL;
	va_list args;
	int len;

	if (candidates->warnings.count >= LIMIT_WARNINGS)
		return 0;
	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0) {
		text = NULL;
		return SCANREQ_E_NOMEM;
	}
	return strv_add(&candidates->warnings, text);
}

/* The capacity is the next power of two. */
static bool full(const struct candidates *candidates)
{
	return (candidates->count & (candidates->count - 1)) == 0;
}

struct candidate *candidates_add(struct candidates *candidates)
{
	size_t count = candidates->count;

	if (count >= LIMIT_CANDIDATES)
		return NULL;
	if (full(candidates)) {
		struct candidate *items = reallocarray(candidates->items,
						       count ? 2 * count : 1, sizeof(*items));

		if (!items)
			return NULL;
		candidates->items = items;
	}
	memset(&candidates->items[count], 0, sizeof(*candidates->items));
	return &candidates->items[candidates->count++];
}

const struct candidate *candidate_listed(const struct candidate *candidate,
					 const struct digest *config, size_t *at)
{
	const struct listed_images *listed = candidate->listed;

	while (listed && config->algorithm != DIGEST_NONE && *at < listed->count) {
		const struct candidate *item = &listed->items[(*at)++];

		if (digest_equal(&item->config.digest, config))
			return item;
	}
	return NULL;
}

void source_document_free(struct source_document *document)
{
	buf_free(&document->bytes);
	free(document->media_type);
	document->media_type = NULL;
}

void source_close(struct source *source)
{
	if (source->ops)
		source->ops->close(source->context);
	source->ops = NULL;
	source->context = NULL;
}

int source_list(struct source *source, struct candidates *candidates,
		struct scanreq_error *err)
{
	return source->ops->list(source->context, candidates, err);
}

bool source_has(const struct source *source, const struct digest *digest)
{
	return !source->ops->has || source->ops->has(source->context, digest);
}

/* --- verifying --------------------------------------------------------------------- */

static int mismatch(const char *what, const struct digest *have, const char *whose,
		    const struct digest *named, struct scanreq_error *err)
{
	char have_text[DIGEST_TEXT_MAX], named_text[DIGEST_TEXT_MAX];

	return error_set(err, SCANREQ_CODE_DIGEST_MISMATCH,
			 "%s is not what %s: its digest is %s, not %s; do not use the image",
			 what, whose, digest_format(have, have_text),
			 digest_format(named, named_text));
}

/*
 * Checks size and digest. With DIGEST_NONE in `want` no digest is compared; *digest is
 * that of the bytes.
 */
static int verify(const char *what, const struct buf *bytes, const struct digest *want,
		  int64_t size, struct digest *digest, struct scanreq_error *err)
{
	enum digest_algorithm algorithm = want->algorithm == DIGEST_NONE ? DIGEST_SHA256
									 : want->algorithm;
	int failed;

	if (size >= 0 && (uint64_t)size != bytes->len)
		return error_set(err, SCANREQ_CODE_DIGEST_MISMATCH,
				 "%s is not what was asked for: it has %zu bytes, not %" PRId64
				 "; do not use the image", what, bytes->len, size);
	failed = digest_of(algorithm, buf_str(bytes), bytes->len, digest, err);
	if (failed)
		return failed;
	if (want->algorithm != DIGEST_NONE && !digest_equal(digest, want))
		return mismatch(what, digest, "was asked for", want, err);
	return 0;
}

/* The digest that the server claims (Docker-Content-Digest) must match, too. */
static int verify_claim(const char *what, const struct source_document *document,
			const struct digest *digest, struct scanreq_error *err)
{
	const struct digest *claimed = &document->claimed;
	struct digest have = *digest;
	int failed = 0;

	if (claimed->algorithm == DIGEST_NONE)
		return 0;
	if (claimed->algorithm != have.algorithm)
		failed = digest_of(claimed->algorithm, buf_str(&document->bytes),
				   document->bytes.len, &have, err);
	if (failed || digest_equal(&have, claimed))
		return failed;
	return mismatch(what, &have, "the server says", claimed, err);
}

/* A back-end may fail in its own way when the cap is passed: report the cap. */
static int check_cap(const char *what, const struct buf *bytes, int failed,
		     struct scanreq_error *err)
{
	return bytes->failed ? buf_check(bytes, what, err) : failed;
}

/*
 * A descriptor may have its document as "data" (OCI image-spec descriptor.md). It is checked
 * like a fetched one.
 */
static int take_data(const char *what, const struct descriptor *d, struct buf *bytes,
		     struct scanreq_error *err)
{
	if (!base64_decode(bytes, d->data, strlen(d->data)))
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
				 "%s is given as \"data\" in its descriptor, which is no base64",
				 what);
	return buf_check(bytes, what, err);
}

int source_manifest(struct source *source, const struct candidate *candidate,
		    const struct descriptor *want, struct source_document *document,
		    struct digest *digest, struct scanreq_error *err)
{
	const struct descriptor *d = want ? want : &candidate->descriptor;
	const struct digest *expected = &d->digest;
	int64_t size = d->digest.algorithm == DIGEST_NONE ? -1 : d->size;
	int failed;

	if (!want && expected->algorithm == DIGEST_NONE)
		expected = &candidate->reference.digest;
	if (size > LIMIT_MANIFEST)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 "the manifest is larger than %ld bytes", LIMIT_MANIFEST);
	document->bytes.max = LIMIT_MANIFEST;
	failed = d->data ? take_data("the manifest", d, &document->bytes, err)
			 : source->ops->manifest(source->context, candidate, want, document, err);
	failed = check_cap("the manifest", &document->bytes, failed, err);
	if (!failed)
		failed = verify("the manifest", &document->bytes, expected, size, digest, err);
	return failed ? failed : verify_claim("the manifest", document, digest, err);
}

static int write_buf(void *arg, const void *data, size_t len, struct scanreq_error *err)
{
	struct buf *bytes = arg;

	buf_add(bytes, data, len);
	return buf_check(bytes, "the config", err);
}

int source_config(struct source *source, const struct candidate *candidate,
		  const struct descriptor *want, struct buf *bytes, struct digest *digest,
		  struct scanreq_error *err)
{
	struct sink sink = { .write = write_buf, .arg = bytes };
	/* A saved image's descriptor may be all-zero: its size is not known. */
	bool sized = want->digest.algorithm != DIGEST_NONE || want->size != 0;
	int failed;

	if (want->size > LIMIT_CONFIG)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 "the config is larger than %ld bytes", LIMIT_CONFIG);
	bytes->max = LIMIT_CONFIG;
	failed = want->data ? take_data("the config", want, bytes, err)
			    : source->ops->blob(source->context, candidate, want, &sink, err);
	failed = check_cap("the config", bytes, failed, err);
	return failed ? failed : verify("the config", bytes, &want->digest,
					sized ? want->size : -1, digest, err);
}
