/* SPDX-License-Identifier: MIT */
/*
 * Temporary logins for Alibaba Cloud's own registries, as a provider of credentials:
 * fetched once for a host, however many images and threads want it, kept until shortly
 * before they end, and wiped.
 */
#ifndef CLOUD_ACR_ACR_H
#define CLOUD_ACR_ACR_H

#include "cloud/acr/login.h"

struct acr;

/*
 * Makes a provider; what the context points to must outlive it. NULL when out of memory.
 */
struct acr *acr_new(const struct acr_context *context);

void acr_free(struct acr **acr);

/*
 * Finds the login for a repository's host: a credential_fn whose argument is the provider.
 * *credential stays empty when the host is none of Container Registry's. It may be given
 * to that host and to an https realm below aliyuncs.com (realm_below). What the service
 * refused is not asked for again in a run. Errors: those of acr_login_fetch().
 */
int acr_find(void *acr, const struct reference *reference, struct credential *credential,
	     struct scanreq_error *err);

/* The login for a repository was refused: it is dropped. A refused_fn. */
void acr_refused(void *acr, const struct reference *reference);

#endif
