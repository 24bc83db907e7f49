/* SPDX-License-Identifier: MIT */
/* Where logins are looked for; helpers are scripts that really run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/str.h"
#include "source/auth/credential-store.h"

#define LONG_MS 60000
#define NAME "r.example/ns/app"

/* --- a home of its own ------------------------------------------------------------- */

static const char *const variables[] = { "DOCKER_AUTH_CONFIG", "REGISTRY_AUTH_FILE",
					 "DOCKER_CONFIG", "XDG_RUNTIME_DIR",
					 "XDG_CONFIG_HOME", "HOME" };

struct fixture {
	char *home;
	char *path; /* PATH as it was */
	struct buf warnings;
};

/* Writes a file below the home, and the directories above it. */
static void put(const struct fixture *f, const char *name, const char *text, mode_t mode)
{
	char *path CLEANUP_FREE = NULL;
	FILE *file;

	assert_true(asprintf(&path, "%s/%s", f->home, name) > 0);
	for (char *at = path + strlen(f->home) + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		mkdir(path, 0700);
		*at = '/';
	}
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void set(const struct fixture *f, const char *variable, const char *below)
{
	char *path CLEANUP_FREE = NULL;

	assert_true(asprintf(&path, "%s/%s", f->home, below) > 0);
	assert_int_equal(setenv(variable, path, 1), 0);
}

/* A login whose user says where it is from. */
static void put_login(const struct fixture *f, const char *name, const char *user)
{
	struct buf text CLEANUP_BUF = BUF_INIT(1000);

	buf_addf(&text, "{\"auths\":{\"r.example\":{\"username\":\"%s\",\"password\":\"pw\"}}}",
		 user);
	put(f, name, buf_str(&text), 0600);
}

static void put_helper(const struct fixture *f, const char *name, const char *lines)
{
	struct buf text CLEANUP_BUF = BUF_INIT(1000);
	char *path CLEANUP_FREE = NULL;

	buf_addf(&text, "#!/bin/sh\n%s\n", lines);
	assert_true(asprintf(&path, "bin/docker-credential-%s", name) > 0);
	put(f, path, buf_str(&text), 0700);
}

static int setup(void **state)
{
	char template[] = "/tmp/scanreq-store-XXXXXX";
	struct fixture *f = calloc(1, sizeof(*f));
	char *path CLEANUP_FREE = NULL;

	if (!f || !mkdtemp(template))
		return -1;
	f->home = strdup(template);
	f->path = strdup(getenv("PATH"));
	f->warnings = (struct buf)BUF_INIT(4096);
	for (size_t i = 0; i < ARRAY_LENGTH(variables); i++)
		unsetenv(variables[i]);
	if (!f->home || !f->path || asprintf(&path, "%s/bin:%s", f->home, f->path) < 0)
		return -1;
	/* No session: root's file of the machine is out of the way. */
	set(f, "XDG_RUNTIME_DIR", "nothing");
	set(f, "HOME", "");
	*state = f;
	return setenv("PATH", path, 1);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *at)
{
	(void)info, (void)kind, (void)at;
	return remove(path);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	setenv("PATH", f->path, 1);
	nftw(f->home, remove_entry, 10, FTW_DEPTH | FTW_PHYS);
	buf_free(&f->warnings);
	free(f->home);
	free(f->path);
	free(f);
	return 0;
}

static void keep_warning(void *arg, enum log_level level, const char *line)
{
	struct fixture *f = arg;

	assert_int_equal(level, LOG_LEVEL_WARNING);
	buf_addf(&f->warnings, "%s\n", line);
}

struct looked {
	struct credential credential;
	struct scanreq_error err;
	int failed;
};

static void looked_free(struct looked *looked)
{
	credential_free(&looked->credential);
}
#define CLEANUP_LOOKED CLEANUP(looked_free)

/* Looks twice, as two images of a run do. */
static struct looked look_for(struct fixture *f, const char *name,
			      const struct credential_store_settings *settings)
{
	struct credential_store_settings with_log = *settings;
	struct log *log CLEANUP(log_free) = log_new(LOG_LEVEL_WARNING, keep_warning, f);
	struct credential_store *store CLEANUP(credential_store_free) = NULL;
	struct reference reference CLEANUP_REFERENCE = { 0 };
	struct credential first CLEANUP_CREDENTIAL = { 0 };
	struct looked looked = { .err = SCANREQ_ERROR_INIT };

	with_log.log = log;
	assert_int_equal(reference_parse(name, &reference, NULL), 0);
	assert_int_equal(credential_store_new(&with_log, &store, NULL), 0);
	credential_store_find(store, &reference, &first, NULL);
	looked.failed = credential_store_find(store, &reference, &looked.credential,
					      &looked.err);
	assert_true(str_equal(first.username, looked.credential.username));
	return looked;
}

static struct looked look(struct fixture *f)
{
	return look_for(f, NAME, &(struct credential_store_settings){
					 .helper_timeout_ms = LONG_MS });
}

static void assert_user(struct fixture *f, const char *user)
{
	struct looked looked CLEANUP_LOOKED = look(f);

	if (looked.failed || !str_equal(looked.credential.username, user))
		fail_msg("%s in place of %s: %s", looked.credential.username, user,
			 looked.err.message);
}

static void assert_fails(struct fixture *f, int klass, const char *word)
{
	struct looked looked CLEANUP_LOOKED = look(f);

	if (looked.failed != klass || !strstr(looked.err.message, word))
		fail_msg("%d: %s", looked.failed, looked.err.message);
	assert_false(credential_found(&looked.credential));
	assert_null(strstr(looked.err.message, "hunter2"));
}

/* --- the order --------------------------------------------------------------------- */

/* The last place first, each of the next winning over what is there. */
static void each_place_wins_over_the_next(void **state)
{
	struct fixture *f = *state;

	assert_user(f, NULL);
	put(f, ".dockercfg", "{\"r.example\":{\"username\":\"flat\"}}", 0600);
	assert_user(f, "flat");
	put_login(f, ".docker/config.json", "docker");
	assert_user(f, "docker");
	put_login(f, ".config/containers/auth.json", "podman");
	assert_user(f, "podman");
	set(f, "XDG_CONFIG_HOME", "xdg");
	assert_user(f, "docker");
	put_login(f, "xdg/containers/auth.json", "xdg");
	assert_user(f, "xdg");
	set(f, "XDG_RUNTIME_DIR", "run");
	put_login(f, "run/containers/auth.json", "session");
	assert_user(f, "session");
	set(f, "DOCKER_CONFIG", "set");
	assert_user(f, "session");
	put_login(f, "set/config.json", "set");
	assert_user(f, "set");
	set(f, "REGISTRY_AUTH_FILE", "named.json");
	put_login(f, "named.json", "named");
	assert_user(f, "named");
	setenv("DOCKER_AUTH_CONFIG", "{\"auths\":{\"r.example\":{\"username\":\"inline\"}}}", 1);
	assert_user(f, "inline");
}

static void a_named_file_is_read_alone(void **state)
{
	struct fixture *f = *state;
	char *path CLEANUP_FREE = NULL;
	struct looked looked CLEANUP_LOOKED = { .err = SCANREQ_ERROR_INIT };

	put_login(f, ".docker/config.json", "docker");
	set(f, "REGISTRY_AUTH_FILE", "absent.json");
	assert_fails(f, SCANREQ_E_USAGE, "absent.json");
	put(f, "absent.json", "{}", 0600);
	assert_user(f, NULL);
	setenv("DOCKER_AUTH_CONFIG", "{\"auths\":{\"r.example\":{\"username\":\"inline\"}}}", 1);
	assert_true(asprintf(&path, "%s/absent.json", f->home) > 0);
	looked = look_for(f, NAME, &(struct credential_store_settings){ .authfile = path });
	assert_int_equal(looked.failed, 0);
	assert_null(looked.credential.username);
}

static void a_home_is_not_needed(void **state)
{
	unsetenv("HOME");
	assert_user(*state, NULL);
}

/* Nobody else is asked in the stead of what cannot be read (GHSA-99pg-grm5-qq3v). */
static void a_broken_file_is_an_error(void **state)
{
	struct fixture *f = *state;

	put_login(f, ".docker/config.json", "docker");
	put(f, ".config/containers/auth.json", "{\"auths\": hunter2", 0600);
	assert_fails(f, SCANREQ_E_USAGE, ".config/containers/auth.json");
	put(f, ".config/containers/auth.json", "", 0600);
	assert_fails(f, SCANREQ_E_USAGE, ".config/containers/auth.json");
	setenv("DOCKER_AUTH_CONFIG", "hunter2", 1);
	assert_fails(f, SCANREQ_E_USAGE, "DOCKER_AUTH_CONFIG");
	setenv("DOCKER_AUTH_CONFIG", "", 1);
	put(f, ".config/containers/auth.json", "{}", 0600);
	assert_user(f, "docker");
}

/* --- helpers ----------------------------------------------------------------------- */

#define WITH_HELPER(name)                                                                       \
	"{\"credsStore\":\"" name                                                              \
	"\",\"auths\":{\"r.example\":{\"username\":\"entry\",\"password\":\"pw\"}}}"

static void a_helper_is_asked(void **state)
{
	struct fixture *f = *state;
	struct looked looked CLEANUP_LOOKED = { .err = SCANREQ_ERROR_INIT };

	put(f, ".docker/config.json", WITH_HELPER("one"), 0600);
	put_helper(f, "one", "[ \"$1\" = get ] && echo '{\"ServerURL\":\"\",\"Username\":\"'$(cat)"
			     "'\",\"Secret\":\"hunter2\"}'");
	assert_user(f, "r.example");
	looked = look_for(f, "nginx", &(struct credential_store_settings){
					      .helper_timeout_ms = LONG_MS });
	assert_string_equal(looked.credential.username, "https://index.docker.io/v1/");
	assert_string_equal(looked.credential.password, "hunter2");
	assert_non_null(strstr(looked.credential.from, "docker-credential-one"));
	assert_non_null(strstr(looked.credential.from, ".docker/config.json"));
}

static void a_helper_may_give_an_identity_token(void **state)
{
	struct fixture *f = *state;
	struct looked looked CLEANUP_LOOKED = { .err = SCANREQ_ERROR_INIT };

	put(f, ".docker/config.json", WITH_HELPER("one"), 0600);
	put_helper(f, "one", "echo '{\"Username\":\"<token>\",\"Secret\":\"hunter2\"}'");
	looked = look(f);
	assert_null(looked.credential.username);
	assert_string_equal(looked.credential.identity_token, "hunter2");
}

static void a_helper_that_has_nothing_is_final(void **state)
{
	static const char *const answers[] = {
		"echo; echo ' credentials not found in native keychain'; exit 1",
		"echo '{\"ServerURL\":\"\",\"Username\":\"\",\"Secret\":\"\"}'",
		"echo '{}'",
	};
	struct fixture *f = *state;

	put(f, ".docker/config.json", WITH_HELPER("one"), 0600);
	for (size_t i = 0; i < ARRAY_LENGTH(answers); i++) {
		put_helper(f, "one", answers[i]);
		assert_user(f, NULL);
	}
	assert_int_equal(f->warnings.len, 0);
	/* for its file, that is */
	put(f, ".dockercfg", "{\"r.example\":{\"username\":\"flat\"}}", 0600);
	assert_user(f, "flat");
}

static void a_missing_helper_is_warned_of_once(void **state)
{
	struct fixture *f = *state;

	put(f, ".docker/config.json", WITH_HELPER("scanreq-absent"), 0600);
	assert_user(f, "entry");
	assert_non_null(strstr(buf_str(&f->warnings), "docker-credential-scanreq-absent"));
	assert_ptr_equal(strchr(buf_str(&f->warnings), '\n') + 1,
			 f->warnings.data + f->warnings.len);
}

static void a_failing_helper_is_an_error(void **state)
{
	static const struct {
		const char *lines;
		const char *word;
	} helpers[] = {
		{ "echo hunter2; exit 3", "exited with status 3" },
		{ "echo hunter2 >&2; kill -KILL $$", "signal 9" },
		{ "echo hunter2", "JSON" },
		{ "true", "JSON" },
		{ "echo '[\"hunter2\"]'", "JSON" },
		{ "echo '{\"Username\":5,\"Secret\":\"hunter2\"}'", "JSON" },
		{ "echo '{\"Username\":\"\",\"Secret\":\"hunter2\"}'", "half a login" },
		{ "echo '{\"Username\":\"hunter2\",\"Secret\":null}'", "half a login" },
		{ "yes hunter2", "wrote more" },
		{ "echo credentials not found in native keychain, hunter2; exit 1", "status 1" },
	};
	struct fixture *f = *state;

	put(f, ".docker/config.json", WITH_HELPER("one"), 0600);
	for (size_t i = 0; i < ARRAY_LENGTH(helpers); i++) {
		put_helper(f, "one", helpers[i].lines);
		assert_fails(f, SCANREQ_E_DENIED, helpers[i].word);
		assert_fails(f, SCANREQ_E_DENIED, "docker-credential-one");
	}
}

static void a_hanging_helper_is_ended(void **state)
{
	struct fixture *f = *state;
	struct looked looked CLEANUP_LOOKED = { .err = SCANREQ_ERROR_INIT };

	put(f, ".docker/config.json", WITH_HELPER("one"), 0600);
	put_helper(f, "one", "sleep 1000");
	looked = look_for(f, NAME, &(struct credential_store_settings){
					   .helper_timeout_ms = 100 });
	assert_int_equal(looked.failed, SCANREQ_E_DENIED);
	assert_non_null(strstr(looked.err.message, "did not end in time"));
}

static void a_name_is_no_path(void **state)
{
	static const char *const configs[] = {
		WITH_HELPER("../one"), WITH_HELPER("/bin/sh"), WITH_HELPER("-one"),
		WITH_HELPER(".one"),   WITH_HELPER("a b"),     WITH_HELPER("one\\n"),
	};
	struct fixture *f = *state;

	put_helper(f, "one", "echo '{\"Username\":\"u\",\"Secret\":\"s\"}'");
	for (size_t i = 0; i < ARRAY_LENGTH(configs); i++) {
		put(f, ".docker/config.json", configs[i], 0600);
		assert_fails(f, SCANREQ_E_USAGE, "no name");
	}
}

/* A variable that a pipeline hands down starts no program. */
static void an_inline_text_names_no_helper(void **state)
{
	struct fixture *f = *state;

	put_helper(f, "one", "echo '{\"Username\":\"u\",\"Secret\":\"s\"}'");
	setenv("DOCKER_AUTH_CONFIG", WITH_HELPER("one"), 1);
	assert_user(f, "entry");
}

#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HOME(each_place_wins_over_the_next),
		WITH_HOME(a_named_file_is_read_alone),
		WITH_HOME(a_home_is_not_needed),
		WITH_HOME(a_broken_file_is_an_error),
		WITH_HOME(a_helper_is_asked),
		WITH_HOME(a_helper_may_give_an_identity_token),
		WITH_HOME(a_helper_that_has_nothing_is_final),
		WITH_HOME(a_missing_helper_is_warned_of_once),
		WITH_HOME(a_failing_helper_is_an_error),
		WITH_HOME(a_hanging_helper_is_ended),
		WITH_HOME(a_name_is_no_path),
		WITH_HOME(an_inline_text_names_no_helper),
	};

	return cmocka_run_group_tests_name("credential-store", tests, NULL, NULL);
}
