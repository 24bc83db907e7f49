/* SPDX-License-Identifier: MIT */
/*
 * Which certificate authorities are trusted: the system's and those of a file beside
 * them. A hashed directory (openssl-rehash(1)) is preferred to a bundle, since of it only
 * what is needed is read; parsing a whole bundle costs more than the request.
 *
 * The system's are looked for where the common distributions have them: a program that is
 * one static file may run on any of them.
 *
 * SSL_CERT_FILE and SSL_CERT_DIR stand for the system's bundle and directory, as for
 * OpenSSL itself.
 */
#ifndef NET_TRUST_H
#define NET_TRUST_H

#include <stdbool.h>
#include <scanreq/error.h>

#include "base/buf.h"

/* All-zero is empty. */
struct trust {
	struct buf pem;        /* authorities; empty: none but those of the directory */
	char *directory;       /* hashed; NULL: none */
	bool system;           /* the system's authorities were looked for */
};

void trust_free(struct trust *trust);

/*
 * Adds the authorities of a PEM file. Errors: SCANREQ_E_USAGE (it cannot be read or has
 * no certificate), SCANREQ_E_NOMEM.
 */
int trust_add_file(struct trust *trust, const char *path, struct scanreq_error *err);

/*
 * Adds the system's authorities, once. Where both members stay empty, libcurl's own
 * default is right. Errors as above.
 */
int trust_add_system(struct trust *trust, struct scanreq_error *err);

#endif
