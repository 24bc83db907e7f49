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

/* The parts of a reference. */
enum scanreq_reference_part {
	SCANREQ_REFERENCE_WHOLE,      /* "docker.io/library/alpine:latest" */
	SCANREQ_REFERENCE_NAME,       /* without the digest; without a tag where there is none */
	SCANREQ_REFERENCE_REGISTRY,   /* host[:port]; "docker.io" where none is named */
	SCANREQ_REFERENCE_REPOSITORY, /* the path: "library/alpine" */
	SCANREQ_REFERENCE_TAG,        /* "latest" where neither tag nor digest is named */
	SCANREQ_REFERENCE_DIGEST,     /* "sha256:..." or "sha512:..." */
};

/*
 * Parses `text`, all of it. No network is asked. On success *reference is the caller's, who
 * frees it with scanreq_reference_free().
 * Errors: SCANREQ_E_USAGE with what is wrong, SCANREQ_E_NOMEM.
 */
SCANREQ_API int scanreq_reference_parse(const char *text, struct scanreq_reference **reference,
					struct scanreq_error *err);

/* One part, borrowed from the reference; NULL where it has none: the tag, the digest. */
SCANREQ_API const char *scanreq_reference_part(const struct scanreq_reference *reference,
					       enum scanreq_reference_part part);

/* Frees a reference and its parts. NULL is fine. */
SCANREQ_API void scanreq_reference_free(struct scanreq_reference *reference);

#ifdef __cplusplus
}
#endif

#endif
