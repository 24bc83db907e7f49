/* SPDX-License-Identifier: MIT */
/*
 * Tells hosts of Alibaba Cloud's Container Registry from others. The whole name must match
 * and the region must be known: anybody can make a bucket of the object store, whose name is
 * the first label of a host below aliyuncs.com.
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
 * Parses the domain of a reference, "host[:443]". False unless it has one of these forms:
 *	registry[-vpc|-internal|-intl|-intl-vpc].REGION.aliyuncs.com
 *	crpi-ID[-vpc].REGION.personal.cr.aliyuncs.com
 *	NAME-registry[-vpc].REGION.cr.aliyuncs.com (Enterprise)
 */
bool acr_host_parse(const char *domain, struct acr_host *host);

#endif
