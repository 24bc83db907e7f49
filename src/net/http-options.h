/* SPDX-License-Identifier: MIT */
/* What is set on each handle of libcurl, whatever the request. */
#ifndef NET_HTTP_OPTIONS_H
#define NET_HTTP_OPTIONS_H

#include "net/http-transfer.h"
#include "net/tls-hosts.h"

/* Settings of the transport; nothing is owned. */
struct transfer_options {
	const char *user_agent; /* or NULL */
	const char *ca_file;    /* of the user's, in `trust` already; or NULL */
	long timeout_ms;
	long connect_timeout_ms;
	long idle_s;
	const struct trust *trust;   /* of every host; read for https alone */
	const struct tls_host *host; /* in its place for a registry; or NULL */
};

/* Sets a fresh handle up. Errors: SCANREQ_E_INTERNAL (this libcurl lacks something),
 * SCANREQ_E_NOMEM. */
int transfer_set_options(struct transfer *t, const struct transfer_options *options);

#endif
