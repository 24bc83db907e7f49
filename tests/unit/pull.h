/* SPDX-License-Identifier: MIT */
/* A registry source over a scripted transport, read through the core in source.c. */
#ifndef UNIT_PULL_H
#define UNIT_PULL_H

#include "source/registry/registry.h"
#include "tests/unit/transport.h"

#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }
/* The empty text's digests. */
#define EMPTY "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define EMPTY_512                                                                          \
	"sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"          \
	"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
#define CHALLENGE "WWW-Authenticate: Bearer realm=\"https://auth.example/t\",service=\"s\""
#define TOKEN_URL "https://auth.example/t?service=s&scope=repository%3Ans%2Fapp%3Apull"

/* Parts of a struct exchange. */
#define MANIFEST .method = "GET", .url = "https://r.example/v2/ns/app/manifests/1"
#define BLOB .method = "GET", .url = "https://r.example/v2/ns/app/blobs/" EMPTY
#define ANONYMOUS .not_headers = LIST("Authorization")
#define WITH(value) .headers = LIST("Authorization: " value)
#define DENIES(challenge) .status = 401, .answer_headers = LIST(challenge)
#define ISSUES(token) \
	{ .method = "GET", .url = TOKEN_URL, .status = 200, \
	  .answer_body = "{\"token\":\"" token "\",\"expires_in\":300}" }

/* One registry source, opened by a reference. */
struct pull {
	struct http_transport *transport;
	struct log *log;
	struct registry_auth *auth;
	struct strv plain_http;
	struct reference reference;
	struct source source;
	struct candidates candidates;
	struct source_document document;
	struct buf config;
	struct digest digest;
	struct scanreq_error err;
};

/* Opens the source of b->reference; nothing else is needed of `b`. */
int pull_open(struct pull *b);

/* Makes everything for the reference `name`, and lists. The exchanges must outlive it. */
void pull_start(struct pull *b, const struct exchange *exchanges, size_t count,
		const char *name);

void pull_free(struct pull *b);
#define CLEANUP_PULL CLEANUP(pull_free)

/* Reads the top document, or the one that `want` describes. */
int pull_manifest(struct pull *b, const struct descriptor *want);

/* Reads a config. */
int pull_config(struct pull *b, const char *digest, int64_t size);

struct descriptor pull_descriptor(const char *digest, int64_t size);

#endif
