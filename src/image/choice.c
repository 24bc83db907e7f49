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

static int complain(const struct candidates *candidates, int klass, const char *what,
		    const char *input, struct scanreq_error *err)
{
	struct buf choices CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);

	list_choices(candidates, &choices);
	if (buf_check(&choices, NULL, err))
		return err ? err->klass : SCANREQ_E_NOMEM;
	return error_set(err, klass, "%s %s: choose with --select one of %s", input, what,
			 buf_str(&choices));
}

static int position_of(const char *selector, int64_t *n, struct scanreq_error *err)
{
	if (str_to_int64(selector + 1, n) && *n >= 0)
		return 0;
	return error_set(err, SCANREQ_E_USAGE, "\"%s\" is no selector: say @N, with N from 0",
			 selector);
}

/* What org.opencontainers.image.ref.name may be (image-spec annotations.md), roughly. */
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

/* "@N": the N-th image, from 0. */
static int by_position(const struct candidates *candidates, const char *selection,
		       const char *input, const struct candidate **candidate,
		       struct scanreq_error *err)
{
	int64_t n;
	int failed = position_of(selection, &n, err);

	if (failed)
		return failed;
	if ((uint64_t)n >= candidates->count)
		return complain(candidates, SCANREQ_E_NOT_FOUND, "has no such image", input, err);
	*candidate = &candidates->items[n];
	return 0;
}

/* Two spellings of one reference are the same name. */
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

static int by_name(const struct candidates *candidates, const char *selection, const char *input,
		   const struct candidate **candidate, struct scanreq_error *err)
{
	struct reference wanted CLEANUP_REFERENCE = { 0 };
	/* What is no reference may still be what index.json calls the image. */
	int failed = reference_parse(selection, &wanted, NULL);

	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	*candidate = NULL;
	for (size_t i = 0; i < candidates->count; i++) {
		if (!has_name(&candidates->items[i], selection, failed ? NULL : &wanted))
			continue;
		if (*candidate)
			return complain(candidates, SCANREQ_E_AMBIGUOUS,
					"has several images of that name", input, err);
		*candidate = &candidates->items[i];
	}
	if (!*candidate && failed)
		return reference_parse(selection, &wanted, err);
	if (!*candidate)
		return complain(candidates, SCANREQ_E_NOT_FOUND, "has no image of that name", input,
				err);
	return 0;
}

int choose_candidate(const struct candidates *candidates, const char *selection,
		     const char *input, const struct candidate **candidate,
		     struct scanreq_error *err)
{
	if (candidates->count == 0)
		return error_set(err, SCANREQ_E_UNREADABLE, "%s holds no image", input);
	if (selection && !candidates->items[0].selector)
		return error_set(err, SCANREQ_E_USAGE,
				 "--select is for saved images; %s is one image", input);
	if (selection && selection[0] == '@')
		return by_position(candidates, selection, input, candidate, err);
	if (selection)
		return by_name(candidates, selection, input, candidate, err);
	if (candidates->count > 1)
		return complain(candidates, SCANREQ_E_AMBIGUOUS, "holds several images", input,
				err);
	*candidate = &candidates->items[0];
	return 0;
}
