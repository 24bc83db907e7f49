/* SPDX-License-Identifier: MIT */
/*
 * References to images in registries, "registry/repository:tag@digest": parsed whole by the
 * grammar that docker and containerd share, or refused, and normalised as they do it.
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
	SCANREQ_REFERENCE_NAME = 1,       /* without the digest, and the tag if there is one */
	SCANREQ_REFERENCE_REGISTRY = 2,   /* host[:port]; "docker.io" where none is named */
	SCANREQ_REFERENCE_REPOSITORY = 3, /* the path: "library/alpine" */
	SCANREQ_REFERENCE_TAG = 4,        /* "latest" where neither tag nor digest is named */
	SCANREQ_REFERENCE_DIGEST = 5,     /* "sha256:..." or "sha512:..." */
};

/*
 * Parses `text`, all of it. No network is asked. On success *reference is the caller's, who
 * frees it with scanreq_reference_free().
 * Errors: SCANREQ_E_USAGE with what is wrong, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_reference_parse(const char *text, struct scanreq_reference **reference,
					struct scanreq_error *err);

/*
 * One part, borrowed from the reference; NULL where it has none: the tag, the digest.
 * Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_reference_part(const struct scanreq_reference *reference,
					       enum scanreq_reference_part part);

/* Frees a reference and its parts. NULL is fine. Since: 0.1.0. */
SCANREQ_API void scanreq_reference_free(struct scanreq_reference *reference);

#ifdef __cplusplus
}
#endif

#endif
