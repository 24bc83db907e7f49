/* SPDX-License-Identifier: MIT */
/*
 * What an engine answers to GET /images/NAME/json (Docker Engine API, "Inspect an image";
 * podman's service speaks the same), as facts that it reports.
 *
 * What the id and the digests in such an answer are depends on who keeps the image:
 *
 *	docker's own store   Id is the config's digest. RepoDigests are what the image was
 *	                     pulled or pushed by, which is an index's digest as often as a
 *	                     manifest's: it is not said.
 *	containerd's store   Id is the digest of the index or manifest; Descriptor says which
 *	                     (API 1.48), Manifests what is below an index. The config's
 *	                     digest is not told.
 *	podman               Id is the config's digest. RepoDigests are there for images, too,
 *	                     that were built or loaded and no registry has seen.
 */
#ifndef SOURCE_ENGINE_IMAGE_H
#define SOURCE_ENGINE_IMAGE_H

#include "source/source.h"

/* What was asked, and whom; borrowed. */
struct engine_asked {
	const char *name;   /* as the engine got it: a reference or an id */
	const char *engine; /* how it is called: "the engine at /var/run/docker.sock" */
	bool podman;	    /* it says that it is podman */
};

/* Whether `text` is what an engine can be asked for. Errors: SCANREQ_E_USAGE, _NOMEM. */
int engine_name_check(const char *text, struct scanreq_error *err);

/*
 * Adds the one image of an answer to the candidates, with its names, the reference that
 * was asked for where the image has it, and `reported`.
 * Errors: SCANREQ_E_UNREADABLE, SCANREQ_E_MISMATCH (another id than was asked for),
 * SCANREQ_E_NOMEM.
 */
int engine_image_list(const char *bytes, size_t len, const struct engine_asked *asked,
		      struct candidates *candidates, struct scanreq_error *err);

#endif
