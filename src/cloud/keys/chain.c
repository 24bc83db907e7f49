/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "cloud/keys/aliyun-config.h"
#include "cloud/keys/chain.h"
#include "cloud/rpc/endpoint.h"

/* Keys are renewed this long before they expire, as in the SDKs. */
#define EARLY_MS (180 * 1000)
/* Life of a security token without an end: the shortest that STS grants. */
#define UNKNOWN_LIFE_MS (900 * 1000)

static const struct provider {
	const char *name;
	provider_fn find;
	bool profiles; /* has profiles that can be requested by name */
} providers[] = {
	{ "caller", provider_caller, false },
	{ "environment", provider_environment, false },
	{ "OIDC", provider_oidc, false },
	{ "aliyun profile", provider_aliyun, true },
	{ "ini file", provider_ini, true },
	{ "ECS metadata", provider_metadata, false },
	{ "credentials URI", provider_uri, false },
};

struct credential_chain {
	struct provider_context context;
	pthread_mutex_t mutex; /* guards the members below */
	struct credentials kept;
	const struct provider *served; /* gave `kept` */
	int64_t again_ms;              /* when to renew them; 0: never */
	struct credentials unsent;     /* result of a search among static keys */
	bool searched;                 /* there was such a search */
	char *region;                  /* of the aliyun profile */
	bool region_known;
	struct aliyun_config aliyun;   /* the file, during a search */
};

/* One search and its results. */
struct search {
	struct provider_context context;
	const struct provider *served;
	struct provided found;
	bool unavailable;  /* a configured provider could not be reached */
	struct buf why;    /* "name: reason; ..." of all that gave no keys */
	struct strv wrong; /* reasons of those that are configured */
};

static void search_free(struct search *s)
{
	credentials_free(&s->found.credentials);
	buf_free(&s->why);
	strv_free(&s->wrong);
}

struct credential_chain *credential_chain_new(const struct provider_context *context)
{
	struct credential_chain *chain = calloc(1, sizeof(*chain));

	if (!chain)
		return NULL;
	pthread_mutex_init(&chain->mutex, NULL);
	chain->context = *context;
	chain->context.aliyun = &chain->aliyun;
	return chain;
}

void credential_chain_free(struct credential_chain **chain)
{
	if (!*chain)
		return;
	credentials_free(&(*chain)->kept);
	credentials_free(&(*chain)->unsent);
	aliyun_config_free(&(*chain)->aliyun);
	free((*chain)->region);
	pthread_mutex_destroy(&(*chain)->mutex);
	free(*chain);
	*chain = NULL;
}

const char *credential_chain_region(struct credential_chain *chain)
{
	pthread_mutex_lock(&chain->mutex);
	if (!chain->region_known)
		chain->region = aliyun_region(&chain->context);
	chain->region_known = true;
	pthread_mutex_unlock(&chain->mutex);
	return chain->region;
}

/* --- one search -------------------------------------------------------------------- */

static bool may_serve(const struct search *s, const struct provider *p)
{
	return !s->context.profile || p->profiles;
}

/* Notes why a provider gave no keys. */
static int chain_note(struct search *s, const struct provider *p, int klass, const char *reason)
{
	if (klass == SCANREQ_E_UNAVAILABLE)
		s->unavailable = true;
	if (!*reason)
		return 0;
	buf_addf(&s->why, "%s%s: %s", s->why.len > 0 ? "; " : "", p->name, reason);
	if (klass == SCANREQ_E_NOT_FOUND || klass == SCANREQ_E_USAGE)
		return 0;
	return strv_addf(&s->wrong, "%s gives no access keys: %s", p->name, reason);
}

/* Asks one provider. 0 if it gave keys, or if the next one may be asked. */
static int chain_ask(struct search *s, const struct provider *p, struct scanreq_error *err)
{
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed = p->find(&s->context, &s->found, &why);

	if (!failed) {
		s->served = p;
		return 0;
	}
	credentials_free(&s->found.credentials);
	if (failed == SCANREQ_E_NOMEM || s->found.final) {
		*err = why;
		return failed;
	}
	return chain_note(s, p, failed, why.message) ? error_nomem(err) : 0;
}

static int chain_search(struct search *s, struct scanreq_error *err)
{
	for (size_t i = 0; i < ARRAY_LENGTH(providers) && !s->served; i++) {
		int failed = may_serve(s, &providers[i]) ? chain_ask(s, &providers[i], err) : 0;

		if (failed)
			return failed;
	}
	return 0;
}

/* Reports configured providers only: those are what the user has to repair. */
static int chain_report_wrong(const struct search *s, int code, struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_LINE);

	for (size_t i = 0; i < s->wrong.count; i++)
		buf_addf(&text, "%s%s", i > 0 ? "; " : "", s->wrong.items[i]);
	return error_set(err, code, "%s", buf_str(&text));
}

static int nobody(const struct search *s, struct scanreq_error *err)
{
	int code = s->unavailable ? SCANREQ_CODE_PROVIDER_FAILED : SCANREQ_CODE_KEYS_MISSING;

	if (s->context.profile)
		return error_set(err, code, "profile \"%.64s\" gives no access keys: %s",
				 s->context.profile, buf_str(&s->why));
	if (s->wrong.count > 0)
		return chain_report_wrong(s, code, err);
	return error_set(err, code,
			 "there are no access keys: set " CREDENTIALS_KEY_ID_VARIABLE
			 " and " CREDENTIALS_KEY_SECRET_VARIABLE " (%s)",
			 buf_str(&s->why));
}

/* --- keeping ----------------------------------------------------------------------- */

static void chain_keep(struct credential_chain *chain, struct search *s, int64_t now_ms)
{
	struct credentials *kept = &chain->kept;

	credentials_free(kept);
	*kept = s->found.credentials;
	memset(&s->found.credentials, 0, sizeof(s->found.credentials));
	chain->served = s->served;
	chain->again_ms = 0;
	if (kept->expires_ms > 0)
		chain->again_ms = kept->expires_ms - EARLY_MS;
	else if (kept->security_token)
		chain->again_ms = now_ms + UNKNOWN_LIFE_MS;
}

/* Logs whose keys are used, and warns of configured providers that gave none. */
static int chain_tell(const struct search *s, struct scanreq_error *err)
{
	const struct credentials *found = &s->found.credentials;
	struct log *log = s->context.log;
	char id[CREDENTIALS_SHOWN_SIZE];

	for (size_t i = 0; i < s->wrong.count; i++)
		log_write(log, LOG_LEVEL_WARNING, "%s", s->wrong.items[i]);
	if (!s->served) {
		log_info(log, "there are no access keys (%s)", buf_str(&s->why));
		return 0;
	}
	if (credentials_register(found, log))
		return error_nomem(err);
	credentials_shown_id(found->key_id, id);
	log_info(log, "access key %s from %s", id, found->from);
	return 0;
}

static int check_region(const char *region, const char *what, struct scanreq_error *err)
{
	return !region || region_is_well_formed(region)
		       ? 0
		       : error_set(err, SCANREQ_CODE_REGION_UNKNOWN,
				   "%s is malformed: a region id has a-z, 0-9 and \"-\" alone",
				   what);
}

/* Refuses malformed settings even if this run may not need them. */
static int check_settings(const struct provider_context *context, struct scanreq_error *err)
{
	static const char name[] = "ALIBABA_CLOUD_STS_REGION";
	struct url url CLEANUP_URL = { 0 };
	int failed = check_region(env_value(name), name, err);

	if (!failed && context->vpc)
		failed = check_region(unless_empty(context->region), "the region", err);
	if (failed || !context->sts_endpoint)
		return failed;
	return endpoint_parse(context->sts_endpoint, "the STS endpoint", &url, err);
}

/* Searches all providers; with `static_only`, those without network and programs. */
static int chain_find(const struct credential_chain *chain, bool static_only, struct search *s,
		      struct scanreq_error *err)
{
	int failed;

	s->context = chain->context;
	s->context.static_only |= static_only;
	failed = check_settings(&s->context, err);
	if (!failed)
		failed = chain_search(s, err);
	if (failed)
		return failed;
	return s->served || static_only ? chain_tell(s, err) : nobody(s, err);
}

/* Renews the keys at their provider. If that fails, keeps them until they expire. */
static int refresh(struct credential_chain *chain, struct search *s, int64_t now_ms,
		   struct scanreq_error *err)
{
	const struct credentials *kept = &chain->kept;
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed;

	s->context = chain->context;
	failed = chain->served->find(&s->context, &s->found, &why);
	if (!failed) {
		s->served = chain->served;
		return chain_tell(s, err);
	}
	if (failed != SCANREQ_E_NOMEM && now_ms < kept->expires_ms) {
		log_write(s->context.log, LOG_LEVEL_WARNING,
			  "the keys from %s are about to expire, and there are no new ones: %s",
			  kept->from, why.message);
		return 0;
	}
	*err = why;
	if (failed != SCANREQ_E_NOMEM && failed != SCANREQ_E_UNAVAILABLE)
		failed = error_recast(err, SCANREQ_CODE_KEYS_EXPIRED);
	return error_prefix(err, failed, "the keys have expired, and %s gives no new ones",
			    kept->from);
}

static int get_locked(struct credential_chain *chain, bool static_only,
		      struct credentials *credentials, struct scanreq_error *err)
{
	struct search s CLEANUP(search_free) = { .why = BUF_SECRET_INIT(LIMIT_LINE) };
	int64_t now_ms = time_now();
	int failed = 0;

	if (!chain->served)
		failed = chain_find(chain, false, &s, err);
	else if (!static_only && chain->again_ms && now_ms >= chain->again_ms)
		failed = refresh(chain, &s, now_ms, err);
	aliyun_config_free(&chain->aliyun);
	if (failed)
		return failed;
	if (s.served)
		chain_keep(chain, &s, now_ms);
	return credentials_copy(credentials, &chain->kept) ? error_nomem(err) : 0;
}

/* Keeps the result of a static search apart: a full search may find other keys. */
static int get_static(struct credential_chain *chain, struct credentials *credentials,
		      struct scanreq_error *err)
{
	struct search s CLEANUP(search_free) = { .why = BUF_SECRET_INIT(LIMIT_LINE) };
	int failed = chain->searched ? 0 : chain_find(chain, true, &s, err);

	aliyun_config_free(&chain->aliyun);
	if (failed)
		return failed;
	if (!chain->searched) {
		chain->unsent = s.found.credentials;
		memset(&s.found.credentials, 0, sizeof(s.found.credentials));
	}
	chain->searched = true;
	return credentials_copy(credentials, &chain->unsent) ? error_nomem(err) : 0;
}

int credential_chain_get(struct credential_chain *chain, bool static_only,
			 struct credentials *credentials, struct scanreq_error *err)
{
	struct scanreq_error own = SCANREQ_ERROR_INIT;
	int failed;

	memset(credentials, 0, sizeof(*credentials));
	pthread_mutex_lock(&chain->mutex);
	failed = static_only && !chain->served ? get_static(chain, credentials, &own)
					       : get_locked(chain, static_only, credentials, &own);
	pthread_mutex_unlock(&chain->mutex);
	if (failed && err)
		*err = own;
	return failed;
}
