/* SPDX-License-Identifier: MIT */
/*
 * What TLS with one registry needs beyond the system's authorities: those of its directory
 * under certs.d (containers-certs.d(5)), a client certificate with its key, or leave to
 * speak to it unverified. Looked for once a host, when it is first asked.
 *
 * Of the directories $XDG_CONFIG_HOME/containers/certs.d (~/.config without the variable),
 * /etc/containers/certs.d and /etc/docker/certs.d, the first with an entry "host[:port]" is
 * read, alone: "*.crt" are authorities, "*.cert" and "*.key" of the same name are a client's
 * pair. Of several pairs the first by name is used.
 */
#ifndef NET_TLS_HOSTS_H
#define NET_TLS_HOSTS_H

#include <stdbool.h>
#include <scanreq/error.h>

#include "base/str.h"
#include "net/trust.h"
#include "net/url.h"

struct tls_host {
	char *name;          /* host[:port] */
	struct trust trust;  /* whole, the system's authorities included */
	struct buf cert;     /* PEM, with its chain; empty: none */
	struct buf key;
	bool unverified;     /* the user said so */
	struct tls_host *next;
};

/* Settings; nothing is owned. */
struct tls_options {
	const char *ca_file;   /* for every host; or NULL */
	const char *cert_file; /* for every registry, before certs.d's pair; or NULL */
	const char *key_file;  /* NULL as cert_file is */
	const struct strv *unverified; /* HOST (any port) or HOST:PORT; or NULL */
};

/* Hosts looked for so far. All-zero is empty; one thread at a time. */
struct tls_hosts {
	struct tls_host *first;
};

void tls_hosts_free(struct tls_hosts *hosts);

/*
 * Finds what a registry's origin needs; *host stays valid as long as `hosts`.
 * Errors: SCANREQ_E_USAGE (a file that cannot be read or is not what its name says, half a
 * pair, an encrypted key: the file is named), SCANREQ_E_NOMEM.
 */
int tls_hosts_find(struct tls_hosts *hosts, const struct tls_options *options,
		   const struct url *origin, const struct tls_host **host,
		   struct scanreq_error *err);

#endif
