/* SPDX-License-Identifier: MIT */
/*
 * Security Center's public endpoints: two centres, each for a list of regions
 * (the service's "Endpoints" page, api-sas-2018-12-03-endpoint).
 */
#ifndef CLOUD_RPC_ENDPOINT_H
#define CLOUD_RPC_ENDPOINT_H

#include "net/url.h"

/* The id of region `i` of the table, static; NULL after the last. */
const char *region_name(size_t i);

/* What the caller says of where to post; texts NULL or "" where not given. */
struct endpoint_choice {
	const char *region;
	const char *endpoint; /* wins over the region */
	bool vpc;             /* use the host inside the region's VPCs */
};

/*
 * Finds the URL to post to. Errors: SCANREQ_E_USAGE (neither region nor endpoint is set; the
 * region is malformed, not in the table or without a host in its VPCs; the endpoint is
 * malformed), SCANREQ_E_NOMEM.
 */
int endpoint_find(const struct endpoint_choice *choice, struct url *url,
		  struct scanreq_error *err);

/*
 * Parses host[:port], or a URL without user, path and query. The scheme is https unless the
 * host is loopback. Errors call it `what` ("the STS endpoint") and do not quote it:
 * SCANREQ_E_USAGE, SCANREQ_E_NOMEM.
 */
int endpoint_parse(const char *endpoint, const char *what, struct url *url,
		   struct scanreq_error *err);

/* Whether a region is one of those in the table. */
bool region_is_known(const char *region);

/* Whether a region id has a-z, 0-9 and "-" alone, and fits into a host name. */
bool region_is_well_formed(const char *region);

#endif
