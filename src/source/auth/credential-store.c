/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "source/auth/credential-helper.h"
#include "source/auth/credential-store.h"

/* At most seven are added. */
#define PLACES_MAX 8

#define INLINE_VARIABLE "DOCKER_AUTH_CONFIG"

enum place_kind {
	PLACE_NAMED,  /* a file that the user named: it must exist */
	PLACE_FILE,
	PLACE_FLAT,   /* ~/.dockercfg */
	PLACE_INLINE, /* a text in the environment */
};

struct place {
	enum place_kind kind;
	char *path; /* or the name of the variable */
	bool read;
	struct docker_config config; /* empty: there is no file */
};

/* A helper's answer for a host. */
struct told {
	char *helper;
	char *domain;
	struct credential credential; /* empty: it has none */
};

struct credential_store {
	struct place places[PLACES_MAX];
	size_t count;
	int64_t helper_timeout_ms;
	struct log *log;
	/* Guards the members below. Held while a helper runs: it may ask the user. */
	pthread_mutex_t mutex;
	struct told *told;
	size_t told_count;
};

/* --- the order --------------------------------------------------------------------- */

/* Adds directory/file, unless `directory` is NULL. */
static int add_place(struct credential_store *store, enum place_kind kind,
		     const char *directory, const char *file)
{
	char *path = NULL;

	if (!directory)
		return 0;
	if (asprintf(&path, "%s%s", directory, file) < 0)
		return SCANREQ_E_NOMEM;
	store->places[store->count++] = (struct place){ .kind = kind, .path = path };
	return 0;
}

/* Without a session podman keeps root's logins in /run. */
static const char *runtime_directory(void)
{
	const char *directory = env_value("XDG_RUNTIME_DIR");

	return directory || geteuid() != 0 ? directory : "/run";
}

static int add_podman(struct credential_store *store, const char *home)
{
	const char *directory = env_value("XDG_RUNTIME_DIR");
	const char *config = env_value("XDG_CONFIG_HOME");
	int failed = add_place(store, PLACE_FILE, runtime_directory(),
			       directory ? "/containers/auth.json"
					 : "/containers/0/auth.json");

	if (failed)
		return failed;
	return config ? add_place(store, PLACE_FILE, config, "/containers/auth.json")
		      : add_place(store, PLACE_FILE, home, "/.config/containers/auth.json");
}

static int add_all(struct credential_store *store, const char *authfile)
{
	const char *named = env_value("REGISTRY_AUTH_FILE"), *docker = env_value("DOCKER_CONFIG");
	const char *home = env_value("HOME");

	if (authfile)
		return add_place(store, PLACE_NAMED, authfile, "");
	if (env_value(INLINE_VARIABLE) && add_place(store, PLACE_INLINE, INLINE_VARIABLE, ""))
		return SCANREQ_E_NOMEM;
	if (named)
		return add_place(store, PLACE_NAMED, named, "");
	if (add_place(store, PLACE_FILE, docker, "/config.json") || add_podman(store, home))
		return SCANREQ_E_NOMEM;
	if (!docker && add_place(store, PLACE_FILE, home, "/.docker/config.json"))
		return SCANREQ_E_NOMEM;
	return add_place(store, PLACE_FLAT, home, "/.dockercfg");
}

int credential_store_new(const struct credential_store_settings *settings,
			 struct credential_store **store, struct scanreq_error *err)
{
	struct credential_store *made = calloc(1, sizeof(*made));

	if (!made)
		return error_nomem(err);
	made->helper_timeout_ms = settings->helper_timeout_ms;
	made->log = settings->log;
	pthread_mutex_init(&made->mutex, NULL);
	if (add_all(made, settings->authfile)) {
		credential_store_free(&made);
		return error_nomem(err);
	}
	*store = made;
	return 0;
}

static void told_free(struct told *told)
{
	free(told->helper);
	free(told->domain);
	credential_free(&told->credential);
}

void credential_store_free(struct credential_store **store)
{
	struct credential_store *s = *store;

	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++) {
		free(s->places[i].path);
		docker_config_free(&s->places[i].config);
	}
	for (size_t i = 0; i < s->told_count; i++)
		told_free(&s->told[i]);
	free(s->told);
	pthread_mutex_destroy(&s->mutex);
	free(s);
	*store = NULL;
}

/* --- one place --------------------------------------------------------------------- */

static int read_inline(const char *name, struct docker_config *config,
		       struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_AUTHFILE);
	const char *value = env_value(name);
	int failed;

	buf_puts(&text, value ? value : "{}");
	if (text.failed == SCANREQ_E_UNREADABLE)
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "%s is larger than %zu bytes", name, text.max);
	failed = buf_check(&text, name, err);
	if (!failed)
		failed = docker_config_parse(name, &text, DOCKER_CONFIG_FILE, config, err);
	/* docker runs no helpers that DOCKER_AUTH_CONFIG names. */
	config->helpers = NULL;
	config->store = NULL;
	return failed;
}

/* Leaves `config` empty when the place has no file. */
static int read_place(const struct place *place, struct docker_config *config,
		      struct scanreq_error *err)
{
	enum docker_config_form form = place->kind == PLACE_FLAT ? DOCKER_CONFIG_FLAT
								 : DOCKER_CONFIG_FILE;
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed;

	if (place->kind == PLACE_INLINE)
		return read_inline(place->path, config, err);
	failed = docker_config_read(place->path, form, config, &why);
	if (!failed || (failed == SCANREQ_E_NOT_FOUND && place->kind != PLACE_NAMED))
		return 0;
	if (failed == SCANREQ_E_NOT_FOUND)
		failed = error_recast(&why, SCANREQ_CODE_FILE_UNREADABLE);
	if (err)
		*err = why;
	return failed;
}

/* --- helpers ----------------------------------------------------------------------- */

static struct told *find_told(struct credential_store *store, const char *helper,
			      const char *domain)
{
	for (size_t i = 0; i < store->told_count; i++)
		if (strcmp(store->told[i].helper, helper) == 0 &&
		    strcmp(store->told[i].domain, domain) == 0)
			return &store->told[i];
	return NULL;
}

static int credential_store_remember(struct credential_store *store, const char *helper,
				     const char *domain, const struct credential *credential)
{
	struct told *all = reallocarray(store->told, store->told_count + 1, sizeof(*all));
	struct told *told;

	if (!all)
		return SCANREQ_E_NOMEM;
	store->told = all;
	told = &all[store->told_count++];
	*told = (struct told){ .helper = NULL };
	if (str_copy(&told->helper, helper) || str_copy(&told->domain, domain) ||
	    credential_copy(&told->credential, credential)) {
		told_free(told);
		store->told_count--;
		return SCANREQ_E_NOMEM;
	}
	told->credential.remembered = true;
	return 0;
}

static int ask_helper(struct credential_store *store, const struct helper_request *request,
		      struct credential *credential, bool *missing, struct scanreq_error *err)
{
	const char *domain = request->reference->domain;
	const struct told *told = find_told(store, request->name, domain);
	int failed;

	*missing = false;
	if (told)
		return credential_copy(credential, &told->credential) ? error_nomem(err) : 0;
	failed = credential_helper_get(request, credential, missing, err);
	if (failed || *missing)
		return failed;
	return credential_store_remember(store, request->name, domain, credential)
		       ? error_nomem(err)
		       : 0;
}

/* If the file names a helper that is installed, its entries are not looked at. */
static int find_in(struct credential_store *store, const struct docker_config *config,
		   const struct reference *reference, struct credential *credential,
		   struct scanreq_error *err)
{
	struct helper_request request = {
		.from = config->name,
		.reference = reference,
		.timeout_ms = store->helper_timeout_ms,
	};
	struct docker_helper helper;
	bool missing = true;
	int failed = docker_config_helper(config, reference, &helper, err);

	request.name = helper.name;
	request.server = helper.server;
	if (!failed && request.name && *request.name) {
		failed = ask_helper(store, &request, credential, &missing, err);
		if (!failed && missing)
			log_warn_once(store->log,
				      "docker-credential-%s, which %s names, is not in PATH:"
				      " going on without it", request.name, config->name);
	}
	if (failed || !missing)
		return failed;
	return docker_config_find(config, reference, credential, err);
}

/* --- looking ----------------------------------------------------------------------- */

static int keep_secret(struct log *log, const struct credential *credential)
{
	const char *const secrets[] = { credential->password, credential->identity_token,
					credential->registry_token };

	for (size_t i = 0; i < ARRAY_LENGTH(secrets); i++)
		if (log && secrets[i] && log_secret(log, secrets[i]))
			return SCANREQ_E_NOMEM;
	return 0;
}

static int find_at(struct credential_store *store, struct place *place,
		   const struct reference *reference, struct credential *credential,
		   struct scanreq_error *err)
{
	bool known = place->read;
	int failed = known ? 0 : read_place(place, &place->config, err);

	if (failed)
		return failed;
	place->read = true;
	if (place->config.root)
		failed = find_in(store, &place->config, reference, credential, err);
	if (failed)
		return failed;
	if (known && credential_found(credential))
		credential->remembered = true;
	log_debug(store->log, "%s: %s", place->path,
		  !place->config.root		    ? "no such file"
		  : credential_found(credential) ? "has a login"
						 : "has no login");
	return 0;
}

int credential_store_find(void *arg, const struct reference *reference,
			  struct credential *credential, struct scanreq_error *err)
{
	struct credential_store *store = arg;
	int failed = 0;

	pthread_mutex_lock(&store->mutex);
	for (size_t i = 0; !failed && i < store->count && !credential_found(credential); i++)
		failed = find_at(store, &store->places[i], reference, credential, err);
	pthread_mutex_unlock(&store->mutex);
	if (failed)
		return failed;
	return keep_secret(store->log, credential) ? error_nomem(err) : 0;
}

void credential_store_refused(void *arg, const struct reference *reference)
{
	struct credential_store *store = arg;

	pthread_mutex_lock(&store->mutex);
	for (size_t i = 0; i < store->count; i++) {
		docker_config_free(&store->places[i].config);
		store->places[i].read = false;
	}
	for (size_t i = store->told_count; i > 0; i--) {
		struct told *told = &store->told[i - 1];

		if (strcmp(told->domain, reference->domain) == 0) {
			told_free(told);
			*told = store->told[--store->told_count];
		}
	}
	pthread_mutex_unlock(&store->mutex);
}
