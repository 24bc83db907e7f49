/* SPDX-License-Identifier: MIT */
/*
 * References to images in registries, "registry/repository:tag@digest". They are parsed by
 * the grammar that docker and containerd share, and normalised in the same way.
 */
#ifndef SCANREQ_REFERENCE_H
#define SCANREQ_REFERENCE_H

#include <scanreq/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_reference;

/* The parts of a reference. Since: 0.1.0. */
enum scanreq_reference_part {
	SCANREQ_REFERENCE_WHOLE = 0,      /* "docker.io/library/alpine:latest" */
	SCANREQ_REFERENCE_NAME = 1,       /* registry, repository and tag, without the digest */
	SCANREQ_REFERENCE_REGISTRY = 2,   /* host[:port]; "docker.io" if the text names none */
	SCANREQ_REFERENCE_REPOSITORY = 3, /* the path: "library/alpine" */
	SCANREQ_REFERENCE_TAG = 4,        /* "latest" if the text has neither tag nor digest */
	SCANREQ_REFERENCE_DIGEST = 5,     /* "sha256:..." or "sha512:..." */
};

/*
 * Parses `text`, without using the network. Returns 0 and sets *reference, which the caller
 * frees with scanreq_reference_free(); on failure *reference is NULL.
 * Errors: SCANREQ_E_USAGE if the text is malformed, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_reference_parse(const char *text, struct scanreq_reference **reference,
					struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Returns one part, borrowed from the reference; NULL if it has no such tag or digest.
 * Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_reference_part(const struct scanreq_reference *reference,
					       enum scanreq_reference_part part);

/* Frees a reference and its parts. NULL is allowed. Since: 0.1.0. */
SCANREQ_API void scanreq_reference_free(struct scanreq_reference *reference);

#ifdef __cplusplus
}
#endif

#endif
