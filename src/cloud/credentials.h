/* SPDX-License-Identifier: MIT */
/* Alibaba Cloud access keys, and where they come from. */
#ifndef CLOUD_CREDENTIALS_H
#define CLOUD_CREDENTIALS_H

#include <scanreq/error.h>

#include "base/cleanup.h"

#define CREDENTIALS_KEY_ID_VARIABLE "ALIBABA_CLOUD_ACCESS_KEY_ID"
#define CREDENTIALS_KEY_SECRET_VARIABLE "ALIBABA_CLOUD_ACCESS_KEY_SECRET"

/* Keys; owned, wiped when freed. `key_id` NULL: there are none. */
struct credentials {
	char *key_id;
	char *key_secret;
	char *security_token; /* NULL for long-lived keys */
	const char *from;     /* static: "the environment", "the caller" */
};

void credentials_free(struct credentials *credentials);
#define CLEANUP_CREDENTIALS CLEANUP(credentials_free)

/* What the caller gave, borrowed; NULL where it did not. */
struct given_keys {
	const char *key_id;
	const char *key_secret;
	const char *security_token;
};

/*
 * Goes through the chain: the caller's keys, then ALIBABA_CLOUD_ACCESS_KEY_ID, _SECRET
 * and ALIBABA_CLOUD_SECURITY_TOKEN (an empty value is unset). *credentials has no
 * key_id when nobody has any. Errors: SCANREQ_E_DENIED when half of a pair is there, or a
 * value has bytes that no header can carry; SCANREQ_E_NOMEM.
 */
int credentials_find(const struct given_keys *given, struct credentials *credentials,
		     struct scanreq_error *err);

#define CREDENTIALS_SHOWN_SIZE 16

/* A key id as it may be shown: "LTAI****WXYZ", or "****" when it is shorter than 12. */
void credentials_shown_id(const char *key_id, char shown[CREDENTIALS_SHOWN_SIZE]);

#endif
