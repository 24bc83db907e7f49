/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "source/auth/challenge.h"
#include "source/auth/grant.h"
#include "source/auth/auth.h"
#include "source/auth/token.h"

/* Bytes of scheme names in an error. */
#define SCHEMES_SHOWN 200

struct provider {
	credential_fn find;
	refused_fn refused; /* or NULL */
	void *arg;
};

struct registry_auth {
	struct http_transport *transport;
	struct log *log;
	const struct strv *allowed; /* realms; or NULL */
	struct provider *providers;
	size_t provider_count;
	pthread_mutex_t mutex;  /* guards the members below */
	pthread_cond_t changed; /* a flight landed, or its last waiter left */
	struct flight *flights;
	struct grants grants;
};

/* One thread fetches a login, and others wait for it. Lives on the fetcher's stack. */
struct flight {
	struct flight *next;
	const char *key; /* of the grant */
	bool landed;
	unsigned int waiters;
	int failed;
	struct scanreq_error err;
};

/* --- making and freeing ------------------------------------------------------------ */

int registry_auth_new(struct http_transport *transport, struct log *log,
		      struct registry_auth **auth, struct scanreq_error *err)
{
	struct registry_auth *a = calloc(1, sizeof(*a));

	if (!a)
		return error_nomem(err);
	a->transport = transport;
	a->log = log;
	pthread_mutex_init(&a->mutex, NULL);
	pthread_cond_init(&a->changed, NULL);
	*auth = a;
	return 0;
}

void registry_auth_free(struct registry_auth **auth)
{
	struct registry_auth *a = *auth;

	if (!a)
		return;
	grants_free(&a->grants);
	free(a->providers);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->mutex);
	free(a);
	*auth = NULL;
}

void registry_auth_allow(struct registry_auth *auth, const struct strv *realms)
{
	auth->allowed = realms;
}

int registry_auth_provider(struct registry_auth *auth, credential_fn find, void *arg)
{
	struct provider *providers = reallocarray(auth->providers, auth->provider_count + 1,
						  sizeof(*providers));

	if (!providers)
		return SCANREQ_E_NOMEM;
	providers[auth->provider_count++] = (struct provider){ .find = find, .arg = arg };
	auth->providers = providers;
	return 0;
}

void registry_auth_on_refusal(struct registry_auth *auth, refused_fn refused, void *arg)
{
	for (size_t i = 0; i < auth->provider_count; i++)
		if (auth->providers[i].arg == arg)
			auth->providers[i].refused = refused;
}

static void tell_refusal(const struct registry_auth *auth, const struct reference *reference)
{
	for (size_t i = 0; i < auth->provider_count; i++)
		if (auth->providers[i].refused)
			auth->providers[i].refused(auth->providers[i].arg, reference);
}

/* --- grants ------------------------------------------------------------------------ */

int registry_auth_known(struct registry_auth *auth, const struct url *origin,
			const struct reference *reference, char **value,
			struct scanreq_error *err)
{
	char *key CLEANUP_FREE = grant_key(origin, reference);
	const struct grant *grant;
	int failed = 0;

	*value = NULL;
	if (!key)
		return error_nomem(err);
	pthread_mutex_lock(&auth->mutex);
	grant = grants_find(&auth->grants, key);
	if (grant && grant->expires_ms > time_now() && str_copy(value, grant->value))
		failed = error_nomem(err);
	pthread_mutex_unlock(&auth->mutex);
	return failed;
}

char *registry_auth_login(struct registry_auth *auth, const struct url *origin,
			  const struct reference *reference, const char *value)
{
	char *key CLEANUP_FREE = grant_key(origin, reference);
	const struct grant *grant;
	char *login = NULL;

	if (!key || !value)
		return NULL;
	pthread_mutex_lock(&auth->mutex);
	grant = grants_find(&auth->grants, key);
	if (grant && grant->login && str_equal(grant->value, value))
		login = strdup(grant->login);
	pthread_mutex_unlock(&auth->mutex);
	return login;
}

void registry_auth_forget(struct registry_auth *auth, const struct url *origin,
			  const struct reference *reference, const char *value)
{
	char *key CLEANUP_FREE = grant_key(origin, reference);
	struct grant *grant;

	if (!key)
		return; /* no memory: the registry refuses the value once more */
	pthread_mutex_lock(&auth->mutex);
	grant = grants_find(&auth->grants, key);
	if (grant && str_equal(grant->value, value))
		grant->expires_ms = 0;
	pthread_mutex_unlock(&auth->mutex);
	tell_refusal(auth, reference);
}

static int auth_remember(struct registry_auth *auth, const struct grant *grant,
			 struct scanreq_error *err)
{
	int failed;

	pthread_mutex_lock(&auth->mutex);
	failed = grants_set(&auth->grants, grant);
	pthread_mutex_unlock(&auth->mutex);
	return failed ? error_nomem(err) : 0;
}

/* Whether `value` was granted for this very scope: another one would be no better. */
static bool granted_already(struct registry_auth *auth, const char *key, const char *value,
			    const char *scope)
{
	const struct grant *grant;
	bool same;

	if (!value)
		return false;
	pthread_mutex_lock(&auth->mutex);
	grant = grants_find(&auth->grants, key);
	same = grant && str_equal(grant->value, value) && str_equal(grant->scope, scope);
	pthread_mutex_unlock(&auth->mutex);
	return same;
}

/* --- logging in -------------------------------------------------------------------- */

/* A 401 while it is answered. Only the credential is owned. */
struct answering {
	struct registry_auth *auth;
	const struct url *origin;
	const struct reference *reference;
	const char *host; /* host[:port] of the registry */
	const char *key;  /* of the grant */
	const char *sent;
	bool fresh;
	bool refused; /* the credential was refused */
	struct credential credential;
};

/* plain-http is for the user's own logins, not for those of a cloud account. */
static int check_origin(const struct answering *a, struct scanreq_error *err)
{
	const struct credential *c = &a->credential;

	if (!c->realm_below || a->origin->https)
		return 0;
	return error_set(err, SCANREQ_CODE_LOGIN_EXPOSED,
			 "%s is spoken to in http: it does not get the login of %s; leave"
			 " plain-http out", a->host, c->from);
}

static int find_credential(struct answering *a, struct scanreq_error *err)
{
	struct registry_auth *auth = a->auth;

	for (size_t i = 0; i < auth->provider_count && !credential_found(&a->credential); i++) {
		const struct provider *p = &auth->providers[i];
		int failed = p->find(p->arg, a->reference, &a->credential, err);

		if (failed)
			return failed;
	}
	log_info(auth->log, "login at %s for %s: %s", a->host, a->reference->path,
		 credential_found(&a->credential) ? a->credential.from : "none, anonymous");
	return check_origin(a, err);
}

/* The login was refused, or there is none. */
static int auth_refused(struct answering *a, struct scanreq_error *err)
{
	const struct reference *r = a->reference;

	a->refused = true;
	if (credential_found(&a->credential))
		return error_about(error_set(err, SCANREQ_CODE_LOGIN_REFUSED,
					     "%s refused the credentials of %s from %s for %s; log "
					     "in again, or set anonymous if the image is public",
					     a->host, credential_owner(&a->credential),
					     a->credential.from, r->path),
				   "anonymous", err);
	return error_set(err, SCANREQ_CODE_LOGIN_REQUIRED,
			 "login required: %s shows %s to nobody without one; use docker login,"
			 " or set authfile, or username and password", a->host, r->path);
}

/*
 * The token was issued for this repository, and the registry refuses it. Docker Hub and
 * others answer so for a repository that does not exist, too.
 */
static int not_shown(const struct answering *a, struct scanreq_error *err)
{
	const struct reference *r = a->reference;

	if (credential_found(&a->credential))
		return error_set(err, SCANREQ_CODE_ACCESS_DENIED,
				 "%s/%s is absent, or private and not for %s from %s: check the"
				 " name, or log in as somebody who may pull it", r->domain,
				 r->path, credential_owner(&a->credential), a->credential.from);
	return error_about(error_set(err, SCANREQ_CODE_ACCESS_DENIED,
				     "%s/%s is absent or private: check the name, use docker "
				     "login, or set username and password", r->domain, r->path),
			   "username", err);
}

static int grant_basic(struct answering *a, struct buf *value, struct grant *grant,
			struct scanreq_error *err)
{
	int failed;

	if (str_copy(&grant->scope, ""))
		return error_nomem(err);
	grant->expires_ms = INT64_MAX;
	if (!a->credential.username)
		return auth_refused(a, err);
	failed = basic_authorization(&a->credential, a->auth->log, value, err);
	if (!failed && a->fresh && a->sent && strcmp(a->sent, buf_str(value)) == 0)
		failed = auth_refused(a, err);
	return failed;
}

/*
 * The challenge's scope, else the one that pulling needs (spec/auth/scope.md). After
 * "insufficient_scope" both: the challenge's first, since some servers read one alone.
 */
static char *find_scope(const struct answering *a, const struct challenge *challenge)
{
	const char *scope = challenge_parameter(challenge, "scope");
	const char *error = challenge_parameter(challenge, "error");
	bool more = error && strcmp(error, "insufficient_scope") == 0;
	char *own CLEANUP_FREE = NULL;
	char *both = NULL;

	if (asprintf(&own, "repository:%s:pull", a->reference->path) < 0) {
		own = NULL;
		return NULL;
	}
	if (!scope || !*scope)
		return TAKE(own);
	if (!more || strstr(scope, own))
		return strdup(scope);
	return asprintf(&both, "%s %s", scope, own) < 0 ? NULL : both;
}

/* A registry token needs no token server. */
static int grant_registry_token(struct answering *a, struct buf *value, struct grant *grant,
				struct scanreq_error *err)
{
	const char *token = a->credential.registry_token;
	const char *sent = NULL;

	if (a->fresh && a->sent && str_prefix(a->sent, "Bearer ", &sent) &&
	    strcmp(sent, token) == 0)
		return auth_refused(a, err);
	grant->scope = strdup("");
	grant->expires_ms = INT64_MAX;
	return grant->scope ? bearer_authorization(&a->credential, a->auth->log, value, err)
			    : error_nomem(err);
}

static int grant_bearer(struct answering *a, const struct challenge *challenge,
			struct buf *value, struct grant *grant, struct scanreq_error *err)
{
	struct token_request request = {
		.transport = a->auth->transport,
		.log = a->auth->log,
		.origin = a->origin,
		.registry = a->host,
		.challenge = challenge,
		.allowed = a->auth->allowed,
		.credential = &a->credential,
	};
	int failed;

	if (a->credential.registry_token)
		return grant_registry_token(a, value, grant, err);
	grant->scope = find_scope(a, challenge);
	if (!grant->scope)
		return error_nomem(err);
	if (granted_already(a->auth, a->key, a->fresh ? a->sent : NULL, grant->scope))
		return not_shown(a, err);
	request.scope = grant->scope;
	failed = token_fetch(&request, value, &grant->expires_ms, err);
	a->refused = failed == SCANREQ_E_DENIED;
	return failed;
}

static int read_challenges(const struct http_response *response, struct challenges *challenges,
			   struct scanreq_error *err)
{
	const char *field;

	for (size_t i = 0; (field = http_header(response, "WWW-Authenticate", i)) != NULL; i++)
		if (challenges_parse(challenges, field))
			return error_nomem(err);
	return 0;
}

/* The first Bearer challenge with a realm. */
static const struct challenge *find_bearer(const struct challenges *challenges)
{
	for (size_t i = 0; i < challenges->count; i++) {
		const struct challenge *c = &challenges->items[i];
		const char *realm = challenge_parameter(c, "realm");

		if (strcmp(c->scheme, "bearer") == 0 && realm && *realm)
			return c;
	}
	return NULL;
}

static int no_challenge(const struct answering *a, const struct challenges *challenges,
			struct scanreq_error *err)
{
	struct buf schemes CLEANUP_BUF = BUF_INIT(SCHEMES_SHOWN);

	for (size_t i = 0; i < challenges->count; i++)
		buf_addf(&schemes, "%s%s", i > 0 ? ", " : "", challenges->items[i].scheme);
	return error_set(err, SCANREQ_CODE_AUTH_UNSUPPORTED,
			 "%s answers 401 and asks for %s: only Basic, and Bearer with a"
			 " realm, can be answered", a->host,
			 schemes.len > 0 ? buf_str(&schemes) : "nothing");
}

/* Errors of later requests name the login. */
static int name_login(const struct credential *credential, char **login)
{
	if (!credential_found(credential))
		return 0;
	if (asprintf(login, "%s from %s", credential_owner(credential), credential->from) >= 0)
		return 0;
	*login = NULL;
	return SCANREQ_E_NOMEM;
}

/* Logs in once, by a Bearer challenge or, when it is NULL, by Basic, and keeps the grant. */
static int auth_try(struct answering *a, const struct challenge *bearer, char **value,
		    struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_HEADER_FIELD);
	struct grant grant CLEANUP(grant_free) = { .key = strdup(a->key) };
	int failed = grant.key ? find_credential(a, err) : error_nomem(err);

	if (!failed)
		failed = bearer ? grant_bearer(a, bearer, &text, &grant, err)
				: grant_basic(a, &text, &grant, err);
	if (failed)
		return failed;
	grant.value = buf_take(&text);
	if (!grant.value || name_login(&a->credential, &grant.login))
		return error_nomem(err);
	failed = auth_remember(a->auth, &grant, err);
	if (!failed)
		*value = TAKE(grant.value);
	return failed;
}

/* When a login of an earlier image is refused, looks it up again and tries once more. */
static int auth_log_in(struct answering *a, const struct http_response *response, char **value,
		       struct scanreq_error *err)
{
	struct challenges challenges CLEANUP_CHALLENGES = { 0 };
	int failed = read_challenges(response, &challenges, err);
	const struct challenge *bearer;
	bool remembered;

	if (failed)
		return failed;
	bearer = find_bearer(&challenges);
	if (!bearer && !challenges_find(&challenges, "basic"))
		return no_challenge(a, &challenges, err);
	failed = auth_try(a, bearer, value, err);
	if (!a->refused || !credential_found(&a->credential))
		return failed;
	tell_refusal(a->auth, a->reference);
	remembered = a->credential.remembered;
	credential_free(&a->credential);
	if (!remembered)
		return failed;
	*err = (struct scanreq_error)SCANREQ_ERROR_INIT;
	return auth_try(a, bearer, value, err);
}

/* --- one fetch for all threads ----------------------------------------------------- */

/* A value that was granted since the refused one. Needs the mutex. */
static const char *granted_since(const struct answering *a)
{
	const struct grant *grant = grants_find(&a->auth->grants, a->key);

	if (!grant || grant->expires_ms <= time_now() || str_equal(grant->value, a->sent))
		return NULL;
	return grant->value;
}

static struct flight *find_flight(const struct answering *a)
{
	struct flight *flight = a->auth->flights;

	while (flight && strcmp(flight->key, a->key) != 0)
		flight = flight->next;
	return flight;
}

/* Waits for another thread's fetch; its failure is this thread's. Needs the mutex. */
static int auth_await(const struct answering *a, struct flight *flight,
		      struct scanreq_error *err)
{
	int failed;

	flight->waiters++;
	while (!flight->landed)
		pthread_cond_wait(&a->auth->changed, &a->auth->mutex);
	failed = flight->failed;
	if (failed && err)
		*err = flight->err;
	flight->waiters--;
	pthread_cond_broadcast(&a->auth->changed);
	return failed;
}

/* Waits for a value. When no thread is fetching one, adds `own` and leaves *value NULL. */
static int board(const struct answering *a, struct flight *own, char **value,
		 struct scanreq_error *err)
{
	struct registry_auth *auth = a->auth;
	struct flight *other;
	const char *granted;
	int failed = 0;

	pthread_mutex_lock(&auth->mutex);
	while (!failed && !(granted = granted_since(a)) && (other = find_flight(a)))
		failed = auth_await(a, other, err);
	if (!failed && granted) {
		failed = str_copy(value, granted) ? error_nomem(err) : 0;
	} else if (!failed) {
		own->next = auth->flights;
		auth->flights = own;
	}
	pthread_mutex_unlock(&auth->mutex);
	return failed;
}

static void land(struct registry_auth *auth, struct flight *own, int failed)
{
	struct flight **at = &auth->flights;

	pthread_mutex_lock(&auth->mutex);
	while (*at != own)
		at = &(*at)->next;
	*at = own->next;
	own->failed = failed;
	own->landed = true;
	pthread_cond_broadcast(&auth->changed);
	while (own->waiters > 0)
		pthread_cond_wait(&auth->changed, &auth->mutex);
	pthread_mutex_unlock(&auth->mutex);
}

int registry_auth_answer(struct registry_auth *auth, const struct refusal *refusal,
			 char **value, struct scanreq_error *err)
{
	char *host CLEANUP_FREE = url_host_port(refusal->origin);
	char *key CLEANUP_FREE = grant_key(refusal->origin, refusal->reference);
	struct answering a = {
		.auth = auth,
		.origin = refusal->origin,
		.reference = refusal->reference,
		.host = host,
		.key = key,
		.sent = refusal->sent,
		.fresh = refusal->fresh,
	};
	struct flight own = { .key = key, .err = SCANREQ_ERROR_INIT };
	int failed;

	*value = NULL;
	if (!host || !key)
		return error_nomem(err);
	failed = board(&a, &own, value, err);
	if (failed || *value)
		return failed;
	failed = auth_log_in(&a, refusal->response, value, &own.err);
	if (failed && err)
		*err = own.err;
	land(auth, &own, failed);
	credential_free(&a.credential);
	return failed;
}
