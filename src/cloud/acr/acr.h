/* SPDX-License-Identifier: MIT */
/*
 * A provider of credentials for Alibaba Cloud's own registries. It fetches one temporary
 * login for each host, shares it among images and threads, and wipes it shortly before its
 * end.
 */
#ifndef CLOUD_ACR_ACR_H
#define CLOUD_ACR_ACR_H

#include "cloud/acr/login.h"

struct acr;

/*
 * Makes a provider; the context's objects must outlive it. NULL when out of memory.
 */
struct acr *acr_new(const struct acr_context *context);

void acr_free(struct acr **acr);

/*
 * Finds the login for a repository's host: a credential_fn whose argument is the provider.
 * *credential stays empty if the host does not belong to Container Registry. Only that host
 * and https realms below aliyuncs.com (realm_below) may see it. A refusal is remembered, too.
 * Errors: those of acr_login_fetch().
 */
int acr_find(void *acr, const struct reference *reference, struct credential *credential,
	     struct scanreq_error *err);

/* Drops a login that a registry refused: a refused_fn. */
void acr_refused(void *acr, const struct reference *reference);

#endif
