/* SPDX-License-Identifier: MIT */
/*
 * Security Center's public endpoints: two centres, each for a list of regions
 * (the service's "Endpoints" page, api-sas-2018-12-03-endpoint).
 */
#ifndef CLOUD_ENDPOINT_H
#define CLOUD_ENDPOINT_H

#include "net/url.h"

/*
 * The URL to post to. `endpoint` (host[:port] or URL without path; https unless the host
 * is loopback) wins over `region`; both may be NULL. Errors: SCANREQ_E_USAGE: neither, or
 * a region that is malformed or not in the table (names both centres), a malformed
 * endpoint; SCANREQ_E_NOMEM.
 */
int endpoint_find(const char *region, const char *endpoint, struct url *url,
		  struct scanreq_error *err);

#endif
