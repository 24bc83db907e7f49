/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "image/reading.h"
#include "source/verify-layers.h"

void reading_free(struct reading *r)
{
	image_free(&r->image);
	document_free(&r->manifest);
	platform_free(&r->claimed);
}

/* What is wrong with a document is told of the image that it belongs to. */
static int reading_blame(const struct reading *r, int failed, struct scanreq_error *err)
{
	if (!failed || failed == SCANREQ_E_NOMEM)
		return failed;
	return error_prefix(err, failed, "%s",
			    strcmp(r->input, "-") == 0 ? "standard input" : r->input);
}

int reading_document(struct reading *r, const struct descriptor *want,
		     struct document *document, struct scanreq_error *err)
{
	struct source_document raw CLEANUP(source_document_free) = { 0 };
	struct scanreq_image *image = r->image;
	struct digest digest;
	const char *claimed;
	int (*parse)(const char *, size_t, const char *, struct document *,
		     struct scanreq_error *);
	int failed = source_manifest(r->source, r->candidate, want, &raw, &digest, err);

	if (failed)
		return failed;
	claimed = raw.media_type ? raw.media_type : want ? want->media_type : NULL;
	parse = r->candidate->reference.domain ? document_parse : document_parse_saved;
	failed = parse(buf_str(&raw.bytes), raw.bytes.len, claimed, document, err);
	if (failed)
		return reading_blame(r, failed, err);
	if (document->kind == DOCUMENT_MANIFEST) {
		image->manifest_digest = digest;
		image->has_last_modified = raw.has_last_modified;
		image->last_modified_ms = raw.last_modified_ms;
		image->manifest_bytes = raw.bytes;
		memset(&raw.bytes, 0, sizeof(raw.bytes));
	} else if (image->index_digest.algorithm == DIGEST_NONE) {
		/* Of nested indexes the outermost is the one that the reference names. */
		image->index_digest = digest;
		image->index_bytes = raw.bytes;
		memset(&raw.bytes, 0, sizeof(raw.bytes));
	}
	return 0;
}

int reading_config(struct reading *r, struct scanreq_error *err)
{
	struct scanreq_image *image = r->image;
	const struct descriptor *want = r->has_manifest ? &r->manifest.config
							: &r->candidate->config;
	int failed = source_config(r->source, r->candidate, want, &image->config_bytes,
				   &image->config_digest, err);

	if (failed)
		return failed;
	image->config_verified = r->has_manifest;
	failed = image_config_parse(buf_str(&image->config_bytes), image->config_bytes.len,
				    &image->config, err);
	r->has_config = !failed;
	return reading_blame(r, failed, err);
}

int reading_layers(struct reading *r, struct scanreq_error *err)
{
	struct layer_claims claims = { .candidate = r->candidate,
				       .manifest = r->has_manifest ? &r->manifest : NULL,
				       .config = &r->image->config };
	int failed = source_verify_layers(r->source, &claims, err);

	r->image->layers_verified = !failed;
	return reading_blame(r, failed, err);
}

void reading_take_manifest(struct reading *r, struct document *document)
{
	r->manifest = *document;
	memset(document, 0, sizeof(*document));
	r->has_manifest = true;
}

void reading_forget(struct reading *r)
{
	struct scanreq_image *image = r->image;

	document_free(&r->manifest);
	r->has_manifest = r->has_config = false;
	buf_free(&image->manifest_bytes);
	buf_free(&image->config_bytes);
	image->manifest_digest = (struct digest){ 0 };
	image->config_digest = (struct digest){ 0 };
	image->config_verified = false;
	image_config_free(&image->config);
}
