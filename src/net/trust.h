/* SPDX-License-Identifier: MIT */
/*
 * Trusted certificate authorities: the system's and those of files. A hashed directory
 * (openssl-rehash(1)) has priority over a bundle, since parsing a whole bundle takes longer
 * than the request; of a directory only the needed files are read.
 *
 * The system's authorities are searched where the common distributions keep them, since a
 * static program may run on any of them. SSL_CERT_FILE and SSL_CERT_DIR replace the system's
 * bundle and directory, like in OpenSSL.
 */
#ifndef NET_TRUST_H
#define NET_TRUST_H

#include <stdbool.h>
#include <scanreq/error.h>

#include "base/buf.h"

/* All-zero is empty. */
struct trust {
	struct buf pem;        /* authorities besides those in `directory` */
	char *directory;       /* hashed directory; or NULL */
	bool system;           /* the system's authorities were added */
};

void trust_free(struct trust *trust);

/*
 * Adds the authorities of a PEM file. Errors: SCANREQ_E_USAGE (it is unreadable or has no
 * certificate), SCANREQ_E_NOMEM.
 */
int trust_add_file(struct trust *trust, const char *path, struct scanreq_error *err);

/*
 * Adds the system's authorities, once. If `pem` and `directory` stay empty, libcurl's default
 * is right. Errors: those of trust_add_file().
 */
int trust_add_system(struct trust *trust, struct scanreq_error *err);

#endif
