/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/choice.h"

/* How many choices an error lists before it only counts. */
#define LISTED 20

/* --- candidates -------------------------------------------------------------------- */

static void list_names(const struct strv *names, bool *first, struct buf *out)
{
	for (size_t i = 0; i < names->count && i < LISTED; i++) {
		buf_addf(out, "%s%s", *first ? " (" : ", ", names->items[i]);
		*first = false;
	}
}

/* "@0 (a:1, a:2), @1 (b:1)" */
static void list_choices(const struct candidates *candidates, struct buf *out)
{
	for (size_t i = 0; i < candidates->count && i < LISTED; i++) {
		const struct candidate *c = &candidates->items[i];
		bool first = true;

		buf_addf(out, "%s%s", i ? ", " : "", c->selector ? c->selector : "?");
		list_names(&c->names, &first, out);
		list_names(&c->refs, &first, out);
		if (!first)
			buf_puts(out, ")");
	}
	if (candidates->count > LISTED)
		buf_addf(out, " and %zu more", candidates->count - LISTED);
}

static int complain(const struct candidates *candidates, int code, const char *what,
		    const char *input, struct scanreq_error *err)
{
	struct buf choices CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);

	list_choices(candidates, &choices);
	if (buf_check(&choices, NULL, err))
		return err ? err->klass : SCANREQ_E_NOMEM;
	return error_about(error_set(err, code, "%s %s: set select to one of %s", input, what,
				     buf_str(&choices)),
			   "select", err);
}

static int position_of(const char *selector, int64_t *n, struct scanreq_error *err)
{
	if (str_to_int64(selector + 1, n) && *n >= 0)
		return 0;
	return error_set(err, SCANREQ_CODE_SELECTOR_INVALID,
			 "\"%s\" is no selector: say @N, with N from 0", selector);
}

/* Whether it may be an org.opencontainers.image.ref.name (image-spec annotations.md). */
static bool is_ref_name(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._:@/+";

	return strspn(text, allowed) == strlen(text) && strspn(text, "-._:@/+") == 0 && *text;
}

int selector_check(const char *selector, struct scanreq_error *err)
{
	struct reference reference CLEANUP_REFERENCE = { 0 };
	int64_t n;

	if (selector[0] == '@')
		return position_of(selector, &n, err);
	return is_ref_name(selector) ? 0 : reference_parse(selector, &reference, err);
}

static int choice_take(struct choice *choice, const struct candidate *candidate,
		       struct scanreq_error *err)
{
	const struct candidate **items = reallocarray(choice->items, choice->count + 1,
						      sizeof(const struct candidate *));

	if (!items)
		return error_nomem(err);
	choice->items = items;
	items[choice->count++] = candidate;
	return 0;
}

void choice_free(struct choice *choice)
{
	free(choice->items);
	*choice = (struct choice){ 0 };
}

/* "@N": the N-th image, from 0. */
static int by_position(const struct candidates *candidates, const char *selection,
		       const char *input, struct choice *choice, struct scanreq_error *err)
{
	int64_t n;
	int failed = position_of(selection, &n, err);

	if (failed)
		return failed;
	if ((uint64_t)n >= candidates->count)
		return complain(candidates, SCANREQ_CODE_IMAGE_NOT_FOUND, "has no such image",
				input, err);
	return choice_take(choice, &candidates->items[n], err);
}

/* Compares references, not their spellings. */
static bool same_reference(const struct reference *wanted, const char *name)
{
	struct reference other CLEANUP_REFERENCE = { 0 };

	return reference_parse(name, &other, NULL) == 0 &&
	       strcmp(other.domain, wanted->domain) == 0 && strcmp(other.path, wanted->path) == 0 &&
	       str_equal(other.tag, wanted->tag) && digest_equal(&other.digest, &wanted->digest);
}

static bool has_name(const struct candidate *candidate, const char *selection,
		     const struct reference *wanted)
{
	if (strv_has(&candidate->refs, selection))
		return true;
	for (size_t i = 0; i < candidate->names.count; i++)
		if (wanted && same_reference(wanted, candidate->names.items[i]))
			return true;
	return false;
}

/* --- one image for several platforms ----------------------------------------------- */

/* `spelt` are the names of `a`, spelt out: manifest.json and index.json spell differently. */
static int same_names(const struct strv *spelt, const struct candidate *a,
		      const struct candidate *b, bool *same)
{
	struct strv other CLEANUP_STRV = { 0 };

	*same = a->names.count == b->names.count && strv_same(&a->refs, &b->refs);
	if (!*same)
		return 0;
	if (reference_spell_out_all(&b->names, &other))
		return SCANREQ_E_NOMEM;
	*same = strv_same(spelt, &other);
	return 0;
}

/*
 * Whether the candidates have distinct platforms, like the entries of an index. Then several
 * of one name are one image, and not an image that was saved twice.
 */
static bool are_platforms(const struct choice *choice)
{
	if (choice->count > LIMIT_INDEX_IMAGES)
		return false;
	for (size_t i = 0; i < choice->count; i++) {
		const struct platform *own = &choice->items[i]->descriptor.platform;

		if (!platform_known(own))
			return false;
		for (size_t j = 0; j < i; j++)
			if (platform_equal(&choice->items[j]->descriptor.platform, own))
				return false;
	}
	return true;
}

static int is_one_image(const struct choice *choice, bool *one)
{
	struct strv spelt CLEANUP_STRV = { 0 };

	*one = choice->count == 1;
	if (*one || !are_platforms(choice))
		return 0;
	if (reference_spell_out_all(&choice->items[0]->names, &spelt))
		return SCANREQ_E_NOMEM;
	*one = true;
	for (size_t i = 1; i < choice->count && *one; i++)
		if (same_names(&spelt, choice->items[0], choice->items[i], one))
			return SCANREQ_E_NOMEM;
	return 0;
}

/* Keeps the only candidate for the platform, whatever the names are. */
static void keep_platform(struct choice *choice, const struct platform *wanted)
{
	if (!wanted || !are_platforms(choice))
		return;
	for (size_t i = 0; i < choice->count; i++)
		if (platform_equal(&choice->items[i]->descriptor.platform, wanted)) {
			choice->items[0] = choice->items[i];
			choice->count = 1;
		}
}

static int no_platform(const struct choice *choice, const struct platform *wanted,
		       struct scanreq_error *err)
{
	struct buf list CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	char *wanted_text CLEANUP_FREE = platform_format(wanted);

	for (size_t i = 0; i < choice->count && i < LISTED; i++) {
		char *text CLEANUP_FREE =
			platform_format(&choice->items[i]->descriptor.platform);

		buf_addf(&list, "%s%s", i ? ", " : "", text ? text : "?");
	}
	if (!wanted_text || list.failed)
		return error_nomem(err);
	return error_set(err, SCANREQ_CODE_PLATFORM_MISSING,
			 "there is no image for %s: set platform to one of %s",
			 wanted_text, buf_str(&list));
}

static const struct candidate *find_platform(const struct choice *choice,
					     const struct platform *wanted)
{
	for (size_t i = 0; i < choice->count; i++)
		if (platform_equal(&choice->items[i]->descriptor.platform, wanted))
			return choice->items[i];
	return NULL;
}

/* The only candidate that the source may have, or NULL. */
static const struct candidate *only_one_there(const struct choice *choice,
					      const struct source *source)
{
	const struct candidate *only = NULL;

	for (size_t i = 0; i < choice->count; i++) {
		const struct descriptor *d = &choice->items[i]->descriptor;

		if (choice->count > 1 && !d->data && !source_has(source, &d->digest))
			continue;
		if (only)
			return NULL;
		only = choice->items[i];
	}
	return only;
}

int choose_one(const struct choice *choice, const struct scanreq_selection *selection,
	       const struct source *source, const struct candidate **candidate,
	       struct scanreq_error *err)
{
	struct platform fallback CLEANUP_PLATFORM = { 0 };
	const struct platform *wanted = selection_platform(selection);
	int failed = platform_parse(PLATFORM_DEFAULT, &fallback, err);

	if (failed)
		return failed;
	*candidate = choice->count == 1 || !wanted ? only_one_there(choice, source) : NULL;
	if (*candidate)
		return 0;
	if (!wanted)
		wanted = &fallback;
	*candidate = find_platform(choice, wanted);
	return *candidate ? 0 : no_platform(choice, wanted, err);
}

/* --- choosing ---------------------------------------------------------------------- */

static int by_name(const struct candidates *candidates, const char *selection, const char *input,
		   struct choice *choice, struct scanreq_error *err)
{
	struct reference wanted CLEANUP_REFERENCE = { 0 };
	/* A text that is no reference may still be a bare tag in index.json. */
	int failed = reference_parse(selection, &wanted, NULL);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	for (size_t i = 0; i < candidates->count; i++)
		if (has_name(&candidates->items[i], selection, failed ? NULL : &wanted) &&
		    choice_take(choice, &candidates->items[i], err))
			return SCANREQ_E_NOMEM;
	if (choice->count > 1 && !are_platforms(choice))
		return complain(candidates, SCANREQ_CODE_IMAGE_AMBIGUOUS,
				"has several images of that name", input, err);
	if (choice->count > 0)
		return 0;
	if (failed)
		return reference_parse(selection, &wanted, err);
	return complain(candidates, SCANREQ_CODE_IMAGE_NOT_FOUND, "has no image of that name",
			input, err);
}

static int by_platform(const struct candidates *candidates, const struct platform *wanted,
		       const char *input, struct choice *choice, struct scanreq_error *err)
{
	bool one;

	for (size_t i = 0; i < candidates->count; i++)
		if (!(candidates->items[i].flags & CANDIDATE_BY_NAME) &&
		    choice_take(choice, &candidates->items[i], err))
			return SCANREQ_E_NOMEM;
	if (is_one_image(choice, &one))
		return error_nomem(err);
	if (one)
		return 0;
	keep_platform(choice, wanted);
	return choice->count == 1 ? 0
				  : complain(candidates, SCANREQ_CODE_IMAGE_AMBIGUOUS,
					     "holds several images", input, err);
}

int choose_candidates(const struct candidates *candidates,
		      const struct scanreq_selection *selection, const char *input,
		      struct choice *choice, struct scanreq_error *err)
{
	const char *image = selection->image;

	if (candidates->count == 0)
		return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE, "%s holds no image", input);
	if (image && !candidates->items[0].selector)
		return error_set(err, SCANREQ_CODE_SELECTOR_INVALID,
				 "select is for saved images; %s is one image", input);
	if (image && image[0] == '@')
		return by_position(candidates, image, input, choice, err);
	if (image)
		return by_name(candidates, image, input, choice, err);
	return by_platform(candidates, selection_platform(selection), input, choice, err);
}
