/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "net/tls-hosts.h"

static void tls_host_free(struct tls_host **host)
{
	struct tls_host *h = *host;

	if (!h)
		return;
	free(h->name);
	trust_free(&h->trust);
	buf_free(&h->cert);
	buf_free(&h->key);
	free(h);
	*host = NULL;
}

void tls_hosts_free(struct tls_hosts *hosts)
{
	while (hosts->first) {
		struct tls_host *host = hosts->first;

		hosts->first = host->next;
		tls_host_free(&host);
	}
}

/* --- one pair ---------------------------------------------------------------------- */

static int read_pem(const char *path, const char *what, struct buf *pem,
		    struct scanreq_error *err)
{
	int failed = file_read(path, pem, err);

	if (failed == SCANREQ_E_NOT_FOUND)
		return error_set(err, SCANREQ_CODE_CLIENT_CERTIFICATE_INVALID,
				 "the %s %s does not exist", what, path);
	return failed;
}

/* OpenSSL would ask for the password of an encrypted key on the terminal. */
static int check_key(const char *path, const struct buf *key, struct scanreq_error *err)
{
	if (strstr(buf_str(key), "ENCRYPTED"))
		return error_set(err, SCANREQ_CODE_CLIENT_CERTIFICATE_INVALID,
				 "the key %s is encrypted: decrypt it with openssl pkey, and"
				 " let only its owner read it", path);
	if (!strstr(buf_str(key), "PRIVATE KEY-----"))
		return error_set(err, SCANREQ_CODE_CLIENT_CERTIFICATE_INVALID,
				 "%s has no private key in PEM form", path);
	return 0;
}

static int read_pair(struct tls_host *host, const char *cert, const char *key,
		     struct scanreq_error *err)
{
	int failed = read_pem(cert, "client certificate", &host->cert, err);

	if (!failed && !strstr(buf_str(&host->cert), "CERTIFICATE-----"))
		failed = error_set(err, SCANREQ_CODE_CLIENT_CERTIFICATE_INVALID,
				   "%s has no certificate in PEM form", cert);
	if (!failed)
		failed = read_pem(key, "key", &host->key, err);
	return failed ? failed : check_key(key, &host->key, err);
}

/* --- certs.d ----------------------------------------------------------------------- */

/* The entries of a directory, sorted by name. */
struct entries {
	struct dirent **items;
	int count;
};

static void entries_free(struct entries *e)
{
	for (int i = 0; i < e->count; i++)
		free(e->items[i]);
	free(e->items);
}

static bool has_entry(const struct entries *e, const char *name)
{
	for (int i = 0; i < e->count; i++)
		if (strcmp(e->items[i]->d_name, name) == 0)
			return true;
	return false;
}

/* Returns the name with another suffix: "client.cert" to "client.key". */
static char *other_half(const char *name, const char *suffix, const char *other)
{
	int stem = (int)(strlen(name) - strlen(suffix));

	return str_format("%.*s%s", stem, name, other);
}

static int take_pair(struct tls_host *host, const char *directory, const char *name,
		     const struct entries *e, struct scanreq_error *err)
{
	bool is_cert = str_suffix(name, ".cert");
	char *other CLEANUP_FREE = is_cert ? other_half(name, ".cert", ".key")
					   : other_half(name, ".key", ".cert");
	char *cert CLEANUP_FREE = NULL;
	char *key CLEANUP_FREE = NULL;

	if (!other)
		return error_nomem(err);
	if (!has_entry(e, other))
		return error_set(err, SCANREQ_CODE_CLIENT_CERTIFICATE_INVALID,
				 "%s/%s has no %s beside it: a client certificate and its key"
				 " go together", directory, name, other);
	if (!is_cert || host->cert.len > 0)
		return 0;
	cert = str_format("%s/%s", directory, name);
	key = str_format("%s/%s", directory, other);
	return cert && key ? read_pair(host, cert, key, err) : error_nomem(err);
}

static int take_authority(struct tls_host *host, const char *directory, const char *name,
			  struct scanreq_error *err)
{
	char *path CLEANUP_FREE = str_format("%s/%s", directory, name);

	return path ? trust_add_file(&host->trust, path, err) : error_nomem(err);
}

/* *found is false if the directory does not exist or is unreadable. */
static int read_directory(struct tls_host *host, const char *path, bool *found,
			  struct scanreq_error *err)
{
	struct entries e CLEANUP(entries_free) = { .items = NULL };
	int failed = 0;

	e.count = scandir(path, &e.items, NULL, alphasort);
	*found = e.count >= 0;
	for (int i = 0; i < e.count && !failed; i++) {
		const char *name = e.items[i]->d_name;

		if (str_suffix(name, ".crt"))
			failed = take_authority(host, path, name, err);
		else if (str_suffix(name, ".cert") || str_suffix(name, ".key"))
			failed = take_pair(host, path, name, &e, err);
	}
	return failed;
}

static int list_roots(struct strv *roots)
{
	const char *config = env_value("XDG_CONFIG_HOME");
	const char *home = env_value("HOME");
	int failed = 0;

	if (config)
		failed = strv_addf(roots, "%s/containers/certs.d", config);
	else if (home)
		failed = strv_addf(roots, "%s/.config/containers/certs.d", home);
	if (failed || strv_add(roots, "/etc/containers/certs.d") ||
	    strv_add(roots, "/etc/docker/certs.d"))
		return SCANREQ_E_NOMEM;
	return 0;
}

/* The name of the directory may have the default port. */
static int tls_hosts_read_entry(struct tls_host *host, const char *root,
				const struct url *origin, bool *found,
				struct scanreq_error *err)
{
	char *path CLEANUP_FREE = str_format("%s/%s", root, host->name);
	char *with_port CLEANUP_FREE = NULL;
	int failed;

	if (!path)
		return error_nomem(err);
	failed = read_directory(host, path, found, err);
	if (failed || *found || origin->port != 443)
		return failed;
	with_port = str_format("%s:443", path);
	return with_port ? read_directory(host, with_port, found, err) : error_nomem(err);
}

static int read_certs_d(struct tls_host *host, const struct url *origin,
			struct scanreq_error *err)
{
	struct strv roots CLEANUP_STRV = { 0 };
	bool found = false;
	int failed = list_roots(&roots) ? error_nomem(err) : 0;

	for (size_t i = 0; i < roots.count && !failed && !found; i++)
		failed = tls_hosts_read_entry(host, roots.items[i], origin, &found, err);
	return failed;
}

/* --- a host ------------------------------------------------------------------------ */

static int tls_hosts_fill(struct tls_host *host, const struct tls_options *options,
			  const struct url *origin, struct scanreq_error *err)
{
	int failed = 0;

	host->cert = (struct buf)BUF_INIT(LIMIT_AUTHORITIES);
	host->key = (struct buf)BUF_SECRET_INIT(LIMIT_SECRET_FILE);
	host->unverified = url_is_named(origin, options->unverified);
	host->name = url_host_port(origin);
	if (!host->name)
		return error_nomem(err);
	if (options->cert_file)
		failed = read_pair(host, options->cert_file, options->key_file, err);
	if (!failed && options->ca_file)
		failed = trust_add_file(&host->trust, options->ca_file, err);
	if (!failed)
		failed = read_certs_d(host, origin, err);
	return failed ? failed : trust_add_system(&host->trust, err);
}

int tls_hosts_find(struct tls_hosts *hosts, const struct tls_options *options,
		   const struct url *origin, const struct tls_host **host,
		   struct scanreq_error *err)
{
	char *name CLEANUP_FREE = url_host_port(origin);
	struct tls_host *made CLEANUP(tls_host_free) = NULL;
	int failed;

	if (!name)
		return error_nomem(err);
	for (*host = hosts->first; *host; *host = (*host)->next)
		if (strcmp((*host)->name, name) == 0)
			return 0;
	made = calloc(1, sizeof(*made));
	if (!made)
		return error_nomem(err);
	failed = tls_hosts_fill(made, options, origin, err);
	if (failed)
		return failed;
	made->next = hosts->first;
	hosts->first = made;
	*host = TAKE(made);
	return 0;
}
