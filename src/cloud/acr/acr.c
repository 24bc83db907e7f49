/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "cloud/acr/acr.h"

/* A login is given out until this long before its end. */
#define EARLY_MS 60000

/* Life of a login whose answer has no end; the documents say an hour. */
#define UNKNOWN_LIFE_MS (15 * 60 * 1000)

/* One host's login, or the refusal of one. */
struct kept {
	struct kept *next;
	char *name;
	struct credential credential;
	int64_t until_ms;
	int failed; /* SCANREQ_E_DENIED, or 0 */
	struct scanreq_error err;
};

struct acr {
	struct acr_context context;
	pthread_mutex_t mutex; /* guards the members below; held during a fetch */
	struct kept *kept;
};

struct acr *acr_new(const struct acr_context *context)
{
	struct acr *acr = calloc(1, sizeof(*acr));

	if (!acr)
		return NULL;
	acr->context = *context;
	pthread_mutex_init(&acr->mutex, NULL);
	return acr;
}

static void kept_free(struct kept *kept)
{
	credential_free(&kept->credential);
	free(kept->name);
	free(kept);
}

void acr_free(struct acr **at)
{
	struct acr *acr = *at;

	if (!acr)
		return;
	while (acr->kept) {
		struct kept *first = acr->kept;

		acr->kept = first->next;
		kept_free(first);
	}
	pthread_mutex_destroy(&acr->mutex);
	free(acr);
	*at = NULL;
}

/* Needs the mutex, as what follows does. */
static struct kept **find_kept(struct acr *acr, const char *name)
{
	struct kept **at = &acr->kept;

	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

static void drop(struct acr *acr, const char *name)
{
	struct kept **at = find_kept(acr, name);
	struct kept *found = *at;

	if (!found)
		return;
	*at = found->next;
	kept_free(found);
}

/* Keeps a login, or a refusal, which does not change while the keys do not. */
static int acr_keep(struct acr *acr, const struct acr_host *host, const struct kept *what)
{
	struct kept *made = calloc(1, sizeof(*made));

	if (!made)
		return SCANREQ_E_NOMEM;
	made->until_ms = what->until_ms;
	made->failed = what->failed;
	made->err = what->err;
	if (str_copy(&made->name, host->name) ||
	    credential_copy(&made->credential, &what->credential)) {
		kept_free(made);
		return SCANREQ_E_NOMEM;
	}
	made->credential.remembered = true;
	made->next = acr->kept;
	acr->kept = made;
	return 0;
}

static int64_t good_until(const struct acr *acr, int64_t expires_ms)
{
	if (expires_ms > 0)
		return expires_ms - EARLY_MS;
	return service_clock_now(acr->context.clock) + UNKNOWN_LIFE_MS;
}

static int acr_fetch(struct acr *acr, const struct acr_host *host,
		     struct credential *credential, struct scanreq_error *err)
{
	struct kept got = { .until_ms = INT64_MAX, .err = SCANREQ_ERROR_INIT };
	int64_t expires_ms;

	got.failed =
		acr_login_fetch(&acr->context, host, &got.credential, &expires_ms, &got.err);
	if (got.failed && got.failed != SCANREQ_E_DENIED) {
		*err = got.err;
		return got.failed;
	}
	if (!got.failed)
		got.until_ms = good_until(acr, expires_ms);
	if (acr_keep(acr, host, &got)) {
		credential_free(&got.credential);
		return error_nomem(err);
	}
	*credential = got.credential;
	if (got.failed)
		*err = got.err;
	return got.failed;
}

static int find_locked(struct acr *acr, const struct acr_host *host,
		       struct credential *credential, struct scanreq_error *err)
{
	struct kept *kept = *find_kept(acr, host->name);

	if (kept && kept->until_ms > service_clock_now(acr->context.clock)) {
		if (kept->failed)
			*err = kept->err;
		else if (credential_copy(credential, &kept->credential))
			return error_nomem(err);
		return kept->failed;
	}
	drop(acr, host->name);
	return acr_fetch(acr, host, credential, err);
}

int acr_find(void *arg, const struct reference *reference, struct credential *credential,
	     struct scanreq_error *err)
{
	struct acr *acr = arg;
	struct scanreq_error own = SCANREQ_ERROR_INIT;
	struct acr_host host;
	int failed;

	if (!acr_host_parse(reference->domain, &host))
		return 0;
	pthread_mutex_lock(&acr->mutex);
	failed = find_locked(acr, &host, credential, &own);
	pthread_mutex_unlock(&acr->mutex);
	if (failed && err)
		*err = own;
	return failed;
}

void acr_refused(void *arg, const struct reference *reference)
{
	struct acr *acr = arg;
	struct acr_host host;

	if (!acr_host_parse(reference->domain, &host))
		return;
	pthread_mutex_lock(&acr->mutex);
	drop(acr, host.name);
	pthread_mutex_unlock(&acr->mutex);
}
