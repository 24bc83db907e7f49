/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "image/tag-match.h"

int tag_match_possible(const struct image_name *name, const char *input,
		       struct scanreq_error *err)
{
	const struct reference *r = &name->reference;

	int failed;

	if (name->type == IMAGE_NAME_REGISTRY && r->tag && r->digest.algorithm != DIGEST_NONE)
		return 0;
	if (name->type != IMAGE_NAME_REGISTRY)
		failed = error_set(err, SCANREQ_CODE_SOURCE_UNSUITABLE,
				   "require-tag-match is for images in a registry, not for %s",
				   input);
	else
		failed = error_set(err, SCANREQ_CODE_REFERENCE_INVALID,
				   "require-tag-match needs a tag and a digest, as in "
				   "NAME:TAG@DIGEST; %s has no %s",
				   input, r->tag ? "digest" : "tag");
	return error_about(failed, "require-tag-match", err);
}

/* Reads the document of the tag alone. */
static int read_tag(const struct registry_context *context, const struct reference *reference,
		    struct source_document *raw, struct scanreq_error *err)
{
	struct reference tag CLEANUP_REFERENCE = { 0 };
	struct source source CLEANUP_SOURCE = { 0 };
	struct candidates candidates CLEANUP(candidates_free) = { 0 };
	struct digest digest;
	int failed;

	if (reference_copy(&tag, reference))
		return error_nomem(err);
	tag.digest = (struct digest){ 0 };
	failed = source_registry_open(context, &tag, &source, err);
	if (!failed)
		failed = source_list(&source, &candidates, err);
	return failed ? failed
		      : source_manifest(&source, &candidates.items[0], NULL, raw, &digest,
					err);
}

/* Whether the document is an index with that digest: the user may pin one platform. */
static bool lists(const struct source_document *raw, const struct digest *digest)
{
	struct document document CLEANUP_DOCUMENT = { 0 };

	if (document_parse(buf_str(&raw->bytes), raw->bytes.len, raw->media_type, &document,
			   NULL) ||
	    document.kind != DOCUMENT_INDEX)
		return false;
	for (size_t i = 0; i < document.count; i++)
		if (digest_equal(&document.entries[i].digest, digest))
			return true;
	return false;
}

int tag_match_check(const struct registry_context *context, const struct reference *reference,
		    struct scanreq_error *err)
{
	struct source_document raw CLEANUP(source_document_free) = { 0 };
	char now_text[DIGEST_TEXT_MAX], then_text[DIGEST_TEXT_MAX];
	const struct digest *then = &reference->digest;
	struct digest now;
	int failed = read_tag(context, reference, &raw, err);

	if (!failed)
		failed = digest_of(then->algorithm, buf_str(&raw.bytes), raw.bytes.len, &now,
				   err);
	if (failed || digest_equal(&now, then) || lists(&raw, then))
		return failed;
	return error_set(err, SCANREQ_CODE_TAG_MOVED,
			 "the tag %s of %s/%s has moved: it points at %s now, not at %s",
			 reference->tag, reference->domain, reference->path,
			 digest_format(&now, now_text), digest_format(then, then_text));
}
