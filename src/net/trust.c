/* SPDX-License-Identifier: MIT */
#include <curl/curl.h>
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "net/trust.h"

#define HASH_DIGITS 8

/* Debian, Alpine, Arch; Fedora (two); SUSE. */
static const char *const system_directories[] = {
	"/etc/ssl/certs",
	"/etc/pki/tls/certs",
	"/etc/pki/ca-trust/extracted/pem/directory-hash",
	"/var/lib/ca-certificates/openssl",
};

/* The same, for systems without a hashed directory; the last is that of Alpine and BSD. */
static const char *const system_bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/ca-bundle.pem",
	"/var/lib/ca-certificates/ca-bundle.pem",
	"/etc/ssl/cert.pem",
};

static void close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

void trust_free(struct trust *trust)
{
	buf_free(&trust->pem);
	free(trust->directory);
	memset(trust, 0, sizeof(*trust));
}

static int no_file(const char *path, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_AUTHORITIES_UNREADABLE,
			 "the file of authorities %s does not exist", path);
}

int trust_add_file(struct trust *trust, const char *path, struct scanreq_error *err)
{
	struct buf pem CLEANUP_BUF = BUF_INIT(LIMIT_AUTHORITIES);
	int failed = file_read(path, &pem, err);

	if (failed)
		return failed == SCANREQ_E_NOT_FOUND ? no_file(path, err) : failed;
	if (!strstr(buf_str(&pem), "CERTIFICATE-----"))
		return error_set(err, SCANREQ_CODE_AUTHORITIES_UNREADABLE,
				 "%s has no certificate in PEM form", path);
	trust->pem.max = 2 * (LIMIT_AUTHORITIES + 1);
	buf_add(&trust->pem, pem.data, pem.len);
	buf_putc(&trust->pem, '\n');
	return buf_check(&trust->pem, NULL, err);
}

/* Returns whether openssl-rehash(1) has made a name in the directory: "5ed36f99.0". */
static bool is_hashed(const char *path)
{
	DIR *directory CLEANUP(close_directory) = opendir(path);
	struct dirent *entry;

	while (directory && (entry = readdir(directory)) != NULL)
		if (hex_valid(entry->d_name, HASH_DIGITS) && entry->d_name[HASH_DIGITS] == '.')
			return true;
	return false;
}

static const char *hashed_directory(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(system_directories); i++)
		if (is_hashed(system_directories[i]))
			return system_directories[i];
	return NULL;
}

/* Returns libcurl's default bundle, or NULL: a static libcurl has none. */
static const char *own_bundle(void)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	const char *own = info->age < CURLVERSION_SEVENTH ? NULL : info->cainfo;

	return own && access(own, R_OK) == 0 ? own : NULL;
}

static const char *system_bundle(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(system_bundles); i++)
		if (access(system_bundles[i], R_OK) == 0)
			return system_bundles[i];
	return NULL;
}

/* Authorities in memory replace libcurl's default bundle, so they must include it. */
static int add_bundle(struct trust *trust, struct scanreq_error *err)
{
	const char *own = own_bundle();
	const char *bundle = own ? own : system_bundle();

	if (!bundle || (own && trust->pem.len == 0))
		return 0;
	return trust_add_file(trust, bundle, err);
}

int trust_add_system(struct trust *trust, struct scanreq_error *err)
{
	const char *file = env_value("SSL_CERT_FILE");
	const char *directory = env_value("SSL_CERT_DIR");
	int failed = 0;

	if (trust->system)
		return 0;
	if (!directory)
		directory = hashed_directory();
	if (directory && !trust->directory && str_copy(&trust->directory, directory))
		return error_nomem(err);
	if (file)
		failed = trust_add_file(trust, file, err);
	else if (!directory)
		failed = add_bundle(trust, err);
	if (failed)
		return failed;
	trust->system = true;
	return 0;
}
