/* SPDX-License-Identifier: MIT */
#include <scanreq/reference.h>

#include "base/error.h"
#include "base/str.h"
#include "oci/reference.h"

struct scanreq_reference {
	struct reference parsed;
	char *whole;
	char *name;
	char digest[DIGEST_TEXT_MAX]; /* "": none */
};

static void release(struct scanreq_reference **reference)
{
	scanreq_reference_free(*reference);
}

static int format(struct scanreq_reference *made)
{
	struct reference named = made->parsed;

	named.digest = (struct digest){ 0 };
	digest_format(&made->parsed.digest, made->digest);
	made->whole = reference_format(&made->parsed);
	made->name = reference_format(&named);
	return made->whole && made->name ? 0 : SCANREQ_E_NOMEM;
}

int scanreq_reference_parse(const char *text, struct scanreq_reference **reference,
			    struct scanreq_error *err)
{
	struct scanreq_reference *made CLEANUP(release) = calloc(1, sizeof(*made));
	int failed = made ? reference_parse(text, &made->parsed, err) : error_nomem(err);

	*reference = NULL;
	if (failed)
		return failed;
	if (format(made))
		return error_nomem(err);
	*reference = TAKE(made);
	return 0;
}

const char *scanreq_reference_part(const struct scanreq_reference *reference,
				   enum scanreq_reference_part part)
{
	switch (part) {
	case SCANREQ_REFERENCE_WHOLE:
		return reference->whole;
	case SCANREQ_REFERENCE_NAME:
		return reference->name;
	case SCANREQ_REFERENCE_REGISTRY:
		return reference->parsed.domain;
	case SCANREQ_REFERENCE_REPOSITORY:
		return reference->parsed.path;
	case SCANREQ_REFERENCE_TAG:
		return reference->parsed.tag;
	case SCANREQ_REFERENCE_DIGEST:
		return unless_empty(reference->digest);
	}
	return NULL;
}

void scanreq_reference_free(struct scanreq_reference *reference)
{
	if (!reference)
		return;
	reference_free(&reference->parsed);
	free(reference->whole);
	free(reference->name);
	free(reference);
}
