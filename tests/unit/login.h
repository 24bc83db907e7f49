/* SPDX-License-Identifier: MIT */
/* 401s of a registry, answered by registry-auth over a scripted transport. */
#ifndef UNIT_LOGIN_H
#define UNIT_LOGIN_H

#include "source/auth/auth.h"
#include "tests/unit/transport.h"

#define PASSWORD "hunter2-secret"
#define BASIC "Basic YWxpY2U6aHVudGVyMi1zZWNyZXQ=" /* alice:hunter2-secret */
#define SCOPE "scope=repository%3Ans%2Fapp%3Apull"
#define BEARER "Bearer realm=\"https://auth.example/token\",service=\"reg\""
#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }

/* Parts of a struct exchange. */
#define TOKEN .status = 200, .answer_body = "{\"token\":\"tok\",\"expires_in\":300}"
#define TOKEN_FROM(from, ...) \
	.exchanges = { { .method = "GET", .url = from, TOKEN, ##__VA_ARGS__ } }
#define ASKED .method = "GET", .url = "https://auth.example/token?service=reg&" SCOPE
#define ASKED_ALICE \
	.method = "GET", .url = "https://auth.example/token?account=alice&service=reg&" SCOPE

/* A user's login, as a provider finds it. */
int login_alice(void *arg, const struct reference *reference, struct credential *credential,
		struct scanreq_error *err);

/* A registry, a repository, and the keeper of logins over a scripted transport. */
struct login {
	struct http_transport *transport;
	struct log *log;
	struct registry_auth *auth;
	struct url origin;
	struct reference reference;
	struct strv allowed;
	const char *old; /* a remembered value that was sent; NULL: none */
	struct scanreq_error err;
};

/* Makes everything of `b` that its test has not set; the exchanges must outlive it. */
void login_start(struct login *b, const struct exchange *exchanges, size_t count,
		 const char *origin);

void login_free(struct login *b);
#define CLEANUP_LOGIN CLEANUP(login_free)

/*
 * Answers a 401 with these challenges (a list, ended by NULL). `used` is the value that was
 * given for this very request; NULL: b->old was sent.
 */
int login_answer(struct login *b, const char *const *challenges, const char *used,
		 char **value);

/* One 401 and what becomes of it. */
struct login_test {
	const char *origin;            /* NULL: https://r.example/ */
	const char *allow;             /* a realm, or NULL */
	const char *const *challenges;
	credential_fn find;            /* NULL: anonymous */
	const char *value;             /* NULL: it fails */
	int failed;
	const char *says;              /* of a failure */
	struct exchange exchanges[2];
};

void login_play(const struct login_test *t);
void login_play_all(const struct login_test *tests, size_t count);

#endif
