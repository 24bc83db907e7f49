/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "base/str.h"
#include "net/trust.h"

#define CERTIFICATE(name) \
	"-----BEGIN CERTIFICATE-----\n" name "\n-----END CERTIFICATE-----"

#define CLEANUP_TRUST CLEANUP(trust_free)

struct file {
	int fd;
	char path[64];
};

static void file_close(struct file *file)
{
	cleanup_close(&file->fd);
}

#define CLEANUP_FILE CLEANUP(file_close)

static struct file file_make(const char *text)
{
	struct file file = { .fd = memfd_create("authorities", MFD_CLOEXEC) };

	assert_true(file.fd >= 0);
	assert_int_equal(write(file.fd, text, strlen(text)), strlen(text));
	snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
	return file;
}

/* The environment that each test begins with. */
static int forget_environment(void **state)
{
	(void)state;
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	return 0;
}

static void adds_to_the_system(void **state)
{
	struct file own CLEANUP_FILE = file_make(CERTIFICATE("own"));
	struct file system CLEANUP_FILE = file_make(CERTIFICATE("system"));
	struct trust trust CLEANUP_TRUST = { .system = false };

	(void)state;
	setenv("SSL_CERT_FILE", system.path, 1);
	setenv("SSL_CERT_DIR", "/some/where:/else", 1);
	assert_int_equal(trust_add_file(&trust, own.path, NULL), 0);
	assert_int_equal(trust_add_system(&trust, NULL), 0);
	assert_int_equal(trust_add_system(&trust, NULL), 0);
	assert_string_equal(buf_str(&trust.pem),
			    CERTIFICATE("own") "\n" CERTIFICATE("system") "\n");
	assert_string_equal(trust.directory, "/some/where:/else");
}

static void takes_the_directory_alone(void **state)
{
	struct trust trust CLEANUP_TRUST = { .system = false };

	(void)state;
	setenv("SSL_CERT_DIR", "/some/where", 1);
	setenv("SSL_CERT_FILE", "", 1);
	assert_int_equal(trust_add_system(&trust, NULL), 0);
	assert_int_equal(trust.pem.len, 0);
	assert_string_equal(trust.directory, "/some/where");
}

/* Whatever the machine has, its authorities stay beside a file of our own. */
static void keeps_the_default(void **state)
{
	struct file own CLEANUP_FILE = file_make(CERTIFICATE("own"));
	struct trust none CLEANUP_TRUST = { .system = false };
	struct trust trust CLEANUP_TRUST = { .system = false };

	(void)state;
	assert_int_equal(trust_add_system(&none, NULL), 0);
	assert_int_equal(none.pem.len, 0);
	assert_int_equal(trust_add_file(&trust, own.path, NULL), 0);
	assert_int_equal(trust_add_system(&trust, NULL), 0);
	assert_true(trust.directory || trust.pem.len > strlen(CERTIFICATE("own") "\n"));
	assert_true(str_equal(none.directory, trust.directory));
}

static void refuses_files(void **state)
{
	static const char *const texts[] = { "", "\n", "no certificate",
					     "-----BEGIN RSA PRIVATE KEY-----" };
	struct trust trust CLEANUP_TRUST = { .system = false };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct file file CLEANUP_FILE = file_make(texts[i]);

		assert_int_equal(trust_add_file(&trust, file.path, &err), SCANREQ_E_USAGE);
		assert_non_null(strstr(err.message, file.path));
	}
	assert_int_equal(trust_add_file(&trust, "/nonexistent.pem", &err), SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, "/nonexistent.pem"));
	assert_int_equal(trust_add_file(&trust, "/", &err), SCANREQ_E_USAGE);
	setenv("SSL_CERT_FILE", "/nonexistent.pem", 1);
	assert_int_equal(trust_add_system(&trust, &err), SCANREQ_E_USAGE);
	assert_false(trust.system);
	assert_int_equal(trust.pem.len, 0);
}

static void refuses_large_files(void **state)
{
	struct file file CLEANUP_FILE = file_make(CERTIFICATE("large"));
	struct trust trust CLEANUP_TRUST = { .system = false };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	(void)state;
	assert_int_equal(ftruncate(file.fd, LIMIT_AUTHORITIES + 1), 0);
	assert_int_equal(trust_add_file(&trust, file.path, &err), SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, "larger than"));
	assert_int_equal(ftruncate(file.fd, LIMIT_AUTHORITIES), 0);
	assert_int_equal(trust_add_file(&trust, file.path, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(adds_to_the_system, forget_environment),
		cmocka_unit_test_setup(takes_the_directory_alone, forget_environment),
		cmocka_unit_test_setup(keeps_the_default, forget_environment),
		cmocka_unit_test_setup(refuses_files, forget_environment),
		cmocka_unit_test_setup(refuses_large_files, forget_environment),
	};

	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
