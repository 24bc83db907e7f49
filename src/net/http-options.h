/* SPDX-License-Identifier: MIT */
/* The options of libcurl that each request needs. */
#ifndef NET_HTTP_OPTIONS_H
#define NET_HTTP_OPTIONS_H

#include "net/http-transfer.h"
#include "net/tls-hosts.h"

/* Settings of the transport; nothing is owned. */
struct transfer_options {
	const char *user_agent; /* or NULL */
	const char *ca_file;    /* the setting ca-file, for errors; or NULL */
	long timeout_ms;
	long connect_timeout_ms;
	long idle_s;
	const struct trust *trust;   /* for all hosts; read for https only */
	const struct tls_host *host; /* replaces `trust` for a registry; or NULL */
};

/*
 * Sets up a new handle. Errors: SCANREQ_E_INTERNAL (this libcurl lacks an option),
 * SCANREQ_E_NOMEM.
 */
int transfer_set_options(struct transfer *t, const struct transfer_options *options);

#endif
