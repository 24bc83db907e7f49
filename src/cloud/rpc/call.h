/* SPDX-License-Identifier: MIT */
/* One call of an API: built, signed, and sent at most once. */
#ifndef CLOUD_RPC_CALL_H
#define CLOUD_RPC_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"
#include "cloud/rpc/credentials.h"
#include "cloud/rpc/signature.h"
#include "net/http.h"

/* What to call. Nothing is owned. */
struct call {
	const char *action;  /* "CreateJenkinsImageScanTask" */
	const char *version; /* "2018-12-03" */
	const char *method;  /* NULL: POST */
	const char *path;    /* NULL: "/", as for RPC operations */
	const struct url *url;
	const struct acs3_pair *query;
	size_t query_count;
	const struct acs3_pair *form;
	size_t form_count;
	const struct credentials *credentials; /* without key_id: unsigned */
	int64_t now_ms;      /* time of the signature */
	const char *nonce;
};

/* A call as it is sent, and the stages of its signature. */
struct signed_call {
	const char *method;           /* static */
	struct url url;               /* with the query */
	struct strv headers;          /* "Name: value" */
	struct buf body;
	struct buf canonical_request;
	struct buf string_to_sign;    /* empty when unsigned */
};

/* Builds and signs. Errors: SCANREQ_E_USAGE, SCANREQ_E_NOMEM. */
int call_sign(const struct call *call, struct signed_call *out, struct scanreq_error *err);

void signed_call_free(struct signed_call *call);
#define CLEANUP_SIGNED_CALL CLEANUP(signed_call_free)

/* Sends a call once. Any whole answer is a success. *failure: see net/http.h. */
int call_send(struct http_transport *transport, struct log *log,
	      const struct signed_call *call, struct http_response *response,
	      struct http_failure *failure, struct scanreq_error *err);

#define CALL_NONCE_SIZE 33

/*
 * Makes a random nonce: 32 hex digits and a NUL. Errors: SCANREQ_E_INTERNAL (the system has
 * no random numbers).
 */
int call_nonce(char nonce[CALL_NONCE_SIZE], struct scanreq_error *err);

#endif
