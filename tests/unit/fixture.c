/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "tests/unit/fixture.h"

const char *const fixture_sent[] = {
	"host: tds.cn-shanghai.aliyuncs.com",
	"x-acs-action: CreateJenkinsImageScanTask",
	"x-acs-version: 2018-12-03",
	"x-acs-content-sha256: "
	"79908cfd4a6ca3baf2fa1c665ea9b4826e348023a0f87fbac89ac531692231f7",
	"accept: application/json",
	"content-type: application/x-www-form-urlencoded",
	"Expect:",
	NULL,
};

const char *const fixture_unsent[] = { "x-acs-security-token", "x-acs-accesskey-id", NULL };

static void take_line(void *arg, enum log_level level, const char *line)
{
	struct buf *lines = arg;

	(void)level;
	buf_addf(lines, "%s\n", line);
}

static void set_all(struct scanreq_request *request)
{
	static const struct {
		enum scanreq_param param;
		const char *value;
	} values[] = {
		{ SCANREQ_PARAM_TOKEN, TOKEN },
		{ SCANREQ_PARAM_NAMESPACE, "lkl-zf-ss-ccss" },
		{ SCANREQ_PARAM_REPO_NAME, "sdk" },
		{ SCANREQ_PARAM_TAG, "00f597223f-20210831-1" },
		{ SCANREQ_PARAM_DIGEST,
		  "a8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e" },
		{ SCANREQ_PARAM_IMAGE_ID,
		  "b10ef7b245c34a0822055c74fc4a0e8b5baf0279306316b2c517a501ed250b1e" },
		{ SCANREQ_PARAM_IMAGE_SIZE, "6120340" },
		{ SCANREQ_PARAM_IMAGE_CREATE, "1717430400000" },
		{ SCANREQ_PARAM_IMAGE_UPDATE, "1717430498600" },
		{ SCANREQ_PARAM_SOURCE_IP, "119.136.0.1" },
		{ SCANREQ_PARAM_JENKINS_ENV, "release" },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(values); i++)
		assert_int_equal(
			scan_request_set(request, values[i].param, values[i].value, NULL), 0);
}

/* No other provider than the caller has keys. */
static struct credential_chain *make_chain(struct fixture *b)
{
	static const char *const variables[] = {
		"ALIBABA_CLOUD_ACCESS_KEY_ID",  "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
		"ALIBABA_CLOUD_CONFIG_FILE",    "ALIBABA_CLOUD_CREDENTIALS_FILE",
		"ALIBABA_CLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
	};
	const struct provider_context context = {
		.transport = b->transport,
		.log = b->log,
		.given = &b->keys,
	};
	struct credential_chain *chain = credential_chain_new(&context);

	assert_non_null(chain);
	for (size_t i = 0; i < ARRAY_LENGTH(variables); i++)
		unsetenv(variables[i]);
	setenv("HOME", "/nonexistent", 1);
	setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true", 1);
	return chain;
}

void fixture_start(struct fixture *b, const struct exchange *exchanges, size_t count)
{
	b->lines = (struct buf)BUF_INIT(1 * MIB);
	b->log = log_new(LOG_LEVEL_DEBUG, take_line, &b->lines);
	b->request = calloc(1, sizeof(*b->request));
	assert_non_null(b->log);
	assert_non_null(b->request);
	set_all(b->request);
	b->transport = scripted_transport(exchanges, count);
	b->keys = (struct given_keys){ KEY_ID, KEY_SECRET, NULL };
	b->context = (struct submit_context){
		.transport = b->transport,
		.log = b->log,
		.region = "cn-shanghai",
		.chain = make_chain(b),
		.clock = &b->clock,
		.fixed_time_ms = -1,
	};
	b->err = (struct scanreq_error)SCANREQ_ERROR_INIT;
}

void fixture_free(struct fixture *b)
{
	scan_request_free(&b->request);
	submission_free(&b->submission);
	credential_chain_free(&b->context.chain);
	http_transport_free(&b->transport);
	log_free(&b->log);
	buf_free(&b->lines);
}

void fixture_fix(struct fixture *b)
{
	b->context.fixed_time_ms = NOW_MS;
	b->context.fixed_nonce = NONCE;
}

int fixture_send(struct fixture *b)
{
	return submit_send(&b->context, b->request, &b->submission, &b->err);
}

int fixture_preview(struct fixture *b)
{
	return submit_preview(&b->context, b->request, &b->submission, &b->err);
}

const char *fixture_header(const struct fixture *b, const char *name)
{
	const struct scanreq_submission *s = b->submission;

	for (size_t i = 0; i < s->header_names.count; i++)
		if (strcmp(s->header_names.items[i], name) == 0)
			return s->header_values.items[i];
	return NULL;
}

void assert_says(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" does not say \"%s\"", text, part);
}

void assert_silent(const char *text, const char *secret)
{
	if (text && strstr(text, secret))
		fail_msg("\"%s\" has \"%s\" in it", text, secret);
}

void assert_no_secrets(const struct fixture *b)
{
	static const char *const secrets[] = { KEY_ID, KEY_SECRET, SECURITY_TOKEN, TOKEN };
	const struct scanreq_submission *s = b->submission;

	for (size_t i = 0; i < ARRAY_LENGTH(secrets); i++) {
		assert_silent(b->err.message, secrets[i]);
		assert_silent(b->err.service_code, secrets[i]);
		assert_silent(b->err.request_id, secrets[i]);
		assert_silent(buf_str(&b->lines), secrets[i]);
		for (size_t t = SCANREQ_SUBMISSION_METHOD; t < SCANREQ_SUBMISSION_COUNT_; t++)
			assert_silent(s->texts[t], secrets[i]);
		for (size_t h = 0; h < s->header_values.count; h++)
			assert_silent(s->header_values.items[h], secrets[i]);
	}
}
