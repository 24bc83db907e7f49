/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "base/error.h"
#include "source/verify-layers.h"

struct verification {
	struct source *source;
	const struct layer_claims *claims;
	size_t count;
	struct stored_layer *layers; /* borrows */
	struct layer_proof *proofs;  /* of each */
};

static void verification_free(struct verification *v)
{
	free(v->layers);
	free(v->proofs);
}

/* The layer as the manifest or, without one, the candidate lists it. */
static struct stored_layer listed(const struct layer_claims *claims, size_t i)
{
	const struct descriptor *d;

	if (!claims->manifest)
		return claims->candidate->layers[i];
	d = &claims->manifest->entries[i];
	return (struct stored_layer){ .digest = d->digest, .size = d->size,
				      .identity = LAYER_BY_DIGEST };
}

static bool same(const struct stored_layer *a, const struct stored_layer *b)
{
	return a->identity == b->identity &&
	       (a->identity != LAYER_BY_DIGEST || digest_equal(&a->digest, &b->digest));
}

/* Reads a layer once, however often it is listed: empty layers often repeat. */
static int verify_layers_prove(struct verification *v, size_t i, struct scanreq_error *err)
{
	const struct stored_layer *layer = &v->layers[i];

	for (size_t j = 0; j < i; j++)
		if (same(&v->layers[j], layer)) {
			v->proofs[i] = v->proofs[j];
			return 0;
		}
	return v->source->ops->layer(v->source->context, layer, &v->proofs[i], err);
}

static int verify_layers_check_digest(const char *what, const struct digest *have,
				      const struct digest *want,
				      const struct layer_proof *proof,
				      struct scanreq_error *err)
{
	char have_text[DIGEST_TEXT_MAX], want_text[DIGEST_TEXT_MAX];
	bool broken = proof->broken != COMPRESSION_NONE;

	if (digest_equal(have, want))
		return 0;
	return error_set(err, SCANREQ_CODE_DIGEST_MISMATCH,
			 "its %s is %s, not %s%s%s%s; do not use the image", what,
			 digest_format(have, have_text), digest_format(want, want_text),
			 broken ? " (it begins like " : "",
			 broken ? compression_name(proof->broken) : "",
			 broken ? ", but is cut or damaged)" : "");
}

static int check_stored(const struct stored_layer *layer, const struct layer_proof *proof,
			struct scanreq_error *err)
{
	if (layer->size >= 0 && layer->size != proof->size)
		return error_set(err, SCANREQ_CODE_DIGEST_MISMATCH,
				 "it has %" PRId64 " bytes, not %" PRId64
				 "; do not use the image", proof->size, layer->size);
	if (layer->digest.algorithm == DIGEST_NONE)
		return 0;
	return verify_layers_check_digest("digest", &proof->stored, &layer->digest, proof, err);
}

/* docker load uses manifest.json's list: it must lead to the same layers. */
static int check_listed(struct verification *v, const struct candidate *listed, size_t i,
			struct scanreq_error *err)
{
	struct layer_proof other;
	int failed;

	if (i >= listed->layer_count)
		return 0;
	failed = v->source->ops->layer(v->source->context, &listed->layers[i], &other, err);
	if (failed)
		return failed;
	return verify_layers_check_digest("diff_id in the archive's own list", &other.content,
					  &v->proofs[i].content, &other, err);
}

static int check_other_lists(struct verification *v, size_t i, struct scanreq_error *err)
{
	const struct layer_claims *claims = v->claims;
	const struct candidate *listed;
	size_t at = 0;
	int failed = 0;

	if (!claims->manifest)
		return 0;
	while (!failed && (listed = candidate_listed(claims->candidate,
						     &claims->manifest->config.digest, &at)))
		failed = check_listed(v, listed, i, err);
	return failed;
}

static int check_layer(struct verification *v, size_t i, struct scanreq_error *err)
{
	const struct digest *diff_id = &v->claims->config->diff_ids[i];
	const struct layer_proof *proof = &v->proofs[i];
	int failed;

	v->layers[i] = listed(v->claims, i);
	failed = verify_layers_prove(v, i, err);
	if (!failed)
		failed = check_stored(&v->layers[i], proof, err);
	if (!failed && diff_id->algorithm != DIGEST_SHA256)
		return error_set(err, SCANREQ_CODE_FORMAT_UNSUPPORTED,
				 "its diff_id is no sha256: it cannot be verified");
	if (!failed)
		failed = verify_layers_check_digest("diff_id", &proof->content, diff_id, proof,
						    err);
	return failed ? failed : check_other_lists(v, i, err);
}

/* Prefixes "layer 2 (sha256:...)", with the digest that it should have. */
static int verify_layers_blame(const struct verification *v, size_t i, int failed,
			       struct scanreq_error *err)
{
	const struct digest *digest = &v->layers[i].digest;
	char text[DIGEST_TEXT_MAX];

	if (failed == SCANREQ_E_NOMEM)
		return failed;
	if (digest->algorithm == DIGEST_NONE)
		digest = &v->claims->config->diff_ids[i];
	return error_prefix(err, failed, "layer %zu (%s)", i, digest_format(digest, text));
}

int source_verify_layers(struct source *source, const struct layer_claims *claims,
			 struct scanreq_error *err)
{
	struct verification v CLEANUP(verification_free) = { .source = source,
							     .claims = claims };

	if (!source->ops->layer)
		return error_set(err, SCANREQ_CODE_SOURCE_UNSUITABLE,
				 "the layers of this source are not read: they cannot be "
				 "verified");
	v.count = claims->manifest ? claims->manifest->count : claims->candidate->layer_count;
	if (v.count != claims->config->diff_id_count)
		return error_set(err, SCANREQ_CODE_DIGEST_MISMATCH,
				 "the image lists %zu layer%s, and its config has %zu "
				 "diff_id%s; do not use the image", v.count,
				 v.count == 1 ? "" : "s", claims->config->diff_id_count,
				 claims->config->diff_id_count == 1 ? "" : "s");
	v.layers = calloc(v.count + 1, sizeof(*v.layers));
	v.proofs = calloc(v.count + 1, sizeof(*v.proofs));
	if (!v.layers || !v.proofs)
		return error_nomem(err);
	for (size_t i = 0; i < v.count; i++) {
		int failed = check_layer(&v, i, err);

		if (failed)
			return verify_layers_blame(&v, i, failed, err);
	}
	return 0;
}
