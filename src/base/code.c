/* SPDX-License-Identifier: MIT */
#include <stdbool.h>

#include "base/cleanup.h"
#include "base/code.h"

#define ROW(code, klass, name, setting) \
	[SCANREQ_CODE_##code] = { SCANREQ_E_##klass, name, setting }

/* Numbers without a code have a NULL name. */
static const struct {
	int klass;
	const char *name;
	const char *setting;
} rows[] = {
	ROW(INTERNAL, INTERNAL, "internal", ""),
	ROW(OUT_OF_MEMORY, NOMEM, "out-of-memory", ""),
	ROW(CANCELLED, CANCELLED, "cancelled", ""),
	ROW(ARGUMENT_INVALID, USAGE, "argument-invalid", ""),
	ROW(WRITE_FAILED, INTERNAL, "write-failed", ""),
	ROW(SETTING_INVALID, USAGE, "setting-invalid", ""),
	ROW(SETTINGS_CONFLICT, USAGE, "settings-conflict", ""),
	ROW(PARAMETER_INVALID, USAGE, "parameter-invalid", ""),
	ROW(OFFLINE, USAGE, "offline", "offline"),
	ROW(FILE_UNREADABLE, USAGE, "file-unreadable", ""),
	ROW(FILE_INVALID, USAGE, "file-invalid", ""),
	ROW(FILE_UNWRITABLE, USAGE, "file-unwritable", ""),
	ROW(REGION_MISSING, USAGE, "region-missing", "region"),
	ROW(REGION_UNKNOWN, USAGE, "region-unknown", "region"),
	ROW(ENDPOINT_INVALID, USAGE, "endpoint-invalid", "endpoint"),
	ROW(CLOCK_WRONG, USAGE, "clock-wrong", ""),
	ROW(CERTIFICATE_UNTRUSTED, USAGE, "certificate-untrusted", "ca-file"),
	ROW(CLIENT_CERTIFICATE_INVALID, USAGE, "client-certificate-invalid", "cert"),
	ROW(AUTHORITIES_UNREADABLE, USAGE, "authorities-unreadable", "ca-file"),
	ROW(JOURNAL_INVALID, USAGE, "journal-invalid", "journal"),
	ROW(JOURNAL_BUSY, USAGE, "journal-busy", "journal"),
	ROW(LIST_INVALID, USAGE, "list-invalid", "images-from"),
	ROW(BUILDER_FILE_INVALID, USAGE, "builder-file-invalid", "from"),
	ROW(NOTHING_PUSHED, USAGE, "nothing-pushed", "from"),
	ROW(REFERENCE_INVALID, USAGE, "reference-invalid", ""),
	ROW(SCHEME_UNSUPPORTED, USAGE, "scheme-unsupported", ""),
	ROW(INPUT_AMBIGUOUS, USAGE, "input-ambiguous", ""),
	ROW(SELECTOR_INVALID, USAGE, "selector-invalid", "select"),
	ROW(SOURCE_UNSUITABLE, USAGE, "source-unsuitable", ""),
	ROW(NAME_AMBIGUOUS, USAGE, "name-ambiguous", "name"),
	ROW(DIGEST_MISSING, USAGE, "digest-missing", "digest"),
	ROW(IMAGE_NOT_FOUND, NOT_FOUND, "image-not-found", ""),
	ROW(FILE_NOT_FOUND, NOT_FOUND, "file-not-found", ""),
	ROW(IMAGE_AMBIGUOUS, AMBIGUOUS, "image-ambiguous", "select"),
	ROW(PLATFORM_MISSING, PLATFORM, "platform-missing", "platform"),
	ROW(DOCUMENT_INVALID, UNREADABLE, "document-invalid", ""),
	ROW(LIMIT_EXCEEDED, UNREADABLE, "limit-exceeded", ""),
	ROW(ARCHIVE_DAMAGED, UNREADABLE, "archive-damaged", ""),
	ROW(NOT_AN_IMAGE, UNREADABLE, "not-an-image", ""),
	ROW(FORMAT_UNSUPPORTED, UNREADABLE, "format-unsupported", ""),
	ROW(BLOB_MISSING, UNREADABLE, "blob-missing", ""),
	ROW(ANSWER_INVALID, UNREADABLE, "answer-invalid", ""),
	ROW(REDIRECT_REFUSED, UNREADABLE, "redirect-refused", ""),
	ROW(IMAGE_UNREADABLE, UNREADABLE, "image-unreadable", ""),
	ROW(TIME_MISSING, UNREADABLE, "time-missing", "image-update"),
	ROW(DIGEST_MISMATCH, MISMATCH, "digest-mismatch", ""),
	ROW(PLATFORM_MISMATCH, MISMATCH, "platform-mismatch", "platform"),
	ROW(TAG_MOVED, MISMATCH, "tag-moved", "require-tag-match"),
	ROW(LOGIN_REQUIRED, DENIED, "login-required", "username"),
	ROW(LOGIN_REFUSED, DENIED, "login-refused", ""),
	ROW(ACCESS_DENIED, DENIED, "access-denied", ""),
	ROW(AUTH_UNSUPPORTED, DENIED, "auth-unsupported", ""),
	ROW(REALM_REFUSED, DENIED, "realm-refused", "allow-realm"),
	ROW(LOGIN_EXPOSED, DENIED, "login-exposed", "plain-http"),
	ROW(HELPER_FAILED, DENIED, "helper-failed", "authfile"),
	ROW(CREDENTIALS_INVALID, USAGE, "credentials-invalid", "authfile"),
	ROW(TOKEN_FAILED, UNAVAILABLE, "token-failed", ""),
	ROW(INSTANCE_UNKNOWN, DENIED, "instance-unknown", "acr-instance-id"),
	ROW(TEMPORARY_LOGIN_REFUSED, DENIED, "temporary-login-refused", "acr-login"),
	ROW(TEMPORARY_LOGIN_FAILED, UNAVAILABLE, "temporary-login-failed", "acr-login"),
	ROW(NAME_UNRESOLVED, UNAVAILABLE, "name-unresolved", ""),
	ROW(CONNECT_FAILED, UNAVAILABLE, "connect-failed", ""),
	ROW(TLS_FAILED, UNAVAILABLE, "tls-failed", ""),
	ROW(PROXY_FAILED, UNAVAILABLE, "proxy-failed", ""),
	ROW(NO_ANSWER, UNAVAILABLE, "no-answer", ""),
	ROW(ANSWER_CUT_OFF, UNAVAILABLE, "answer-cut-off", ""),
	ROW(RATE_LIMITED, UNAVAILABLE, "rate-limited", ""),
	ROW(SERVER_FAILED, UNAVAILABLE, "server-failed", ""),
	ROW(ENGINE_UNREACHABLE, UNAVAILABLE, "engine-unreachable", "socket"),
	ROW(ENGINE_DENIED, DENIED, "engine-denied", "socket"),
	ROW(KEYS_MISSING, DENIED, "keys-missing", ""),
	ROW(KEYS_INVALID, DENIED, "keys-invalid", ""),
	ROW(KEYS_EXPIRED, DENIED, "keys-expired", ""),
	ROW(KEYS_REFUSED, DENIED, "keys-refused", ""),
	ROW(PERMISSION_MISSING, DENIED, "permission-missing", ""),
	ROW(PROFILE_MISSING, NOT_FOUND, "profile-missing", "profile"),
	ROW(PROFILE_INVALID, UNREADABLE, "profile-invalid", "profile"),
	ROW(PROVIDER_OFF, NOT_FOUND, "provider-off", ""),
	ROW(PROVIDER_REFUSED, DENIED, "provider-refused", ""),
	ROW(PROVIDER_FAILED, UNAVAILABLE, "provider-failed", ""),
	ROW(PROVIDER_ANSWER_INVALID, UNREADABLE, "provider-answer-invalid", ""),
	ROW(REQUEST_REFUSED, REFUSED, "request-refused", ""),
	ROW(THROTTLED, UNAVAILABLE, "throttled", ""),
	ROW(OUTCOME_UNKNOWN, UNKNOWN, "outcome-unknown", ""),
	ROW(TASK_UNSEEN, UNSEEN, "task-unseen", ""),
	ROW(TASK_REPLACED, UNSEEN, "task-replaced", ""),
	ROW(ACCEPTED_UNWRITTEN, UNSEEN, "accepted-unwritten", ""),
	ROW(TASK_FAILED, TASK_FAILED, "task-failed", ""),
	ROW(FINDINGS_REPORTED, FINDINGS, "findings-reported", ""),
	ROW(NO_VERDICT, NO_VERDICT, "no-verdict", ""),
};

static bool code_known(int code)
{
	return code > 0 && (size_t)code < ARRAY_LENGTH(rows) && rows[code].name;
}

int code_class(int code)
{
	return code_known(code) ? rows[code].klass : SCANREQ_E_INTERNAL;
}

const char *code_name(int code)
{
	return code_known(code) ? rows[code].name : NULL;
}

const char *code_setting(int code)
{
	return code_known(code) ? rows[code].setting : "";
}
