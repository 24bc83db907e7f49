/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "source/auth/docker-config.h"

void credential_free(struct credential *credential)
{
	str_wipe(&credential->username);
	str_wipe(&credential->password);
	str_wipe(&credential->identity_token);
	str_wipe(&credential->registry_token);
	free(credential->from);
	credential->from = NULL;
	credential->realm_below = NULL;
	credential->remembered = false;
}

int credential_copy(struct credential *to, const struct credential *from)
{
	if (str_copy(&to->username, from->username) || str_copy(&to->password, from->password) ||
	    str_copy(&to->identity_token, from->identity_token) ||
	    str_copy(&to->registry_token, from->registry_token) ||
	    str_copy(&to->from, from->from))
		return SCANREQ_E_NOMEM;
	to->realm_below = from->realm_below;
	to->remembered = from->remembered;
	return 0;
}

/* --- one entry --------------------------------------------------------------------- */

static int docker_config_malformed(const char *key, const char *what, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
			 "the entry \"%s\" %s: log in again", key, what);
}

/* Splits "user:password". docker may pad the password with NULs; any other NUL is an error. */
static bool split_pair(const struct buf *pair, char **username, char **password)
{
	char *colon = pair->len > 0 ? memchr(pair->data, ':', pair->len) : NULL;
	size_t len = pair->len;

	if (!colon)
		return false;
	while (pair->data[len - 1] == '\0')
		len--;
	if (memchr(pair->data, '\0', len))
		return false;
	*colon = '\0';
	*username = pair->data;
	*password = colon + 1;
	return true;
}

static int read_auth(const char *key, const char *auth, struct credential *credential,
		     struct scanreq_error *err)
{
	struct buf pair CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_SECRET_FILE);
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_AUTHFILE);
	char *username, *password;

	/* base64(1) folds lines; docker ignores the line breaks. */
	for (const char *p = auth; *p; p++)
		if (*p != '\r' && *p != '\n')
			buf_putc(&text, *p);
	if (text.failed)
		return error_nomem(err);
	if (!base64_decode(&pair, buf_str(&text), text.len))
		return docker_config_malformed(key, "is broken: its \"auth\" is no base64",
					       err);
	if (buf_check(&pair, "an \"auth\"", NULL) == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (pair.failed || !split_pair(&pair, &username, &password) || !*username)
		return docker_config_malformed(
			key, "is broken: its \"auth\" is no user and password", err);
	if (str_copy(&credential->username, username) ||
	    str_copy(&credential->password, password))
		return error_nomem(err);
	return 0;
}

/* The members of an entry; NULL or "": absent. Borrowed. */
struct entry {
	const char *auth;
	const char *username;
	const char *password;
	const char *identity_token;
	const char *registry_token;
};

static bool docker_config_read_members(struct json_object *object, struct entry *entry)
{
	return json_string(object, "auth", &entry->auth, NULL) == 0 &&
	       json_string(object, "username", &entry->username, NULL) == 0 &&
	       json_string(object, "password", &entry->password, NULL) == 0 &&
	       json_string(object, "identitytoken", &entry->identity_token, NULL) == 0 &&
	       json_string(object, "registrytoken", &entry->registry_token, NULL) == 0;
}

static bool present(const char *text)
{
	return text && *text;
}

/* Copies a member that is present; docker writes "" for an absent one. */
static int copy_present(char **to, const char *text)
{
	return present(text) ? str_copy(to, text) : 0;
}

/* "auth" goes before "username" and "password", as for docker. */
static int read_login(const char *key, const struct entry *entry,
		      struct credential *credential, struct scanreq_error *err)
{
	int failed = 0;

	if (present(entry->auth))
		failed = read_auth(key, entry->auth, credential, err);
	else if (present(entry->username) &&
		 (str_copy(&credential->username, entry->username) ||
		  str_copy(&credential->password, entry->password ? entry->password : "")))
		failed = error_nomem(err);
	if (failed)
		return failed;
	if (copy_present(&credential->identity_token, entry->identity_token) ||
	    copy_present(&credential->registry_token, entry->registry_token))
		return error_nomem(err);
	return 0;
}

static int docker_config_read_entry(const char *path, const char *key,
				    struct json_object *object, struct credential *credential,
				    struct scanreq_error *err)
{
	struct entry entry = { 0 };
	int failed;

	if (!docker_config_read_members(object, &entry))
		return docker_config_malformed(key, "is broken", err);
	failed = read_login(key, &entry, credential, err);
	if (failed)
		return failed;
	if (asprintf(&credential->from, "%s (\"%s\")", path, key) < 0) {
		credential->from = NULL;
		return error_nomem(err);
	}
	return 0;
}

/* --- which entry ------------------------------------------------------------------- */

/* docker's own key for Docker Hub since its first version. */
#define HUB_KEY "https://index.docker.io/v1/"

/*
 * How well a key fits: by the bytes of the path that it has, then by its form, from the
 * worst to the best.
 */
enum form {
	NO_FIT = 0,
	URL_PATH_FIT,   /* a URL of the host, with a path of its own */
	URL_FIT,        /* a URL of the host, as docker login once wrote it */
	REGISTRY_1_FIT, /* other names of Docker Hub */
	INDEX_FIT,
	HUB_KEY_FIT,
	HOST_CASE_FIT,  /* the host, in other case */
	HOST_FIT,       /* exactly the host */
	FORMS
};

/* The rest of a key after the host, or NULL when the key is for another host. */
static const char *after_host(const char *key, const char *host)
{
	size_t len = strlen(host);

	return strncasecmp(key, host, len) == 0 ? key + len : NULL;
}

/*
 * docker login once wrote "https://host/v1/" for "host", and docker accepts a URL with any
 * path. Below Docker Hub's URL there may be a token of another kind (".../v1/access-token").
 */
static enum form url_fit(const char *key, const char *host, bool is_hub)
{
	static const char *const paths[] = { "", "/", "/v1", "/v1/", "/v2", "/v2/" };
	const char *rest;

	if (!str_prefix(key, "https://", &rest) && !str_prefix(key, "http://", &rest))
		return NO_FIT;
	rest = after_host(rest, host);
	for (size_t i = 0; rest && i < ARRAY_LENGTH(paths); i++)
		if (strcmp(rest, paths[i]) == 0)
			return is_hub && strcmp(key, HUB_KEY) == 0 ? HUB_KEY_FIT : URL_FIT;
	return rest && *rest == '/' && !is_hub ? URL_PATH_FIT : NO_FIT;
}

/* "host/ns/repo", "host/ns" and "host" (containers-auth.json(5)): the bytes of path, or -1. */
static int path_fit(const char *key, const char *host, const char *path)
{
	const char *rest = after_host(key, host);
	size_t len;

	if (!rest || (*rest != '\0' && *rest != '/'))
		return -1;
	if (*rest == '\0')
		return 0;
	len = strlen(++rest);
	if (strncmp(path, rest, len) != 0 || (path[len] != '\0' && path[len] != '/'))
		return -1;
	return (int)len;
}

static enum form host_form(const char *key, const char *host)
{
	return strncmp(key, host, strlen(host)) == 0 ? HOST_FIT : HOST_CASE_FIT;
}

/* A greater number means a better fit; 0: the key is for another host or path. */
static size_t key_fit(const char *key, const struct reference *reference)
{
	static const struct {
		const char *host;
		enum form form;
	} aliases[] = {
		{ REFERENCE_HUB, HOST_FIT },
		{ "index.docker.io", INDEX_FIT },
		{ "registry-1.docker.io", REGISTRY_1_FIT },
	};
	bool is_hub = strcmp(reference->domain, REFERENCE_HUB) == 0;
	size_t best = NO_FIT;

	for (size_t i = 0; i < (is_hub ? ARRAY_LENGTH(aliases) : 1); i++) {
		const char *host = is_hub ? aliases[i].host : reference->domain;
		int len = path_fit(key, host, reference->path);
		enum form form = i > 0 ? aliases[i].form : host_form(key, host);
		size_t fit = len >= 0 ? (size_t)len * FORMS + form
				      : url_fit(key, host, is_hub);

		best = fit > best ? fit : best;
	}
	return best;
}

/* Of two keys that fit equally the greater wins, whatever the order in the file. */
static bool fits_better(size_t fit, const char *key, size_t best, const char *best_key)
{
	return fit > best || (fit > NO_FIT && fit == best && strcmp(key, best_key) > 0);
}

/* docker leaves an entry without a login when a helper keeps the login. */
static bool is_empty(struct json_object *object)
{
	struct entry entry = { 0 };

	return json_object_is_type(object, json_type_object) &&
	       docker_config_read_members(object, &entry) && !present(entry.auth) &&
	       !present(entry.username) && !present(entry.identity_token) &&
	       !present(entry.registry_token);
}

/* --- the file ---------------------------------------------------------------------- */

static int find_in(const struct docker_config *config, const struct reference *reference,
		   struct credential *credential, struct scanreq_error *err)
{
	struct json_object *found = NULL;
	const char *found_key = NULL;
	size_t best = NO_FIT;

	json_object_object_foreach(config->auths, key, entry) {
		size_t fit = key_fit(key, reference);

		if (fits_better(fit, key, best, found_key) && entry && !is_empty(entry)) {
			best = fit;
			found = entry;
			found_key = key;
		}
	}
	return found ? docker_config_read_entry(config->name, found_key, found, credential, err)
		     : 0;
}

int docker_config_find(const struct docker_config *config, const struct reference *reference,
		       struct credential *credential, struct scanreq_error *err)
{
	struct credential made CLEANUP_CREDENTIAL = { 0 };
	int failed = config->auths ? find_in(config, reference, &made, err) : 0;

	if (failed)
		return error_prefix(err, failed, "%s", config->name);
	*credential = made;
	memset(&made, 0, sizeof(made));
	return 0;
}

static int check_helper(const struct docker_config *config, const struct reference *reference,
			struct json_object *name, struct scanreq_error *err)
{
	if (json_object_is_type(name, json_type_string) &&
	    strlen(json_object_get_string(name)) == (size_t)json_object_get_string_len(name))
		return 0;
	return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
			 "%s: the helper for %s in \"credHelpers\" is no name", config->name,
			 reference->domain);
}

int docker_config_helper(const struct docker_config *config, const struct reference *reference,
			 struct docker_helper *helper, struct scanreq_error *err)
{
	bool is_hub = strcmp(reference->domain, REFERENCE_HUB) == 0;
	struct json_object *found = NULL;
	size_t best = NO_FIT;
	int failed;

	helper->name = config->store;
	helper->server = is_hub ? HUB_KEY : reference->domain;
	if (!config->helpers)
		return 0;
	json_object_object_foreach(config->helpers, key, value) {
		size_t fit = key_fit(key, reference);

		/* Helpers are for hosts: a fit of FORMS or more has a path. */
		if (value && fit < FORMS && fits_better(fit, key, best, helper->server)) {
			best = fit;
			found = value;
			helper->server = key;
		}
	}
	if (!is_hub)
		helper->server = reference->domain;
	failed = found ? check_helper(config, reference, found, err) : 0;
	if (found && !failed)
		helper->name = json_object_get_string(found);
	return failed;
}

/* --- reading ----------------------------------------------------------------------- */

void docker_config_free(struct docker_config *config)
{
	free(config->name);
	json_release(&config->root);
	*config = (struct docker_config){ 0 };
}

static int read_top(struct docker_config *config, enum docker_config_form form,
		    struct scanreq_error *err)
{
	if (!json_object_is_type(config->root, json_type_object))
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID, "%s is no JSON object",
				 config->name);
	if (form == DOCKER_CONFIG_FLAT) {
		config->auths = config->root;
		return 0;
	}
	if (json_member(config->root, "auths", json_type_object, &config->auths, NULL))
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "%s: \"auths\" is no object", config->name);
	if (json_member(config->root, "credHelpers", json_type_object, &config->helpers, NULL))
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "%s: \"credHelpers\" is no object", config->name);
	if (json_string(config->root, "credsStore", &config->store, NULL))
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID,
				 "%s: \"credsStore\" is no text", config->name);
	return 0;
}

int docker_config_parse(const char *name, const struct buf *text, enum docker_config_form form,
			struct docker_config *config, struct scanreq_error *err)
{
	struct docker_config made CLEANUP_DOCKER_CONFIG = { .name = strdup(name) };
	struct scanreq_error why = SCANREQ_ERROR_INIT;
	int failed;

	if (!made.name)
		return error_nomem(err);
	failed = json_parse(buf_str(text), text->len, name, &made.root, &why);
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		return error_set(err, SCANREQ_CODE_CREDENTIALS_INVALID, "%s", why.message);
	failed = read_top(&made, form, err);
	if (failed)
		return failed;
	*config = made;
	memset(&made, 0, sizeof(made));
	return 0;
}

int docker_config_read(const char *path, enum docker_config_form form,
		       struct docker_config *config, struct scanreq_error *err)
{
	struct buf text CLEANUP_BUF = BUF_SECRET_INIT(LIMIT_AUTHFILE);
	int failed = file_read(path, &text, err);

	return failed ? failed : docker_config_parse(path, &text, form, config, err);
}
