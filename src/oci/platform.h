/* SPDX-License-Identifier: MIT */
/*
 * Platforms "os/architecture[/variant]", normalised as containerd does it
 * (platforms/database.go): x86_64 is amd64, aarch64 is arm64, arm64/v8 is arm64, armhf is
 * arm/v7, armel is arm/v6, arm alone is arm/v7, amd64/v1 is amd64, arm64/v9.0 is arm64/v9.
 */
#ifndef OCI_PLATFORM_H
#define OCI_PLATFORM_H

#include <stdbool.h>
#include <scanreq/error.h>

#include "base/cleanup.h"

#define PLATFORM_DEFAULT "linux/amd64"

/*
 * A member is NULL when it is absent or empty. "unknown" is kept: unknown/unknown marks an
 * attestation.
 */
struct platform {
	char *os;
	char *architecture;
	char *variant;
};

/*
 * Parses the user's text, where "unknown" is an error. Errors: SCANREQ_E_USAGE,
 * SCANREQ_E_NOMEM.
 */
int platform_parse(const char *text, struct platform *platform, struct scanreq_error *err);

/*
 * Makes a normalised platform from the members of a document; each may be NULL.
 * 0 or SCANREQ_E_NOMEM.
 */
int platform_make(struct platform *platform, const char *os, const char *architecture,
		  const char *variant);

void platform_free(struct platform *platform);
#define CLEANUP_PLATFORM CLEANUP(platform_free)

/* Copies; 0 or SCANREQ_E_NOMEM. `to` must be empty. */
int platform_copy(struct platform *to, const struct platform *from);

/* Whether os and architecture are both set and not "unknown". */
bool platform_known(const struct platform *platform);

/* Whether all members are equal, after normalising. */
bool platform_equal(const struct platform *a, const struct platform *b);

/* "os/architecture[/variant]", "unknown" for absent ones; the caller's. NULL: no memory. */
char *platform_format(const struct platform *platform);

#endif
