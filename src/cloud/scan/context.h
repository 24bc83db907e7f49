/* SPDX-License-Identifier: MIT */
/* Settings and services that submissions and queries share. */
#ifndef CLOUD_SCAN_CONTEXT_H
#define CLOUD_SCAN_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "cloud/keys/chain.h"
#include "cloud/rpc/clock.h"
#include "net/http.h"

/* Borrowed. */
struct submit_context {
	struct http_transport *transport;
	struct log *log;
	const char *region;
	const char *endpoint;
	bool vpc;
	struct credential_chain *chain;
	struct service_clock *clock; /* NULL: this machine's */
	int64_t fixed_time_ms;    /* -1: use the clock */
	const char *fixed_nonce;  /* NULL: random */
	bool show_signature;
	double rate;              /* requests a second; 0: no limit */
	bool retry_ambiguous;     /* repeat a request whose outcome is not known, too */
};

#endif
