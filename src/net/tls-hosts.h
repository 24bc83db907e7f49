/* SPDX-License-Identifier: MIT */
/*
 * TLS configuration of each registry: trusted authorities, the client certificate with its
 * key, and whether to verify the server. It is read at the first request to a host.
 *
 * The directory of a registry is the first "host[:port]" found in
 * $XDG_CONFIG_HOME/containers/certs.d (default ~/.config/containers/certs.d),
 * /etc/containers/certs.d and /etc/docker/certs.d (containers-certs.d(5)). In it, "*.crt" are
 * authorities, and "*.cert" and "*.key" of the same name are a client certificate and its
 * key; the first pair by name is used.
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
	struct trust trust;  /* including the system's authorities */
	struct buf cert;     /* PEM with its chain; empty if there is none */
	struct buf key;
	bool unverified;     /* do not verify the server */
	struct tls_host *next;
};

/* Settings; nothing is owned. */
struct tls_options {
	const char *ca_file;   /* for all hosts; or NULL */
	const char *cert_file; /* for all registries, instead of certs.d's; or NULL */
	const char *key_file;  /* NULL if cert_file is NULL */
	const struct strv *unverified; /* HOST (any port) or HOST:PORT; or NULL */
};

/* The hosts found so far. All-zero is empty. One thread at a time may use it. */
struct tls_hosts {
	struct tls_host *first;
};

void tls_hosts_free(struct tls_hosts *hosts);

/*
 * Finds the configuration for a registry's origin; *host is borrowed from `hosts`.
 * Errors: SCANREQ_E_USAGE (a file is unreadable or has the wrong content, half of a pair is
 * missing, a key is encrypted; the message names the file), SCANREQ_E_NOMEM.
 */
int tls_hosts_find(struct tls_hosts *hosts, const struct tls_options *options,
		   const struct url *origin, const struct tls_host **host,
		   struct scanreq_error *err);

#endif
