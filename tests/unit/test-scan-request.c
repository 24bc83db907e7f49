/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "cloud/scan/request.h"

#define MANIFEST_HEX "a8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e"
#define INDEX_HEX "5b0bcabd1ed22e9fb1310cf6c2dec7cdef19f0ad69efa1f392e94a4333501270"
#define CONFIG_HEX "b10ef7b245c34a0822055c74fc4a0e8b5baf0279306316b2c517a501ed250b1e"
#define ABC_SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/* An image whose texts are literals; only its reference is owned. */
struct sample {
	struct scanreq_image image;
};

static void sample_free(struct sample *s)
{
	reference_free(&s->image.reference);
}

#define CLEANUP_REQUEST CLEANUP(scan_request_free)

static struct scanreq_request *new_request(void)
{
	struct scanreq_request *request = calloc(1, sizeof(*request));

	assert_non_null(request);
	return request;
}

static struct digest sha256(const char *hex)
{
	struct digest digest = { .algorithm = DIGEST_SHA256 };

	snprintf(digest.hex, sizeof(digest.hex), "%s", hex);
	return digest;
}

/* What a registry image looks like. */
static struct sample registry_sample(const char *reference)
{
	static char basis[] = "compressed";
	static char input[] = "docker://reg.example.com/ns/app:1";
	static char created[] = "2024-06-03T12:00:00.123456789+02:00";
	struct sample s = {
		.image = {
			.reference_given = true,
			.origin = MANIFEST_REGISTRY,
			.manifest_digest = sha256(MANIFEST_HEX),
			.config_digest = sha256(CONFIG_HEX),
			.config_verified = true,
			.config = { .created = created, .created_ms = 1717408800123 },
			.layer_count = 3,
			.size_total = 6120340,
			.size_layers = 6118870,
			.size_unique = 6120340,
		},
	};

	s.image.facts[SCANREQ_FACT_SIZE_BASIS] = basis;
	s.image.facts[SCANREQ_FACT_INPUT] = input;
	if (reference)
		assert_int_equal(reference_parse(reference, &s.image.reference, NULL), 0);
	return s;
}

/* What `docker save` in its classic form looks like. */
static struct sample archive_sample(const char *reference)
{
	static char basis[] = "uncompressed";
	struct sample s = registry_sample(reference);

	s.image.reference_given = false;
	s.image.origin = MANIFEST_NONE;
	s.image.manifest_digest = (struct digest){ 0 };
	s.image.config_verified = false;
	s.image.facts[SCANREQ_FACT_SIZE_BASIS] = basis;
	return s;
}

static void assert_param(const struct scanreq_request *request, enum scanreq_param param,
			 const char *value, enum scanreq_how how, const char *note)
{
	const struct scan_param *p = &request->params[param];

	if (value)
		assert_string_equal(p->value, value);
	else
		assert_null(p->value);
	assert_int_equal(p->how, how);
	assert_string_equal(p->note, note);
}

static void fill(struct scanreq_request *request, const struct sample *s)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (scan_request_fill(request, s ? &s->image : NULL, &err))
		fail_msg("%s", err.message);
}

static void test_registry_image(void **state)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample s CLEANUP(sample_free) =
		registry_sample("reg.example.com/ns/sub/app:1.2");

	(void)state;
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_NAMESPACE, "ns/sub", SCANREQ_HOW_GIVEN,
		     "from the reference reg.example.com/ns/sub/app:1.2");
	assert_param(r, SCANREQ_PARAM_REPO_NAME, "app", SCANREQ_HOW_GIVEN,
		     "from the reference reg.example.com/ns/sub/app:1.2");
	assert_param(r, SCANREQ_PARAM_TAG, "1.2", SCANREQ_HOW_GIVEN,
		     "from the reference reg.example.com/ns/sub/app:1.2");
	assert_param(r, SCANREQ_PARAM_DIGEST, MANIFEST_HEX, SCANREQ_HOW_VERIFIED,
		     "sha256 of the manifest served by reg.example.com");
	assert_param(r, SCANREQ_PARAM_IMAGE_ID, CONFIG_HEX, SCANREQ_HOW_VERIFIED,
		     "sha256 of the config that the manifest names");
	assert_param(r, SCANREQ_PARAM_IMAGE_SIZE, "6120340", SCANREQ_HOW_VERIFIED,
		     "compressed: config 1470 + 3 layers 6118870 bytes");
	assert_param(r, SCANREQ_PARAM_IMAGE_CREATE, "1717408800123", SCANREQ_HOW_VERIFIED,
		     "created 2024-06-03T12:00:00.123456789+02:00 in the config");
	assert_param(r, SCANREQ_PARAM_IMAGE_UPDATE, NULL, SCANREQ_HOW_ABSENT,
		     "not given: no image says when it was updated");
	assert_param(r, SCANREQ_PARAM_UUID, NULL, SCANREQ_HOW_ABSENT,
		     "not given: the service names the asset in its answer");
	assert_param(r, SCANREQ_PARAM_SOURCE_IP, NULL, SCANREQ_HOW_ABSENT,
		     "not given: the service fills it in");
	assert_param(r, SCANREQ_PARAM_JENKINS_ENV, NULL, SCANREQ_HOW_ABSENT, "not given");
	assert_param(r, SCANREQ_PARAM_TOKEN, NULL, SCANREQ_HOW_ABSENT, "not given");
	assert_int_equal(r->warnings.count, 1);
	assert_non_null(strstr(r->warnings.items[0], "Token is not given"));
}

static void test_digest_of_index(void **state)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample s CLEANUP(sample_free) = registry_sample("reg.example.com/ns/app:1");

	(void)state;
	s.image.index_digest = sha256(INDEX_HEX);
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_DIGEST, MANIFEST_HEX, SCANREQ_HOW_VERIFIED,
		     "sha256 of the manifest served by reg.example.com");
	s.image.digest_of_index = true;
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_DIGEST, INDEX_HEX, SCANREQ_HOW_VERIFIED,
		     "sha256 of the index served by reg.example.com");
	s.image.index_digest = (struct digest){ 0 };
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_DIGEST, MANIFEST_HEX, SCANREQ_HOW_VERIFIED,
		     "sha256 of the manifest served by reg.example.com");
}

/* What is reported by another name was still served by the registry that was asked. */
static void test_other_name(void **state)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample s CLEANUP(sample_free) = registry_sample("other.example.com/ns/app:1");

	(void)state;
	fill(r, &s);
	assert_string_equal(r->params[SCANREQ_PARAM_DIGEST].note,
			    "sha256 of the manifest served by reg.example.com");
	s.image.facts[SCANREQ_FACT_INPUT] = NULL;
	fill(r, &s);
	assert_string_equal(r->params[SCANREQ_PARAM_DIGEST].note,
			    "sha256 of the manifest served by the registry");
}

/* A reference by sha512 does not change what the service gets. */
static void test_other_algorithm(void **state)
{
	static char abc[] = "abc";
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample s CLEANUP(sample_free) = registry_sample("reg.example.com/ns/app:1");
	const struct buf bytes = { .data = abc, .len = 3 };

	(void)state;
	s.image.manifest_digest.algorithm = DIGEST_SHA512;
	s.image.config_digest.algorithm = DIGEST_SHA512;
	s.image.manifest_bytes = s.image.config_bytes = bytes;
	fill(r, &s);
	assert_string_equal(r->params[SCANREQ_PARAM_DIGEST].value, ABC_SHA256);
	assert_string_equal(r->params[SCANREQ_PARAM_IMAGE_ID].value, ABC_SHA256);
}

static void test_archive_image(void **state)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample s CLEANUP(sample_free) = archive_sample("app:1");

	(void)state;
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_NAMESPACE, "library", SCANREQ_HOW_REPORTED,
		     "from the reference docker.io/library/app:1, by which the source knows "
		     "the image");
	assert_param(r, SCANREQ_PARAM_TAG, "1", SCANREQ_HOW_REPORTED,
		     "from the reference docker.io/library/app:1, by which the source knows "
		     "the image");
	assert_param(r, SCANREQ_PARAM_DIGEST, NULL, SCANREQ_HOW_ABSENT,
		     "a saved image of this kind has no registry manifest");
	assert_param(r, SCANREQ_PARAM_IMAGE_ID, CONFIG_HEX, SCANREQ_HOW_COMPUTED,
		     "sha256 of the config in the archive");
	assert_param(r, SCANREQ_PARAM_IMAGE_SIZE, "6120340", SCANREQ_HOW_COMPUTED,
		     "uncompressed: config 1470 + 3 layers 6118870 bytes");
	assert_int_equal(r->params[SCANREQ_PARAM_IMAGE_CREATE].how, SCANREQ_HOW_COMPUTED);
}

static void test_archive_manifests(void **state)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample s CLEANUP(sample_free) = archive_sample("app:1");

	(void)state;
	s.image.manifest_digest = sha256(MANIFEST_HEX);
	s.image.config_verified = true;
	s.image.origin = MANIFEST_MADE;
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_DIGEST, NULL, SCANREQ_HOW_ABSENT,
		     "saving the image made its manifest: it exists in no registry");
	assert_int_equal(r->params[SCANREQ_PARAM_IMAGE_ID].how, SCANREQ_HOW_VERIFIED);
	s.image.origin = MANIFEST_ARCHIVE;
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_DIGEST, MANIFEST_HEX, SCANREQ_HOW_COMPUTED,
		     "archive manifest, not seen in a registry");
}

static void test_names(void **state)
{
	static char one[] = "a:1", two[] = "a:2";
	static char *both[] = { one, two };
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample flat CLEANUP(sample_free) = registry_sample("reg.example.com/app:1");
	struct sample pinned CLEANUP(sample_free) =
		registry_sample("reg.example.com/ns/app@sha256:" MANIFEST_HEX);
	struct sample nameless CLEANUP(sample_free) = archive_sample(NULL);

	(void)state;
	fill(r, &flat);
	assert_param(r, SCANREQ_PARAM_NAMESPACE, NULL, SCANREQ_HOW_ABSENT,
		     "the repository's path has one element");
	assert_string_equal(r->params[SCANREQ_PARAM_REPO_NAME].value, "app");
	fill(r, &pinned);
	assert_string_equal(r->params[SCANREQ_PARAM_NAMESPACE].value, "ns");
	assert_param(r, SCANREQ_PARAM_TAG, NULL, SCANREQ_HOW_ABSENT,
		     "the reference has no tag");
	fill(r, &nameless);
	for (int p = SCANREQ_PARAM_NAMESPACE; p <= SCANREQ_PARAM_TAG; p++)
		assert_param(r, (enum scanreq_param)p, NULL, SCANREQ_HOW_ABSENT,
			     "no name is known: set name to one");
	nameless.image.names = (struct strv){ .items = both, .count = 2 };
	fill(r, &nameless);
	assert_param(r, SCANREQ_PARAM_TAG, NULL, SCANREQ_HOW_ABSENT,
		     "the image has 2 names, a:1 and others: set select or name to choose one");
}

static void test_sizes(void **state)
{
	static char reason[] = "the size of layer 2 is not known";
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample s CLEANUP(sample_free) = registry_sample("reg.example.com/ns/app:1");

	(void)state;
	s.image.size_unique = 6000000;
	fill(r, &s);
	assert_param(
		r, SCANREQ_PARAM_IMAGE_SIZE, "6120340", SCANREQ_HOW_VERIFIED,
		"compressed: config 1470 + 3 layers 6118870 bytes; 6000000 with each distinct "
		"layer once");
	s.image.layer_count = 1;
	s.image.size_unique = s.image.size_total;
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_IMAGE_SIZE, "6120340", SCANREQ_HOW_VERIFIED,
		     "compressed: config 1470 + 1 layer 6118870 bytes");
	s.image.size_total = -1;
	s.image.size_unknown = reason;
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_IMAGE_SIZE, NULL, SCANREQ_HOW_ABSENT, reason);
}

static void test_created(void **state)
{
	static const struct {
		enum created_state created;
		const char *note;
	} states[] = {
		{ CREATED_ABSENT, "the config has no creation time" },
		{ CREATED_UNREADABLE, "the config has a creation time that cannot be read" },
		{ CREATED_TOO_OLD, "the config has a creation time before 1970" },
	};
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample s CLEANUP(sample_free) = registry_sample("reg.example.com/ns/app:1");

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
		s.image.config.created_state = states[i].created;
		fill(r, &s);
		assert_param(r, SCANREQ_PARAM_IMAGE_CREATE, NULL, SCANREQ_HOW_ABSENT,
			     states[i].note);
	}
}

static void test_no_image(void **state)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();

	(void)state;
	fill(r, NULL);
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		assert_non_null(r->params[p].note);
	assert_param(r, SCANREQ_PARAM_DIGEST, NULL, SCANREQ_HOW_ABSENT,
		     "there is no image to take it from");
	fill(r, NULL);
	assert_int_equal(r->warnings.count, 1);
}

/* --- what the caller gives --------------------------------------------------------- */

static void set(struct scanreq_request *request, enum scanreq_param param, const char *value)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (scan_request_set(request, param, value, &err))
		fail_msg("%s: %s", value ? value : "-", err.message);
}

static void test_given_wins(void **state)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct sample s CLEANUP(sample_free) = registry_sample("reg.example.com/ns/app:1");

	(void)state;
	set(r, SCANREQ_PARAM_TAG, "mine");
	fill(r, &s);
	assert_param(r, SCANREQ_PARAM_TAG, "mine", SCANREQ_HOW_GIVEN, "set by the caller");
	set(r, SCANREQ_PARAM_NAMESPACE, "other");
	assert_string_equal(r->params[SCANREQ_PARAM_NAMESPACE].value, "other");
	/* Taken back: the image's word counts again. */
	set(r, SCANREQ_PARAM_TAG, NULL);
	assert_null(r->params[SCANREQ_PARAM_TAG].value);
	fill(r, &s);
	assert_string_equal(r->params[SCANREQ_PARAM_TAG].value, "1");
	/* Nothing was given, so there is nothing to take back. */
	set(r, SCANREQ_PARAM_TAG, NULL);
	assert_string_equal(r->params[SCANREQ_PARAM_TAG].value, "1");
}

static void test_digests(void **state)
{
	static const struct {
		const char *given;
		const char *sent;
		const char *note;
		const char *warning;
	} digests[] = {
		{ MANIFEST_HEX, MANIFEST_HEX, "set by the caller", NULL },
		{ "sha256:" MANIFEST_HEX, MANIFEST_HEX,
		  "set by the caller, without \"sha256:\"", NULL },
		{ "sha256:abc", "sha256:abc", "set by the caller", "hex digits" },
		{ "sha512:" MANIFEST_HEX, "sha512:" MANIFEST_HEX, "set by the caller",
		  "hex digits" },
		{ MANIFEST_HEX "0", MANIFEST_HEX "0", "set by the caller", "hex digits" },
		{ "sha256:sha256:" MANIFEST_HEX, "sha256:sha256:" MANIFEST_HEX,
		  "set by the caller", "hex digits" },
		{ "", "", "set by the caller", "is empty" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(digests); i++) {
		struct scanreq_request *r CLEANUP_REQUEST = new_request();

		set(r, SCANREQ_PARAM_DIGEST, digests[i].given);
		set(r, SCANREQ_PARAM_IMAGE_ID, digests[i].given);
		assert_param(r, SCANREQ_PARAM_DIGEST, digests[i].sent, SCANREQ_HOW_GIVEN,
			     digests[i].note);
		assert_string_equal(r->params[SCANREQ_PARAM_IMAGE_ID].value, digests[i].sent);
		assert_int_equal(r->warnings.count, digests[i].warning ? 2 : 0);
		if (digests[i].warning)
			assert_non_null(strstr(r->warnings.items[0], digests[i].warning));
	}
}

static void test_warnings(void **state)
{
	static const struct {
		enum scanreq_param param;
		const char *value;
		const char *warning; /* NULL: none */
	} values[] = {
		{ SCANREQ_PARAM_TOKEN, "c3de8326-273e-11fc-a0e3-d012435c0000", NULL },
		{ SCANREQ_PARAM_TOKEN, "", "Token is empty" },
		{ SCANREQ_PARAM_TOKEN, "hunter2 ", "Token has a blank" },
		{ SCANREQ_PARAM_NAMESPACE, "a/b", NULL },
		{ SCANREQ_PARAM_NAMESPACE, "", "Namespace is empty" },
		{ SCANREQ_PARAM_NAMESPACE, "/a", "Namespace is no path" },
		{ SCANREQ_PARAM_NAMESPACE, "a/", "Namespace is no path" },
		{ SCANREQ_PARAM_NAMESPACE, "Upper", "Namespace is no path" },
		{ SCANREQ_PARAM_REPO_NAME, "app_1.x-y", NULL },
		{ SCANREQ_PARAM_REPO_NAME, "a/b", "RepoName is more than the last" },
		{ SCANREQ_PARAM_REPO_NAME, "", "RepoName is empty" },
		{ SCANREQ_PARAM_TAG, "00f597223f-20210831-1", NULL },
		{ SCANREQ_PARAM_TAG, "a:b", "Tag is no tag" },
		{ SCANREQ_PARAM_TAG, "", "Tag is empty" },
		{ SCANREQ_PARAM_IMAGE_SIZE, "6120340", NULL },
		{ SCANREQ_PARAM_IMAGE_SIZE, "-1", "ImageSize is negative" },
		{ SCANREQ_PARAM_IMAGE_CREATE, "9223372036854775807", NULL },
		{ SCANREQ_PARAM_IMAGE_UPDATE, "-9223372036854775808",
		  "ImageUpdate is negative" },
		{ SCANREQ_PARAM_UUID, "5b268326-273e-44fc-a0e3-9482435c00aF", NULL },
		{ SCANREQ_PARAM_UUID, "5b268326-273e-44fc-a0e3-9482435c00a",
		  "Uuid is no UUID" },
		{ SCANREQ_PARAM_UUID, "5b268326-273e-44fc-a0e3-9482435c00aFF",
		  "Uuid is no UUID" },
		{ SCANREQ_PARAM_UUID, "5b268326273e-44fc-a0e3-9482435c00aF",
		  "Uuid is no UUID" },
		{ SCANREQ_PARAM_UUID, "", "Uuid is empty" },
		{ SCANREQ_PARAM_SOURCE_IP, "119.136.0.1", NULL },
		{ SCANREQ_PARAM_SOURCE_IP, "2001:db8::1", NULL },
		{ SCANREQ_PARAM_SOURCE_IP, "119.136.XX.XX", "SourceIp is no IP address" },
		{ SCANREQ_PARAM_SOURCE_IP, "", "SourceIp is empty" },
		{ SCANREQ_PARAM_JENKINS_ENV, "", NULL },
		{ SCANREQ_PARAM_JENKINS_ENV, "release", NULL },
		{ SCANREQ_PARAM_JENKINS_ENV, "test", "JenkinsEnv is not \"release\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
		struct scanreq_request *r CLEANUP_REQUEST = new_request();
		const char *said;

		set(r, values[i].param, values[i].value);
		assert_string_equal(r->params[values[i].param].value, values[i].value);
		said = r->warnings.count > 0 ? r->warnings.items[0] : NULL;
		if (values[i].warning ? !said || !str_prefix(said, values[i].warning, NULL)
				      : !!said)
			fail_msg("\"%s\": %s", values[i].value, said ? said : "no warning");
		assert_true(!said || !strstr(said, "hunter2"));
		/* Another value takes the warning with it. */
		set(r, values[i].param, NULL);
		assert_int_equal(r->warnings.count, 0);
	}
}

/* The message begins with the parameter's name, and the setting is the option's name. */
static void assert_refused(enum scanreq_param param, const char *value, const char *setting,
			   const char *part)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	set(r, param, "1");
	assert_int_equal(scan_request_set(r, param, value, &err), SCANREQ_E_USAGE);
	if (!strstr(err.message, part))
		fail_msg("%s", err.message);
	assert_true(str_prefix(err.message, scanreq_param_name(param), NULL));
	assert_string_equal(err.setting, setting);
	/* The old value stays. */
	assert_string_equal(r->params[param].value, "1");
}

static void test_refused(void **state)
{
	static const char *const numbers[] = {
		"", "Now", "2024-06-03", " 1", "1 ", "+1", "0x10", "1.5", "1e3", "--1", "-",
		"9223372036854775808", "-9223372036854775809",
	};
	char *longest CLEANUP_FREE = malloc(LIMIT_PARAMETER + 2);

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
		assert_refused(SCANREQ_PARAM_IMAGE_SIZE, numbers[i], "image-size",
			       "is not a decimal number");
		assert_refused(SCANREQ_PARAM_IMAGE_CREATE, numbers[i], "image-create",
			       "is not a decimal number");
		assert_refused(SCANREQ_PARAM_IMAGE_UPDATE, numbers[i], "image-update",
			       "is not a time");
	}
	assert_refused(SCANREQ_PARAM_TAG, "\xff", "tag", "the value is not UTF-8");
	assert_refused(SCANREQ_PARAM_TOKEN, "hunter2\xc0\x80", "token-file",
		       "the value is not UTF-8");
	assert_non_null(longest);
	memset(longest, 'x', LIMIT_PARAMETER + 1);
	longest[LIMIT_PARAMETER + 1] = '\0';
	assert_refused(SCANREQ_PARAM_NAMESPACE, longest, "namespace", "the value is longer");
}

/* --- pairs and names --------------------------------------------------------------- */

static void test_pairs(void **state)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct acs3_pair pairs[SCANREQ_PARAM_COUNT_];

	(void)state;
	assert_int_equal(scan_request_pairs(r, true, pairs), 0);
	assert_int_equal(scan_request_pairs(r, false, pairs), 0);
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		set(r, (enum scanreq_param)p, "1");
	assert_int_equal(scan_request_pairs(r, true, pairs), 2);
	assert_string_equal(pairs[0].name, "SourceIp");
	assert_string_equal(pairs[1].name, "JenkinsEnv");
	assert_int_equal(scan_request_pairs(r, false, pairs), 10);
	set(r, SCANREQ_PARAM_TAG, "");
	set(r, SCANREQ_PARAM_UUID, NULL);
	assert_int_equal(scan_request_pairs(r, false, pairs), 9);
	assert_string_equal(pairs[3].name, "Tag");
	assert_string_equal(pairs[3].value, "");
}

static void test_public_names(void **state)
{
	static const char *const names[] = {
		"Token", "Namespace", "RepoName", "Tag", "Digest", "ImageId", "ImageSize",
		"ImageCreate", "ImageUpdate", "Uuid", "SourceIp", "JenkinsEnv",
	};
	static const char *const ways[] = { "absent", "verified", "computed", "reported",
					    "given" };

	(void)state;
	for (int p = 0; p < SCANREQ_PARAM_COUNT_; p++)
		assert_string_equal(scanreq_param_name((enum scanreq_param)p), names[p]);
	assert_string_equal(scanreq_param_name(SCANREQ_PARAM_COUNT_), "");
	for (int h = 0; h < (int)ARRAY_LENGTH(ways); h++)
		assert_string_equal(scanreq_how_name((enum scanreq_how)h), ways[h]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry_image),
		cmocka_unit_test(test_digest_of_index),
		cmocka_unit_test(test_other_name),
		cmocka_unit_test(test_other_algorithm),
		cmocka_unit_test(test_archive_image),
		cmocka_unit_test(test_archive_manifests),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_created),
		cmocka_unit_test(test_no_image),
		cmocka_unit_test(test_given_wins),
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_public_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
