/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "source/archive/join.h"
#include "source/archive/match.h"
#include "source/archive/docker.h"
#include "source/archive/oci.h"

/* An entry of index.json. */
struct top {
	struct strv spelt; /* its names, spelt out */
	struct strv names; /* its names in manifest.json, as they are written there */
	struct strv given; /* the same, spelt out */
	size_t joined;     /* images of manifest.json whose home it is */
	bool listed;       /* it or a sibling leads to an image of manifest.json */
	bool done;         /* it is a candidate, or an image of manifest.json replaces it */
};

struct join {
	const struct archive_index *index;
	struct candidates *docker; /* of manifest.json */
	struct candidates *out;
	struct saved_documents documents;
	struct archive_roots roots;
	struct archive_match *matches; /* of each of `docker` */
	struct strv *left;         /* names of each of `docker` that no top has */
	size_t list_count;         /* of `matches` and `left` */
	struct top *tops;
	size_t top_count;
};

static void join_free(struct join *j)
{
	for (size_t i = 0; j->left && i < j->list_count; i++)
		strv_free(&j->left[i]);
	for (size_t i = 0; j->tops && i < j->top_count; i++) {
		strv_free(&j->tops[i].spelt);
		strv_free(&j->tops[i].names);
		strv_free(&j->tops[i].given);
	}
	free(j->left);
	free(j->tops);
	free(j->matches);
	archive_roots_free(&j->roots);
	saved_documents_free(&j->documents);
}

/* --- names ------------------------------------------------------------------------- */

/* Adds a name, unless the top has it in any spelling. */
static int give_name(struct top *top, const char *name, const char *spelt)
{
	if (strv_has(&top->given, spelt) || top->names.count >= LIMIT_NAMES)
		return 0;
	return strv_add(&top->names, name) || strv_add(&top->given, spelt) ? SCANREQ_E_NOMEM : 0;
}

/*
 * Gives a name of manifest.json to the tops that have it in another spelling, among those
 * of the last archive_roots_find(). *known tells whether there is any.
 */
static int give_known(struct join *j, const char *name, const char *spelt, bool *known)
{
	*known = false;
	for (size_t i = 0; i < j->roots.count; i++) {
		struct top *top = &j->tops[j->roots.found[i]];

		if (!strv_has(&top->spelt, spelt))
			continue;
		*known = true;
		if (give_name(top, name, spelt))
			return SCANREQ_E_NOMEM;
	}
	return 0;
}

/* Whether two tops are one image for two platforms, by index.json. */
static bool are_siblings(const struct join *j, size_t a, size_t b)
{
	const struct saved_document *x = &j->documents.items[a], *y = &j->documents.items[b];

	return a != b && platform_known(&x->descriptor.platform) &&
	       platform_known(&y->descriptor.platform) &&
	       strv_same(&j->tops[a].spelt, &j->tops[b].spelt) && strv_same(&x->refs, &y->refs);
}

/* Counts the images of manifest.json in a top and its siblings, and the siblings. */
static size_t count_family(const struct join *j, size_t top, size_t *siblings)
{
	size_t joined = j->tops[top].joined;

	*siblings = 0;
	for (size_t i = 0; i < j->top_count; i++)
		if (are_siblings(j, top, i)) {
			joined += j->tops[i].joined;
			(*siblings)++;
		}
	return joined;
}

/* --- where an image of manifest.json belongs --------------------------------------- */

/* The top that is the manifest, else the first top that leads to it. */
static size_t home_of(struct join *j, size_t document)
{
	size_t home = SIZE_MAX;

	if (document < j->top_count)
		return document;
	archive_roots_find(&j->roots, document);
	for (size_t i = 0; i < j->roots.count; i++)
		if (j->roots.found[i] < home)
			home = j->roots.found[i];
	return home;
}

/* Whether the top leads to nothing but the document: a chain of indexes of one entry. */
static bool leads_alone(const struct join *j, size_t top, size_t document)
{
	size_t at = top;

	for (int depth = 0; depth <= LIMIT_INDEX_DEPTH && at != document; depth++) {
		const struct saved_document *d = &j->documents.items[at];

		if (d->listed != 1)
			return false;
		at = j->documents.edges[d->edge].to;
	}
	return at == document;
}

/*
 * Whether a top gets a name that only manifest.json has: if it is this image and no other,
 * or has no name and no other image of manifest.json.
 */
static bool takes_names(const struct join *j, size_t top, size_t document)
{
	size_t siblings, joined = count_family(j, top, &siblings);

	return (siblings == 0 && leads_alone(j, top, document)) ||
	       (j->tops[top].spelt.count == 0 && joined == 1);
}

static int take_name(struct join *j, size_t home, const char *name, const char *spelt)
{
	int failed = give_name(&j->tops[home], name, spelt);

	for (size_t i = 0; i < j->top_count && !failed; i++)
		if (are_siblings(j, home, i))
			failed = give_name(&j->tops[i], name, spelt);
	return failed;
}

/* Deals a name that no top which leads to the manifest has. */
static int deal_new_name(struct join *j, size_t number, const char *name, const char *spelt)
{
	size_t document = j->matches[number].document;
	size_t home = home_of(j, document);

	return takes_names(j, home, document) ? take_name(j, home, name, spelt)
					      : strv_add(&j->left[number], name);
}

/* Deals the names of an image of manifest.json to the tops. */
static int deal_names(struct join *j, size_t number)
{
	const struct strv *names = &j->docker->items[number].names;

	for (size_t i = 0; i < names->count; i++) {
		char *spelt CLEANUP_FREE = reference_spell_out(names->items[i]);
		bool known;

		if (!spelt)
			return SCANREQ_E_NOMEM;
		archive_roots_find(&j->roots, j->matches[number].document);
		if (give_known(j, names->items[i], spelt, &known) ||
		    (!known && deal_new_name(j, number, names->items[i], spelt)))
			return SCANREQ_E_NOMEM;
	}
	return 0;
}

/* --- candidates -------------------------------------------------------------------- */

static int emit(struct join *j, struct candidate *candidate)
{
	struct candidate *made = candidates_add(j->out);

	if (!made)
		return SCANREQ_E_NOMEM;
	*made = *candidate;
	memset(candidate, 0, sizeof(*candidate));
	return 0;
}

/* Adds the names of the top that only index.json has. */
static int add_own_names(const struct join *j, size_t top, struct strv *names)
{
	const struct strv *own = &j->documents.items[top].names;
	const struct top *t = &j->tops[top];

	for (size_t i = 0; i < own->count && names->count < LIMIT_NAMES; i++)
		if (!strv_has(&t->given, t->spelt.items[i]) && strv_add(names, own->items[i]))
			return SCANREQ_E_NOMEM;
	return 0;
}

/* Makes a candidate of a top, once. */
static int emit_top(struct join *j, size_t top)
{
	const struct saved_document *d = &j->documents.items[top];
	struct candidate made CLEANUP(candidate_free) = { 0 };
	struct top *t = &j->tops[top];

	if (t->done)
		return 0;
	t->done = true;
	made.flags = t->listed ? CANDIDATE_LISTED : 0;
	made.names = t->names;
	t->names = (struct strv){ 0 };
	if (add_own_names(j, top, &made.names) || descriptor_copy(&made.descriptor, &d->descriptor))
		return SCANREQ_E_NOMEM;
	for (size_t i = 0; i < d->refs.count; i++)
		if (strv_add(&made.refs, d->refs.items[i]))
			return SCANREQ_E_NOMEM;
	return emit(j, &made);
}

/* Emits a top and its siblings, in the order of index.json. */
static int emit_family(struct join *j, size_t top)
{
	int failed = 0;

	if (j->tops[top].done)
		return 0;
	for (size_t i = 0; i < j->top_count && !failed; i++)
		if (i == top || are_siblings(j, top, i))
			failed = emit_top(j, i);
	return failed;
}

/* Whether a top is a single image, and manifest.json lists other layers for it. */
static bool is_replaced(const struct join *j, size_t top, size_t document)
{
	size_t siblings, joined = count_family(j, top, &siblings);

	return siblings == 0 && joined == 0 && !j->tops[top].done && leads_alone(j, top, document);
}

/* Replaces a top by an image of manifest.json, which gets its names, too. */
static int replace_top(struct join *j, size_t top, struct strv *names)
{
	j->tops[top].done = true;
	return reference_spell_out_all(names, &j->tops[top].given) ? SCANREQ_E_NOMEM
							 : add_own_names(j, top, names);
}

static int say_other_layers(struct join *j, const struct candidate *own)
{
	return candidates_warn(j->out,
			       "image %s has other layers in " OCI_INDEX " than in "
			       DOCKER_MANIFEST ": its manifest there is not used",
			       own->selector);
}

/*
 * Emits an image without its manifest, which lists other layers. If the manifest is an entry
 * of index.json, the entry is not emitted again.
 */
static int emit_other_layers(struct join *j, size_t number)
{
	struct candidate *own = &j->docker->items[number];
	size_t document = j->matches[number].document;
	size_t home = home_of(j, document);

	if (say_other_layers(j, own))
		return SCANREQ_E_NOMEM;
	if (is_replaced(j, home, document) && replace_top(j, home, &own->names))
		return SCANREQ_E_NOMEM;
	return emit(j, own);
}

/* Whether another platform of the image is usable: then keep the top, to explain a failure. */
static bool has_sibling(const struct join *j, size_t top)
{
	for (size_t i = 0; i < j->top_count; i++)
		if (j->documents.items[i].state == SAVED_IMAGE && are_siblings(j, top, i))
			return true;
	return false;
}

static int say_unusable(struct join *j, const struct saved_document *d)
{
	struct document document CLEANUP_DOCUMENT = { 0 };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	char text[DIGEST_TEXT_MAX];

	if (j->out->warnings.count >= LIMIT_WARNINGS)
		return 0;
	if (oci_archive_document(j->index, &d->descriptor, &document, &why) == SCANREQ_E_NOMEM)
		return SCANREQ_E_NOMEM;
	return candidates_warn(j->out, OCI_INDEX "'s entry %s is not used: %s",
			       digest_format(&d->descriptor.digest, text), why.message);
}

/* Emits the tops that only index.json has. */
static int emit_rest(struct join *j)
{
	size_t absent = 0;
	int failed = 0;

	for (size_t i = 0; i < j->top_count && !failed; i++) {
		const struct saved_document *d = &j->documents.items[i];
		bool there = d->state == SAVED_IMAGE || (d->state == SAVED_INDEX && d->holds);

		if (j->tops[i].done)
			continue;
		if (there || has_sibling(j, i))
			failed = emit_top(j, i);
		else if (d->state == SAVED_NONE)
			failed = say_unusable(j, d);
		else
			absent++;
	}
	if (failed || absent == 0)
		return failed;
	return candidates_warn(j->out,
			       "images that " OCI_INDEX " lists but that were not saved: %zu",
			       absent);
}

/* Emits the manifest of an image of manifest.json; takes `names`. */
static int emit_manifest(struct join *j, size_t number, struct strv *names, unsigned int flags)
{
	const struct saved_document *d = &j->documents.items[j->matches[number].document];
	struct candidate made CLEANUP(candidate_free) = { .flags = flags, .names = *names };

	*names = (struct strv){ 0 };
	if (descriptor_copy(&made.descriptor, &d->descriptor))
		return SCANREQ_E_NOMEM;
	/* The platform is index.json's, and this is manifest.json's entry. */
	if (flags == 0)
		platform_free(&made.descriptor.platform);
	return emit(j, &made);
}

/* --- the list ---------------------------------------------------------------------- */

static int emit_docker(struct join *j, size_t number)
{
	const struct archive_match *match = &j->matches[number];

	if (match->document == NO_DOCUMENT)
		return emit(j, &j->docker->items[number]);
	return match->same ? emit_family(j, home_of(j, match->document))
			   : emit_other_layers(j, number);
}

/* Marks the tops that lead to an image of manifest.json, and its other platforms. */
static void mark_listed(struct join *j, size_t document)
{
	size_t home = home_of(j, document);

	j->tops[home].joined++;
	archive_roots_find(&j->roots, document);
	for (size_t i = 0; i < j->roots.count; i++)
		j->tops[j->roots.found[i]].listed = true;
	for (size_t i = 0; i < j->top_count; i++)
		if (are_siblings(j, home, i))
			j->tops[i].listed = true;
}

static int emit_both(struct join *j)
{
	int failed = 0;

	for (size_t i = 0; i < j->docker->count; i++)
		if (j->matches[i].same)
			mark_listed(j, j->matches[i].document);
	for (size_t i = 0; i < j->docker->count && !failed; i++)
		if (j->matches[i].same)
			failed = deal_names(j, i);
	for (size_t i = 0; i < j->docker->count && !failed; i++)
		failed = emit_docker(j, i);
	if (!failed)
		failed = emit_rest(j);
	/* Other names for an image of an index: candidates to choose by name only. */
	for (size_t i = 0; i < j->docker->count && !failed; i++)
		if (j->left[i].count > 0)
			failed = emit_manifest(j, i, &j->left[i], CANDIDATE_BY_NAME);
	return failed;
}

/* Emits the images of manifest.json, with their manifests. */
static int emit_docker_alone(struct join *j)
{
	int failed = 0;

	for (size_t i = 0; i < j->docker->count && !failed; i++) {
		struct candidate *own = &j->docker->items[i];

		if (j->matches[i].same)
			failed = emit_manifest(j, i, &own->names, 0);
		else if (j->matches[i].document != NO_DOCUMENT)
			failed = say_other_layers(j, own) || emit(j, own) ? SCANREQ_E_NOMEM : 0;
		else
			failed = emit(j, own);
	}
	return failed;
}

/* --- joining ----------------------------------------------------------------------- */

static int join_prepare(struct join *j, struct scanreq_error *err)
{
	int failed = archive_roots_new(&j->roots, &j->documents, err);

	if (failed)
		return failed;
	j->matches = calloc(j->docker->count + 1, sizeof(*j->matches));
	j->left = calloc(j->docker->count + 1, sizeof(*j->left));
	j->list_count = j->docker->count;
	j->tops = calloc(j->roots.tops + 1, sizeof(*j->tops));
	if (!j->matches || !j->left || !j->tops)
		return error_nomem(err);
	j->top_count = j->roots.tops;
	for (size_t i = 0; i < j->top_count; i++)
		if (reference_spell_out_all(&j->documents.items[i].names, &j->tops[i].spelt))
			return error_nomem(err);
	return archive_match(j->index, &j->documents, j->docker, j->matches, err);
}

/* Keeps the entries of manifest.json for images that have a manifest. */
static int keep_listed(struct join *j)
{
	struct listed_images *listed = calloc(1, sizeof(*listed));
	struct candidate *items = j->docker->items;

	j->out->listed = listed;
	if (!listed)
		return SCANREQ_E_NOMEM;
	/* In place: there may be thousands. Emitted ones are empty. */
	for (size_t i = 0; i < j->docker->count; i++) {
		struct candidate own = items[i];

		memset(&items[i], 0, sizeof(items[i]));
		if (j->matches[i].document == NO_DOCUMENT || !own.config_name)
			candidate_free(&own);
		else
			items[listed->count++] = own;
	}
	listed->items = items;
	j->docker->items = NULL;
	j->docker->count = 0;
	for (size_t i = 0; i < j->out->count; i++)
		j->out->items[i].listed = listed;
	return 0;
}

static int number_all(struct candidates *out)
{
	for (size_t i = 0; i < out->count; i++) {
		free(out->items[i].selector);
		out->items[i].selector = selector_of(i);
		if (!out->items[i].selector)
			return SCANREQ_E_NOMEM;
	}
	return 0;
}

/* Emits the images of manifest.json as they are, since index.json is malformed. */
static int only_docker(struct join *j, const struct scanreq_error *why)
{
	int failed = candidates_warn(j->out, OCI_INDEX " is not used: %s", why->message);

	for (size_t i = 0; i < j->docker->count && !failed; i++)
		failed = emit(j, &j->docker->items[i]);
	return failed;
}

static int take_warnings(struct join *j)
{
	struct strv *from = &j->docker->warnings;

	for (size_t i = 0; i < from->count; i++)
		if (candidates_warn(j->out, "%s", from->items[i]))
			return SCANREQ_E_NOMEM;
	return 0;
}

static int join_lists(struct join *j, int (*emit_images)(struct join *j),
		      struct scanreq_error *err)
{
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed = oci_archive_walk(j->index, &j->documents, &why);

	j->out->kind = j->docker->kind;
	j->out->size_basis = j->docker->size_basis;
	if (failed == SCANREQ_E_NOMEM || take_warnings(j))
		return error_nomem(err);
	if (failed)
		return only_docker(j, &why) ? error_nomem(err) : 0;
	failed = join_prepare(j, err);
	if (failed)
		return failed;
	if (j->docker->count + j->top_count > LIMIT_CANDIDATES)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 DOCKER_MANIFEST " and " OCI_INDEX " list more than %d images",
				 LIMIT_CANDIDATES);
	return emit_images(j) || keep_listed(j) || number_all(j->out) ? error_nomem(err) : 0;
}

int archive_join(const struct archive_index *index, struct candidates *docker,
		 struct candidates *out, struct scanreq_error *err)
{
	struct join j CLEANUP(join_free) = { .index = index, .docker = docker, .out = out };

	return join_lists(&j, emit_both, err);
}

int archive_join_docker(const struct archive_index *index, struct candidates *docker,
			struct candidates *out, struct scanreq_error *err)
{
	struct join j CLEANUP(join_free) = { .index = index, .docker = docker, .out = out };

	return join_lists(&j, emit_docker_alone, err);
}

int archive_join_oci(const struct archive_index *index, struct candidates *docker,
		     struct candidates *out, struct scanreq_error *err)
{
	struct join j CLEANUP(join_free) = { .index = index, .docker = docker, .out = out };
	int failed = oci_archive_walk(index, &j.documents, err);

	/* Images that cannot be joined stay in the list. */
	if (failed == SCANREQ_E_UNREADABLE)
		return 0;
	if (!failed)
		failed = join_prepare(&j, err);
	return failed ? failed : keep_listed(&j) ? error_nomem(err) : 0;
}
