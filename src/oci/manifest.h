/* SPDX-License-Identifier: MIT */
/*
 * Manifests and indexes of both families: OCI image-spec manifest.md and
 * image-index.md, and distribution's manifest-v2-2.md.
 *
 * A document is refused when its shape, its "mediaType" and the Content-Type or
 * descriptor it came with disagree: the same bytes must not be an image to one reader
 * and an index to another (CVE-2021-41190).
 */
#ifndef OCI_MANIFEST_H
#define OCI_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "oci/platform.h"

/* A descriptor (OCI image-spec descriptor.md). */
struct descriptor {
	char *media_type;         /* NULL when absent */
	struct digest digest;
	int64_t size;             /* bytes; -1: not known */
	struct platform platform; /* of index entries */
	char *ref_name;           /* org.opencontainers.image.ref.name, or NULL */
	char *image_name;         /* io.containerd.image.name, or NULL */
	char *data;               /* base64 of the document, not checked; NULL: absent */
	bool attestation;         /* by vnd.docker.reference.type */
};

void descriptor_free(struct descriptor *descriptor);
#define CLEANUP_DESCRIPTOR CLEANUP(descriptor_free)

/* Copies; 0 or SCANREQ_E_NOMEM. `to` must be empty. */
int descriptor_copy(struct descriptor *to, const struct descriptor *from);

enum document_kind { DOCUMENT_MANIFEST, DOCUMENT_INDEX };

/* A parsed manifest or index. */
struct document {
	enum document_kind kind;
	char *media_type;             /* its own, else the claimed one, else OCI's: Docker's
					 documents always have their own */
	struct descriptor config;     /* manifest only */
	struct descriptor *entries;   /* layers of a manifest, manifests of an index */
	size_t count;
};

/*
 * Parses `len` bytes. `claimed` is the Content-Type or the descriptor's media type, or
 * NULL; one that is no manifest's ("application/json") claims nothing. Errors:
 * SCANREQ_E_UNREADABLE (malformed, contradictory, schema 1, an artifact without an image
 * config, a bad digest or size), SCANREQ_E_NOMEM.
 */
int document_parse(const char *bytes, size_t len, const char *claimed,
		   struct document *document, struct scanreq_error *err);

/*
 * The same for a document of a saved image. Its descriptor may have OCI's media type and the
 * document Docker's of the same kind, or the other way round: tools that convert images
 * write such layouts. From a registry the two must agree, since the Content-Type decides how
 * others read the bytes.
 */
int document_parse_saved(const char *bytes, size_t len, const char *claimed,
			 struct document *document, struct scanreq_error *err);

void document_free(struct document *document);
#define CLEANUP_DOCUMENT CLEANUP(document_free)

#endif
