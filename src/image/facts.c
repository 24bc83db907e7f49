/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/facts.h"

static int set_fact(struct scanreq_image *image, enum scanreq_fact fact, const char *value,
		    struct scanreq_error *err)
{
	if (!value)
		return 0;
	image->facts[fact] = strdup(value);
	return image->facts[fact] ? 0 : error_nomem(err);
}

static int set_digest(struct scanreq_image *image, enum scanreq_fact fact,
		      const struct digest *digest, struct scanreq_error *err)
{
	char text[DIGEST_TEXT_MAX];

	if (digest->algorithm == DIGEST_NONE)
		return 0;
	return set_fact(image, fact, digest_format(digest, text), err);
}

static int __attribute__((format(printf, 3, 4)))
facts_warn(struct scanreq_image *image, struct scanreq_error *err, const char *format, ...)
{
	char *text CLEANUP_FREE = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		text = NULL;
	return len < 0 || strv_add(&image->warnings, text) ? error_nomem(err) : 0;
}

/* --- names and the reference ------------------------------------------------------- */

/* Takes a name as the reference, or warns that it is none. */
static int use_name(struct scanreq_image *image, const char *name, struct scanreq_error *err)
{
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed = reference_parse(name, &image->reference, &why);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		return facts_warn(image, err, "the image's name is no reference: %s", why.message);
	return 0;
}

static int choose_reference(struct scanreq_image *image, const struct fact_basis *basis,
			    struct scanreq_error *err)
{
	const struct scanreq_selection *s = basis->selection;
	const struct strv *refs = &basis->candidate->refs;
	const struct reference *given = NULL;
	struct scanreq_error why = SCANREQ_ERROR_INIT;

	if (s->name.domain)
		given = &s->name;
	else if (basis->candidate->reference.domain)
		given = &basis->candidate->reference;
	if (given) {
		image->reference_given = given == &s->name || !image->reported ||
					 !image->reported->completed;
		return reference_copy(&image->reference, given) ? error_nomem(err) : 0;
	}
	if (s->image && s->image[0] != '@' && !strv_has(refs, s->image))
		return use_name(image, s->image, err);
	if (image->names.count == 1)
		return use_name(image, image->names.items[0], err);
	if (image_check_name(image, &why))
		return facts_warn(image, err, "%s", why.message);
	if (refs->count > 0)
		return facts_warn(image, err,
				  "%s calls the image \"%s\", which is no whole name: set name to "
				  "one", basis->input, refs->items[0]);
	return facts_warn(image, err, "the image has no name in %s: set name to one", basis->input);
}

static int reference_facts(struct scanreq_image *image, struct scanreq_error *err)
{
	const struct reference *r = &image->reference;
	char *text CLEANUP_FREE = NULL;
	char *ns CLEANUP_FREE = NULL;
	char *repo CLEANUP_FREE = NULL;
	int failed;

	if (!r->domain)
		return 0;
	text = reference_format(r);
	if (!text || reference_split_path(r, &ns, &repo))
		return error_nomem(err);
	failed = set_fact(image, SCANREQ_FACT_REFERENCE, text, err);
	if (!failed)
		failed = set_fact(image, SCANREQ_FACT_REGISTRY, r->domain, err);
	if (!failed)
		failed = set_fact(image, SCANREQ_FACT_REPOSITORY, r->path, err);
	if (!failed)
		failed = set_fact(image, SCANREQ_FACT_NAMESPACE, ns, err);
	if (!failed)
		failed = set_fact(image, SCANREQ_FACT_REPO_NAME, repo, err);
	return failed ? failed : set_fact(image, SCANREQ_FACT_TAG, r->tag, err);
}

/* --- layers and sizes -------------------------------------------------------------- */

static int add_layer(struct scanreq_image *image, const struct stored_layer *from,
		     struct scanreq_error *err)
{
	struct image_layer *layer = &image->layers[image->layer_count];

	digest_format(&from->digest, layer->digest_text);
	layer->size = from->size;
	layer->identity = from->identity;
	if (from->media_type) {
		layer->media_type = strdup(from->media_type);
		if (!layer->media_type)
			return error_nomem(err);
	}
	image->layer_count++;
	return 0;
}

static int layers_of_manifest(struct scanreq_image *image, const struct document *manifest,
			      struct scanreq_error *err)
{
	int failed = 0;

	for (size_t i = 0; i < manifest->count && !failed; i++) {
		const struct descriptor *d = &manifest->entries[i];
		struct stored_layer layer = { .digest = d->digest,
					      .size = d->size,
					      .media_type = d->media_type,
					      .identity = i };

		for (size_t j = 0; j < i; j++)
			if (digest_equal(&manifest->entries[j].digest, &d->digest)) {
				layer.identity = image->layers[j].identity;
				break;
			}
		failed = add_layer(image, &layer, err);
	}
	return failed;
}

static int layers_of_candidate(struct scanreq_image *image, const struct candidate *candidate,
			       struct scanreq_error *err)
{
	int failed = 0;

	for (size_t i = 0; i < candidate->layer_count && !failed; i++)
		failed = add_layer(image, &candidate->layers[i], err);
	return failed;
}

static int fill_layers(struct scanreq_image *image, const struct fact_basis *basis,
		       struct scanreq_error *err)
{
	size_t count = basis->manifest ? basis->manifest->count : basis->candidate->layer_count;

	image->layers = calloc(count ? count : 1, sizeof(*image->layers));
	if (!image->layers)
		return error_nomem(err);
	return basis->manifest ? layers_of_manifest(image, basis->manifest, err)
			       : layers_of_candidate(image, basis->candidate, err);
}

static bool seen_before(const struct scanreq_image *image, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (image->layers[j].identity == image->layers[i].identity)
			return true;
	return false;
}

/* Without the size of one layer there are no sums. */
static int forget_sizes(struct scanreq_image *image, size_t layer)
{
	image->size_total = image->size_layers = image->size_unique = -1;
	if (asprintf(&image->size_unknown, "the size of layer %zu is not known", layer) >= 0)
		return 0;
	image->size_unknown = NULL;
	return SCANREQ_E_NOMEM;
}

static int add_sizes(struct scanreq_image *image, struct scanreq_error *err)
{
	int64_t config = (int64_t)image->config_bytes.len;
	int64_t layers = 0, unique = config, total = config;
	bool fits = true;

	for (size_t i = 0; i < image->layer_count && fits; i++) {
		int64_t size = image->layers[i].size;

		if (size < 0)
			return forget_sizes(image, i) ? error_nomem(err) : 0;
		fits = add_int64(&layers, size) &&
		       (seen_before(image, i) || add_int64(&unique, size));
	}
	if (!fits || !add_int64(&total, layers))
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 "the sizes of the layers add up to more than int64 holds");
	image->size_total = total;
	image->size_layers = layers;
	image->size_unique = unique;
	return 0;
}

static int check_layer_count(struct scanreq_image *image, struct scanreq_error *err)
{
	if (image->config.diff_id_count == image->layer_count)
		return 0;
	return facts_warn(image, err, "the image lists %zu layer%s, its config %zu",
			  image->layer_count, image->layer_count == 1 ? "" : "s",
			  image->config.diff_id_count);
}

/* An engine reports one number, and not what it counts. */
static int size_facts(struct scanreq_image *image, const struct fact_basis *basis,
		      struct scanreq_error *err)
{
	int failed;

	if (image->reported) {
		image->size_total = image->reported->size;
		if (image->size_total >= 0)
			return 0;
		return str_copy(&image->size_unknown, "the engine does not report the size")
			       ? error_nomem(err)
			       : 0;
	}
	failed = fill_layers(image, basis, err);
	if (!failed)
		failed = check_layer_count(image, err);
	return failed ? failed : add_sizes(image, err);
}

/* --- time and platform ------------------------------------------------------------- */

static int created_facts(struct scanreq_image *image, struct scanreq_error *err)
{
	const struct image_config *c = &image->config;
	const char *whose = image->reported ? "the engine's" : "the config's";
	int failed = set_fact(image, SCANREQ_FACT_CREATED, c->created, err);

	if (!failed && image->reported)
		failed = set_fact(image, SCANREQ_FACT_UPDATED, image->reported->tagged, err);
	if (failed)
		return failed;
	switch (c->created_state) {
	case CREATED_ABSENT:
		return facts_warn(image, err, "%s has no creation time",
				  image->reported ? "the engine's answer" : "the config");
	case CREATED_UNREADABLE:
		return facts_warn(image, err, "%s creation time cannot be read: %s", whose,
				  c->created ? c->created : "it is no string");
	case CREATED_TOO_OLD:
		return facts_warn(image, err, "%s creation time is before 1970: %s", whose,
				  c->created);
	case CREATED_OK:
		break;
	}
	return 0;
}

/* The config's platform goes before the one that an index claims. */
static int platform_facts(struct scanreq_image *image, const struct platform *claimed,
			  struct scanreq_error *err)
{
	const struct platform *own = &image->config.platform;
	bool known = platform_known(own), claim = claimed && platform_known(claimed);
	bool agrees;
	char *own_text CLEANUP_FREE = platform_format(own);
	char *claim_text CLEANUP_FREE = claim ? platform_format(claimed) : NULL;
	int failed;

	if (!own_text || (claim && !claim_text))
		return error_nomem(err);
	agrees = claim && image_config_agrees(&image->config, claimed);
	/* A variant that only the index states is better than the config's default. */
	if (!known || (agrees && !image->config.variant_stated))
		return set_fact(image, SCANREQ_FACT_PLATFORM, claim_text, err);
	failed = set_fact(image, SCANREQ_FACT_PLATFORM, own_text, err);
	if (failed || !claim || agrees)
		return failed;
	return facts_warn(image, err, "the index says %s, the image's config %s", claim_text,
			  own_text);
}

/* --- all of it --------------------------------------------------------------------- */

static int digest_facts(struct scanreq_image *image, struct scanreq_error *err)
{
	enum scanreq_fact manifest = image->origin == MANIFEST_MADE
					     ? SCANREQ_FACT_ARCHIVE_MANIFEST_DIGEST
					     : SCANREQ_FACT_MANIFEST_DIGEST;
	int failed = set_digest(image, SCANREQ_FACT_INDEX_DIGEST, &image->index_digest, err);

	if (!failed)
		failed = set_digest(image, manifest, &image->manifest_digest, err);
	if (failed)
		return failed;
	return set_digest(image, SCANREQ_FACT_CONFIG_DIGEST, &image->config_digest, err);
}

/* Without a chosen platform, other readers may take another image. */
static int check_listed(struct scanreq_image *image, const struct fact_basis *basis,
			struct scanreq_error *err)
{
	const struct candidate *c = basis->candidate;
	size_t at = 0;

	if (basis->selection->platforms != PLATFORMS_DEFAULT || !(c->flags & CANDIDATE_LISTED) ||
	    candidate_listed(c, &image->config_digest, &at))
		return 0;
	return facts_warn(image, err,
			  "manifest.json lists another image of the index, which docker load may "
			  "take: set platform to the one you mean");
}

static int source_facts(struct scanreq_image *image, const struct fact_basis *basis,
			struct scanreq_error *err)
{
	const struct candidates *c = basis->candidates;
	int failed;

	image->has_mtime = c->has_mtime;
	image->mtime_ms = c->mtime_ms;
	failed = set_fact(image, SCANREQ_FACT_INPUT, basis->input, err);

	if (!failed)
		failed = set_fact(image, SCANREQ_FACT_SOURCE, c->kind, err);
	if (!failed)
		failed = set_fact(image, SCANREQ_FACT_SIZE_BASIS, c->size_basis, err);
	if (!failed && basis->manifest)
		failed = set_fact(image, SCANREQ_FACT_MEDIA_TYPE, basis->manifest->media_type, err);
	for (size_t i = 0; i < c->warnings.count && !failed; i++)
		failed = facts_warn(image, err, "%s", c->warnings.items[i]);
	for (size_t i = 0; i < basis->candidate->names.count && !failed; i++)
		if (strv_add_new(&image->names, basis->candidate->names.items[i]))
			failed = error_nomem(err);
	return failed;
}

int facts_fill(struct scanreq_image *image, const struct fact_basis *basis,
	       struct scanreq_error *err)
{
	int failed = source_facts(image, basis, err);

	image->digest_of_index = basis->selection->digest_of_index;
	if (!failed)
		failed = choose_reference(image, basis, err);
	if (!failed)
		failed = reference_facts(image, err);
	if (!failed)
		failed = digest_facts(image, err);
	if (!failed)
		failed = platform_facts(image, basis->claimed, err);
	if (!failed)
		failed = check_listed(image, basis, err);
	if (!failed)
		failed = created_facts(image, err);
	return failed ? failed : size_facts(image, basis, err);
}
