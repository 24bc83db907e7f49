/* SPDX-License-Identifier: MIT */
/*
 * The answer to GET /images/NAME/json (Docker Engine API, "Inspect an image", which podman's
 * service implements, too).
 *
 * The id and the digests have a meaning that depends on the store:
 *
 *	docker's own store   Id is the config's digest. RepoDigests are the digests by which
 *	                     the image was pulled or pushed: of an index or of a manifest,
 *	                     the answer does not say which.
 *	containerd's store   Id is the digest of the index or manifest; Descriptor says which
 *	                     (API 1.48), and Manifests lists the entries of an index. There
 *	                     is no digest of the config.
 *	podman               Id is the config's digest. There are RepoDigests even for images
 *	                     that were built or loaded and are in no registry.
 */
#ifndef SOURCE_ENGINE_IMAGE_H
#define SOURCE_ENGINE_IMAGE_H

#include "source/source.h"

/* The request; borrowed. */
struct engine_asked {
	const char *name;   /* a reference or an id */
	const char *engine; /* for messages: "the engine at /var/run/docker.sock" */
	bool podman;	    /* by the header of the answer */
};

/* Checks that `text` is a reference or an id. Errors: SCANREQ_E_USAGE, SCANREQ_E_NOMEM. */
int engine_name_check(const char *text, struct scanreq_error *err);

/*
 * Adds the image of an answer to the candidates, with its names, `reported` and, if the
 * image has it, the reference that was asked for.
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_MISMATCH (another id than was asked for),
 * SCANREQ_E_NOMEM.
 */
int engine_image_list(const char *bytes, size_t len, const struct engine_asked *asked,
		      struct candidates *candidates, struct scanreq_error *err);

#endif
