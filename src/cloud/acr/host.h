/* SPDX-License-Identifier: MIT */
/*
 * Which hosts are registries of Alibaba Cloud's Container Registry. They are matched
 * whole, and their region must be a known one: whoever makes a bucket of the object store
 * chooses the first label of a name below aliyuncs.com.
 */
#ifndef CLOUD_ACR_HOST_H
#define CLOUD_ACR_HOST_H

#include <stdbool.h>

#include "base/limits.h"

enum acr_edition { ACR_PERSONAL, ACR_ENTERPRISE };

/* One registry. A plain value. */
struct acr_host {
	enum acr_edition edition;
	char name[LIMIT_HOST + 1];     /* the host, lower case, without port */
	char region[LIMIT_HOST + 1];
	char instance[LIMIT_HOST + 1]; /* its name, of the Enterprise edition; else "" */
};

/*
 * Reads the domain of a reference, "host[:443]". False when it is no registry of theirs:
 *	registry[-vpc|-internal|-intl|-intl-vpc].REGION.aliyuncs.com
 *	crpi-ID[-vpc].REGION.personal.cr.aliyuncs.com
 *	NAME-registry[-vpc].REGION.cr.aliyuncs.com (Enterprise)
 */
bool acr_host_parse(const char *domain, struct acr_host *host);

#endif
