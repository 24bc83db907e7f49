/* SPDX-License-Identifier: MIT */
/* Alibaba Cloud access keys. cloud/keys/chain.h finds them. */
#ifndef CLOUD_RPC_CREDENTIALS_H
#define CLOUD_RPC_CREDENTIALS_H

#include <stdint.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "base/log.h"

#define CREDENTIALS_KEY_ID_VARIABLE "ALIBABA_CLOUD_ACCESS_KEY_ID"
#define CREDENTIALS_KEY_SECRET_VARIABLE "ALIBABA_CLOUD_ACCESS_KEY_SECRET"

/* Keys; owned, wiped when freed. `key_id` NULL: there are none. */
struct credentials {
	char *key_id;
	char *key_secret;
	char *security_token; /* NULL for long-lived keys */
	char *from;           /* their provider: "the environment" */
	int64_t expires_ms;   /* since the epoch; 0: unknown */
};

void credentials_free(struct credentials *credentials);
#define CLEANUP_CREDENTIALS CLEANUP(credentials_free)

/* Copies; `to` must be empty. 0 or SCANREQ_E_NOMEM. */
int credentials_copy(struct credentials *to, const struct credentials *from);

/* Registers the parts with the log sink (NULL: there is none). 0 or SCANREQ_E_NOMEM. */
int credentials_register(const struct credentials *credentials, struct log *log);

/* Borrowed parts; NULL or "" where one is not given. */
struct given_keys {
	const char *key_id;
	const char *key_secret;
	const char *security_token;
};

/* Names of the parts at their provider, for errors. */
struct key_names {
	const char *key_id;
	const char *key_secret;
	const char *security_token;
};

/*
 * Checks and copies keys; `from` names their provider. *credentials must be empty.
 * Errors: SCANREQ_E_DENIED (half of a pair is missing, or a value is too long or not fit for
 * a header; no value is quoted), SCANREQ_E_NOMEM.
 */
int credentials_take(const struct key_names *names, const struct given_keys *keys,
		     const char *from, struct credentials *credentials,
		     struct scanreq_error *err);

#define CREDENTIALS_SHOWN_SIZE 16

/* A key id as it may be shown: "LTAI****WXYZ", or "****" when it is shorter than 12. */
void credentials_shown_id(const char *key_id, char shown[CREDENTIALS_SHOWN_SIZE]);

#endif
