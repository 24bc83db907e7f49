/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/unit/login.h"

int login_alice(void *arg, const struct reference *reference,
		      struct credential *credential, struct scanreq_error *err)
{
	(void)arg;
	(void)err;
	assert_string_equal(reference->path, "ns/app");
	credential->username = strdup("alice");
	credential->password = strdup(PASSWORD);
	credential->from = strdup("auth.json (\"r.example\")");
	return 0;
}

void login_start(struct login *b, const struct exchange *exchanges, size_t count,
			const char *origin)
{
	b->transport = scripted_transport(exchanges, count);
	b->log = log_new(LOG_LEVEL_WARNING, NULL, NULL);
	assert_int_equal(registry_auth_new(b->transport, b->log, &b->auth, &b->err), 0);
	assert_int_equal(url_parse(origin, NULL, &b->origin, &b->err), 0);
	assert_int_equal(reference_parse("r.example/ns/app:1", &b->reference, &b->err), 0);
}

void login_free(struct login *b)
{
	registry_auth_free(&b->auth);
	http_transport_free(&b->transport);
	log_free(&b->log);
	url_free(&b->origin);
	reference_free(&b->reference);
	strv_free(&b->allowed);
}

int login_answer(struct login *b, const char *const *challenges, const char *used,
		  char **value)
{
	struct http_response response CLEANUP_RESPONSE = { .status = 401 };
	const struct refusal refusal = {
		.origin = &b->origin, .reference = &b->reference, .response = &response,
		.sent = used ? used : b->old, .fresh = used,
	};

	for (; challenges && *challenges; challenges++)
		assert_int_equal(
		    strv_addf(&response.headers, "WWW-Authenticate: %s", *challenges), 0);
	return registry_auth_answer(b->auth, &refusal, value, &b->err);
}

void login_play(const struct login_test *t)
{
	size_t count = t->exchanges[0].method ? t->exchanges[1].method ? 2 : 1 : 0;
	struct login b CLEANUP(login_free) = { .err = SCANREQ_ERROR_INIT };
	char *value CLEANUP_SECRET = NULL;
	int failed;

	login_start(&b, t->exchanges, count, t->origin ? t->origin : "https://r.example/");
	if (t->allow)
		assert_int_equal(strv_add(&b.allowed, t->allow), 0);
	registry_auth_allow(b.auth, &b.allowed);
	if (t->find)
		assert_int_equal(registry_auth_provider(b.auth, t->find, NULL), 0);
	failed = login_answer(&b, t->challenges, NULL, &value);
	if (failed != t->failed)
		fail_msg("%s: %d, %s", *t->challenges, failed, b.err.message);
	assert_true(str_equal(value, t->value));
	if (failed && !strstr(b.err.message, t->says))
		fail_msg("%s does not say %s", b.err.message, t->says);
	assert_null(strstr(b.err.message, "hunter2"));
	scripted_done(b.transport);
}

void login_play_all(const struct login_test *tests, size_t count)
{
	for (size_t i = 0; i < count; i++)
		login_play(&tests[i]);
}
