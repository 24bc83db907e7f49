/* SPDX-License-Identifier: MIT */
/*
 * A source lists the images that it holds (candidates) and gives their raw, untrusted bytes.
 * The core in source.c is the only caller of the function pointers: it applies the caps and
 * checks size and digest, so that no back-end can forget to. image/ chooses among candidates
 * and platforms.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#include "base/buf.h"
#include "base/progress.h"
#include "base/log.h"
#include "base/str.h"
#include "oci/manifest.h"
#include "oci/platform.h"
#include "oci/reference.h"
#include "source/stream/proof.h"
#include "source/engine-report.h"

/* A layer as a source stores it, known without reading it. */
struct stored_layer {
	struct digest digest; /* from its name or a manifest; else DIGEST_NONE */
	int64_t size;         /* bytes as stored, links followed; -1: not known */
	char *media_type;     /* or NULL */
	size_t identity;      /* equal for list entries that are one stored member */
	const char *missing;  /* static: why it cannot be read, "is not in..."; or NULL */
};

/* The identity of a layer that is known by its digest alone. */
#define LAYER_BY_DIGEST SIZE_MAX

/* How a candidate differs from an image with a verified manifest. */
enum candidate_flags {
	CANDIDATE_NO_MANIFEST = 1,   /* sizes come from `layers` */
	CANDIDATE_SAVED_MANIFEST = 2, /* of an image that manifest.json lists: `docker save`
					may have made its manifest (Docker 25 and later) */
	CANDIDATE_REPORTED = 4,      /* there are no bytes, only `reported` */
	CANDIDATE_BY_NAME = 8,       /* another name for an image of an index that is itself a
					candidate: chosen by this name only */
	CANDIDATE_LISTED = 16        /* manifest.json lists it, or one image of its index */
};

struct listed_images;

/* An image that a source holds, before any blob is read. */
struct candidate {
	unsigned int flags;
	struct strv names;            /* references by which the source knows it */
	struct strv refs;             /* other texts that choose it: a bare tag */
	char *selector;               /* "@0", or a reference; NULL: the only image */
	struct reference reference;   /* the registry's; all-zero for saved images */
	struct descriptor descriptor; /* of its manifest or index; digest NONE: ask by name */
	struct descriptor config;     /* when NO_MANIFEST: digest (may be NONE), size */
	char *config_name;            /* the archive's member name of the config, or NULL */
	struct stored_layer *layers;  /* when NO_MANIFEST, or of a listed image */
	size_t layer_count;
	const struct listed_images *listed; /* of its candidates, borrowed; or NULL */
	struct reported *reported;    /* when REPORTED */
};

/*
 * The entries of an archive's manifest.json for images that index.json has, too, found by
 * `config.digest`. Only `config_name`, `layers` and the flags of an item are set.
 */
struct listed_images {
	struct candidate *items;
	size_t count;
};

struct candidates {
	const char *kind; /* static: "registry", "docker-archive": the output's `source` */
	bool has_mtime;         /* the source is one file, with a path */
	int64_t mtime_ms;       /* when it was modified last, since 1970 */
	const char *size_basis; /* static: what sizes are: "compressed", "stored", "engine" */
	struct candidate *items;
	size_t count;
	struct strv warnings;   /* about the source as a whole */
	struct listed_images *listed; /* or NULL */
};

void candidate_free(struct candidate *candidate);
void candidates_free(struct candidates *candidates);

/* Adds a warning, while there are fewer than LIMIT_WARNINGS. 0 or SCANREQ_E_NOMEM. */
int candidates_warn(struct candidates *candidates, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds an empty candidate; NULL: out of memory, or over LIMIT_CANDIDATES. */
struct candidate *candidates_add(struct candidates *candidates);

/*
 * The next entry of manifest.json, from *at on, for a candidate's image with that config;
 * advances *at. NULL: no more.
 */
const struct candidate *candidate_listed(const struct candidate *candidate,
					 const struct digest *config, size_t *at);

/* Takes bytes piece by piece. Returns 0, or a negative class to stop. */
struct sink {
	int (*write)(void *arg, const void *data, size_t len, struct scanreq_error *err);
	void *arg;
};

/* A document as it was received. */
struct source_document {
	struct buf bytes;     /* the core sets its maximum */
	char *media_type;     /* Content-Type or descriptor's, or NULL */
	struct digest claimed;/* Docker-Content-Digest where well-formed, else NONE */
	bool has_last_modified;   /* the registry sent a well-formed Last-Modified */
	int64_t last_modified_ms; /* since 1970 */
};

void source_document_free(struct source_document *document);

/* The functions of a back-end. */
struct source_ops {
	/*
	 * Fills the candidates (empty before), their kind and size basis. A pipe is read
	 * to its end here.
	 */
	int (*list)(void *context, struct candidates *candidates, struct scanreq_error *err);

	/*
	 * Reads a manifest or index of `candidate`: the one that `want` describes, or
	 * its own top document when `want` is NULL.
	 */
	int (*manifest)(void *context, const struct candidate *candidate,
			const struct descriptor *want, struct source_document *document,
			struct scanreq_error *err);

	/* Writes a blob (here: the config) into the sink. */
	int (*blob)(void *context, const struct candidate *candidate,
		    const struct descriptor *want, struct sink *sink,
		    struct scanreq_error *err);

	/*
	 * Whether the source has a manifest, without a request. NULL: the source cannot
	 * tell, and every manifest may be there.
	 */
	bool (*has)(void *context, const struct digest *digest);

	/*
	 * Hashes a layer of the candidate's own list, or LAYER_BY_DIGEST. NULL: the
	 * source reads no layers.
	 */
	int (*layer)(void *context, const struct stored_layer *layer,
		     struct layer_proof *proof, struct scanreq_error *err);

	void (*close)(void *context);
};

/* How a saved image is opened. */
struct source_options {
	struct log *log;    /* or NULL */
	const char *kind;   /* "oci-archive": list only the images of that form; NULL: all */
	bool verify_layers; /* hash the layers: a pipe can be read only once */
	const struct progress *progress; /* or NULL */
};

/* An open source, from a back-end's open function. */
struct source {
	const struct source_ops *ops;
	void *context;
};

/* May be called again; an all-zero source is closed. */
void source_close(struct source *source);
#define CLEANUP_SOURCE CLEANUP(source_close)

/* The images of the source. *candidates is the caller's. */
int source_list(struct source *source, struct candidates *candidates,
		struct scanreq_error *err);

/* Whether a manifest that an index lists may be there. */
bool source_has(const struct source *source, const struct digest *digest);

/*
 * Reads a manifest or index of at most LIMIT_MANIFEST bytes, and checks size and digest
 * against `want` (or the candidate's descriptor, or the digest in its reference), and the
 * digest that the source claims. *digest is that of the bytes, by the wanted algorithm
 * (sha256 if there is none). If the descriptor has the bytes as "data", they are used.
 * Errors: SCANREQ_E_MISMATCH, and what the back-end says.
 */
int source_manifest(struct source *source, const struct candidate *candidate,
		    const struct descriptor *want, struct source_document *document,
		    struct digest *digest, struct scanreq_error *err);

/*
 * Reads a config of at most LIMIT_CONFIG bytes and checks size (unless -1) and digest.
 * Without a digest in `want` none is compared; *digest is that of the bytes.
 */
int source_config(struct source *source, const struct candidate *candidate,
		  const struct descriptor *want, struct buf *bytes, struct digest *digest,
		  struct scanreq_error *err);

#endif
