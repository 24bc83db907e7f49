/* SPDX-License-Identifier: MIT */
/* ImageUpdate, given as a word or as a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "cloud/scan/request.h"

#define CLEANUP_REQUEST CLEANUP(scan_request_free)

static struct scanreq_request *new_request(void)
{
	struct scanreq_request *request = calloc(1, sizeof(*request));

	assert_non_null(request);
	return request;
}

static void set(struct scanreq_request *request, enum scanreq_param param, const char *value)
{
	assert_int_equal(scan_request_set(request, param, value, NULL), 0);
}

/* As much of one as the time of its update takes; its texts are literals. */
static struct scanreq_image registry_image(void)
{
	static char input[] = "docker://reg.example.com/ns/app:1";
	struct scanreq_image image = {
		.origin = MANIFEST_REGISTRY,
		.config_verified = true,
		.config = { .created_ms = 1717408800123 },
		.size_total = -1,
	};

	image.facts[SCANREQ_FACT_INPUT] = input;
	image.manifest_digest.algorithm = DIGEST_SHA256;
	image.config_digest.algorithm = DIGEST_SHA256;
	return image;
}

static void assert_updated(struct scanreq_request *r, const struct scanreq_image *image,
			   const char *value, enum scanreq_how how, const char *where)
{
	const struct scan_param *p = &r->params[SCANREQ_PARAM_IMAGE_UPDATE];

	assert_int_equal(scan_request_fill(r, image, NULL), 0);
	assert_string_equal(p->value, value);
	assert_int_equal(p->how, how);
	assert_non_null(strstr(p->note, where));
}

static void test_update_words(void **state)
{
	struct scanreq_image image = registry_image();
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	int64_t before = time_now(), now;

	(void)state;
	set(r, SCANREQ_PARAM_IMAGE_UPDATE, "created");
	assert_null(r->params[SCANREQ_PARAM_IMAGE_UPDATE].value);
	assert_updated(r, &image, "1717408800123", SCANREQ_HOW_VERIFIED, "in its config");
	image.has_last_modified = true;
	image.last_modified_ms = 1717495200000;
	set(r, SCANREQ_PARAM_IMAGE_UPDATE, "last-modified");
	assert_updated(r, &image, "1717495200000", SCANREQ_HOW_REPORTED, "Last-Modified");
	/* The word holds for the next image, too. */
	image.last_modified_ms = 0;
	assert_updated(r, &image, "0", SCANREQ_HOW_REPORTED, "Last-Modified");
	image.has_mtime = true;
	image.mtime_ms = 1;
	set(r, SCANREQ_PARAM_IMAGE_UPDATE, "mtime");
	assert_updated(r, &image, "1", SCANREQ_HOW_REPORTED, "reg.example.com/ns/app:1");
	set(r, SCANREQ_PARAM_IMAGE_UPDATE, "now");
	assert_int_equal(scan_request_fill(r, NULL, NULL), 0);
	assert_true(str_to_int64(r->params[SCANREQ_PARAM_IMAGE_UPDATE].value, &now));
	assert_true(now >= before && now <= time_now());
	set(r, SCANREQ_PARAM_IMAGE_UPDATE, "2024-06-03T12:00:00.5+02:00");
	assert_updated(r, &image, "1717408800500", SCANREQ_HOW_GIVEN, "12:00:00.5+02:00");
	set(r, SCANREQ_PARAM_IMAGE_UPDATE, NULL);
	assert_int_equal(scan_request_fill(r, &image, NULL), 0);
	assert_null(r->params[SCANREQ_PARAM_IMAGE_UPDATE].value);
}

static void assert_no_time(const struct scanreq_image *image, const char *word, int klass,
			   const char *part)
{
	struct scanreq_request *r CLEANUP_REQUEST = new_request();
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	set(r, SCANREQ_PARAM_IMAGE_UPDATE, word);
	assert_int_equal(scan_request_fill(r, image, &err), klass);
	assert_string_equal(err.setting, "image-update");
	if (!strstr(err.message, part))
		fail_msg("%s", err.message);
}

static void test_update_words_without_a_time(void **state)
{
	struct scanreq_image image = registry_image();

	(void)state;
	assert_no_time(&image, "last-modified", SCANREQ_E_UNREADABLE, "does not say");
	assert_no_time(&image, "mtime", SCANREQ_E_USAGE, "saved image");
	image.origin = MANIFEST_ARCHIVE;
	assert_no_time(&image, "last-modified", SCANREQ_E_USAGE, "only an image in a registry");
	image.config.created_state = CREATED_TOO_OLD;
	assert_no_time(&image, "created", SCANREQ_E_UNREADABLE, "no creation time");
	assert_no_time(NULL, "mtime", SCANREQ_E_USAGE, "no image");
	assert_no_time(NULL, "created", SCANREQ_E_USAGE, "no image");
	assert_no_time(NULL, "last-modified", SCANREQ_E_USAGE, "no image");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update_words),
		cmocka_unit_test(test_update_words_without_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
