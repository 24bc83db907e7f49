/* SPDX-License-Identifier: MIT */
/*
 * Errors of scanreq.
 *
 * Every function of the library that can fail returns 0 or one of the negative classes below,
 * and takes a pointer to a struct scanreq_error, or NULL, as its last parameter. On failure
 * the function fills the error; its class is the returned one. On success the error is
 * unchanged. An error owns no memory: the caller may copy it, drop it or keep it on the stack.
 */
#ifndef SCANREQ_ERROR_H
#define SCANREQ_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SCANREQ_API __attribute__((visibility("default")))
#define SCANREQ_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SCANREQ_API
#define SCANREQ_MUST_CHECK
#endif

/*
 * Classes of errors, by what the caller can do about them. A number is never reused.
 * Since: 0.1.0.
 */
enum scanreq_class {
	SCANREQ_OK = 0,
	SCANREQ_E_INTERNAL = -1,    /* a fault of scanreq or of the system */
	SCANREQ_E_NOMEM = -2,       /* out of memory */
	SCANREQ_E_USAGE = -3,       /* an argument or a setting is wrong: correct it */
	SCANREQ_E_NOT_FOUND = -4,   /* no such image, tag, file or member */
	SCANREQ_E_UNREADABLE = -5,  /* the image is malformed, unsupported or too large */
	SCANREQ_E_AMBIGUOUS = -6,   /* several images match: choose one */
	SCANREQ_E_PLATFORM = -7,    /* there is no image for the platform */
	SCANREQ_E_DENIED = -8,      /* credentials are missing or were refused */
	SCANREQ_E_UNAVAILABLE = -9, /* unreachable, timed out or throttled: try again */
	SCANREQ_E_REFUSED = -10,    /* the service refused the request */
	SCANREQ_E_MISMATCH = -11,   /* a digest, size, platform or tag does not match */
	SCANREQ_E_UNKNOWN = -12,    /* a task may exist: do not repeat the request */
	SCANREQ_E_CANCELLED = -13,  /* scanreq_client_cancel() ended it */
	SCANREQ_E_UNSEEN = -14,     /* a task was opened; its end was not seen */
	SCANREQ_E_TASK_FAILED = -15, /* a task ended in FAIL or TIMEOUT */
	SCANREQ_E_FINDINGS = -16,    /* a gate failed: findings are reported */
	SCANREQ_E_NO_VERDICT = -17,  /* a gate cannot decide: an observation is missing */
};

/*
 * Codes of errors. Each code belongs to one class and has a text form with hyphens
 * ("region-missing"). Both stay the same in all versions; a number is never reused.
 * Since: 0.1.0.
 */
enum scanreq_code {
	SCANREQ_CODE_NONE = 0, /* no error */
	/* General. */
	SCANREQ_CODE_INTERNAL = 1, /* a fault of scanreq or of the system */
	SCANREQ_CODE_OUT_OF_MEMORY = 2, /* there is not enough memory */
	SCANREQ_CODE_CANCELLED = 3, /* scanreq_client_cancel() ended it */
	/* a function was called with an invalid argument */
	SCANREQ_CODE_ARGUMENT_INVALID = 4,
	SCANREQ_CODE_WRITE_FAILED = 5, /* writing a result failed */

	/* Settings and the files that they name. */
	SCANREQ_CODE_SETTING_INVALID = 20, /* the value of a setting is malformed */
	/* settings contradict each other, or one needs another that is missing */
	SCANREQ_CODE_SETTINGS_CONFLICT = 21,
	/* the value given for a parameter of the request is malformed */
	SCANREQ_CODE_PARAMETER_INVALID = 22,
	SCANREQ_CODE_OFFLINE = 23, /* the network is needed, but the setting offline is on */
	SCANREQ_CODE_FILE_UNREADABLE = 24, /* a file that a setting names cannot be read */
	SCANREQ_CODE_FILE_INVALID = 25, /* a file that a setting names is malformed */
	SCANREQ_CODE_FILE_UNWRITABLE = 26, /* a file for results cannot be written */
	SCANREQ_CODE_REGION_MISSING = 27, /* neither a region nor an endpoint is set */
	/* the region is malformed, or the service's region for it is unknown */
	SCANREQ_CODE_REGION_UNKNOWN = 28,
	/* the endpoint is malformed or uses no encryption */
	SCANREQ_CODE_ENDPOINT_INVALID = 29,
	/* this machine's clock differs too much from the service's */
	SCANREQ_CODE_CLOCK_WRONG = 30,
	/* no trusted authority issued the server's certificate */
	SCANREQ_CODE_CERTIFICATE_UNTRUSTED = 31,
	/* the client certificate or its key cannot be used */
	SCANREQ_CODE_CLIENT_CERTIFICATE_INVALID = 32,
	/* the trusted authorities cannot be read */
	SCANREQ_CODE_AUTHORITIES_UNREADABLE = 33,
	/* the file is not a journal or cannot be one */
	SCANREQ_CODE_JOURNAL_INVALID = 34,
	SCANREQ_CODE_JOURNAL_BUSY = 35, /* another run writes the journal */
	SCANREQ_CODE_LIST_INVALID = 36, /* the list of images is malformed */
	/* the builder's file is malformed or has an unknown format */
	SCANREQ_CODE_BUILDER_FILE_INVALID = 37,
	/* the builder's file names no pushed image */
	SCANREQ_CODE_NOTHING_PUSHED = 38,

	/* The name of the image. */
	SCANREQ_CODE_REFERENCE_INVALID = 50, /* the image reference is malformed */
	SCANREQ_CODE_SCHEME_UNSUPPORTED = 51, /* images of this scheme cannot be read */
	SCANREQ_CODE_INPUT_AMBIGUOUS = 52, /* the text may be a file or a reference */
	/* the selector of an image in a saved file is malformed */
	SCANREQ_CODE_SELECTOR_INVALID = 53,
	/* a setting does not apply to this kind of source */
	SCANREQ_CODE_SOURCE_UNSUITABLE = 54,
	/* the image has several names, and none is chosen */
	SCANREQ_CODE_NAME_AMBIGUOUS = 55,
	SCANREQ_CODE_DIGEST_MISSING = 56, /* finding a task needs Digest, which is missing */

	/* Finding and reading the image. */
	SCANREQ_CODE_IMAGE_NOT_FOUND = 70, /* the source does not have the image */
	SCANREQ_CODE_FILE_NOT_FOUND = 71, /* the file does not exist */
	SCANREQ_CODE_IMAGE_AMBIGUOUS = 72, /* several images match */
	SCANREQ_CODE_PLATFORM_MISSING = 73, /* there is no image for the platform */
	SCANREQ_CODE_DOCUMENT_INVALID = 74, /* a manifest, index or config is malformed */
	SCANREQ_CODE_LIMIT_EXCEEDED = 75, /* something exceeds a limit of scanreq */
	SCANREQ_CODE_ARCHIVE_DAMAGED = 76, /* the file is truncated or damaged */
	SCANREQ_CODE_NOT_AN_IMAGE = 77, /* the file is not a saved image */
	/* the image has an unsupported format */
	SCANREQ_CODE_FORMAT_UNSUPPORTED = 78,
	/* a document or layer of the image is missing */
	SCANREQ_CODE_BLOB_MISSING = 79,
	SCANREQ_CODE_ANSWER_INVALID = 80, /* a server's answer is malformed */
	SCANREQ_CODE_REDIRECT_REFUSED = 81, /* a redirect to a refused address */
	SCANREQ_CODE_IMAGE_UNREADABLE = 82, /* the file or directory cannot be read */
	/* the image lacks the time that a parameter asks for */
	SCANREQ_CODE_TIME_MISSING = 83,
	/* bytes do not have the digest or size that was stated */
	SCANREQ_CODE_DIGEST_MISMATCH = 90,
	/* the config states another platform than the index */
	SCANREQ_CODE_PLATFORM_MISMATCH = 91,
	SCANREQ_CODE_TAG_MOVED = 92, /* the tag points at another digest */

	/* Registries and their credentials. */
	/* the registry requires a login for the image */
	SCANREQ_CODE_LOGIN_REQUIRED = 100,
	SCANREQ_CODE_LOGIN_REFUSED = 101, /* the registry refused the login */
	/* the image does not exist, or this login may not read it */
	SCANREQ_CODE_ACCESS_DENIED = 102,
	/* the registry requires an unsupported kind of login */
	SCANREQ_CODE_AUTH_UNSUPPORTED = 103,
	/* the token server's address is refused */
	SCANREQ_CODE_REALM_REFUSED = 104,
	/* a login would be sent without encryption */
	SCANREQ_CODE_LOGIN_EXPOSED = 105,
	SCANREQ_CODE_HELPER_FAILED = 106, /* a credential helper gave no login */
	SCANREQ_CODE_CREDENTIALS_INVALID = 107, /* a stored login is malformed */
	SCANREQ_CODE_TOKEN_FAILED = 108, /* the token server gave no usable token */
	/* the access keys see no such Container Registry instance */
	SCANREQ_CODE_INSTANCE_UNKNOWN = 109,
	/* Container Registry gave no temporary login */
	SCANREQ_CODE_TEMPORARY_LOGIN_REFUSED = 110,
	/* Container Registry's API did not answer */
	SCANREQ_CODE_TEMPORARY_LOGIN_FAILED = 111,

	/* The network. */
	SCANREQ_CODE_NAME_UNRESOLVED = 120, /* the host's name has no address */
	SCANREQ_CODE_CONNECT_FAILED = 121, /* no connection to the host */
	SCANREQ_CODE_TLS_FAILED = 122, /* the TLS handshake failed */
	SCANREQ_CODE_PROXY_FAILED = 123, /* the proxy refused the connection */
	SCANREQ_CODE_NO_ANSWER = 124, /* the host did not answer in time */
	SCANREQ_CODE_ANSWER_CUT_OFF = 125, /* the answer is incomplete */
	SCANREQ_CODE_RATE_LIMITED = 126, /* the server limits the rate of requests */
	SCANREQ_CODE_SERVER_FAILED = 127, /* the server failed (HTTP 5xx) */
	SCANREQ_CODE_ENGINE_UNREACHABLE = 128, /* no container engine listens at the socket */
	/* this account may not use the container engine's socket */
	SCANREQ_CODE_ENGINE_DENIED = 129,

	/* Access keys. */
	SCANREQ_CODE_KEYS_MISSING = 140, /* no provider gives access keys */
	/* an access key is malformed, or its id or secret is missing */
	SCANREQ_CODE_KEYS_INVALID = 141,
	SCANREQ_CODE_KEYS_EXPIRED = 142, /* temporary keys have expired */
	/* the service refused the access key or its signature */
	SCANREQ_CODE_KEYS_REFUSED = 143,
	SCANREQ_CODE_PERMISSION_MISSING = 144, /* the keys lack the permission */
	SCANREQ_CODE_PROFILE_MISSING = 145, /* the credential profile does not exist */
	/* a credential profile is malformed or has an unsupported mode */
	SCANREQ_CODE_PROFILE_INVALID = 146,
	/* a provider of keys is switched off or not set up */
	SCANREQ_CODE_PROVIDER_OFF = 147,
	SCANREQ_CODE_PROVIDER_REFUSED = 148, /* a provider of keys refused the request */
	SCANREQ_CODE_PROVIDER_FAILED = 149, /* a provider of keys did not answer */
	/* the answer of a provider of keys is malformed */
	SCANREQ_CODE_PROVIDER_ANSWER_INVALID = 150,

	/* The service. */
	SCANREQ_CODE_REQUEST_REFUSED = 160, /* the service refused the request */
	SCANREQ_CODE_THROTTLED = 161, /* the service limits the rate of requests */
	SCANREQ_CODE_OUTCOME_UNKNOWN = 162, /* a task may exist */
	SCANREQ_CODE_TASK_UNSEEN = 163, /* a task was accepted, but its end was not seen */
	/* a later task for the same digest took its place */
	SCANREQ_CODE_TASK_REPLACED = 164,
	/* the request was accepted, but its result could not be written */
	SCANREQ_CODE_ACCEPTED_UNWRITTEN = 166,
	SCANREQ_CODE_TASK_FAILED = 165, /* the task ended in FAIL or TIMEOUT */
	/* findings at or above a gate's threshold are reported */
	SCANREQ_CODE_FINDINGS_REPORTED = 167,
	SCANREQ_CODE_NO_VERDICT = 168, /* a gate misses an observation */
};

/*
 * An error. Start with SCANREQ_ERROR_INIT. `message` is one line of valid UTF-8 without
 * control characters. It says what happened and, if there is a remedy, what to do; known
 * secrets in it are masked. It uses the library's names of settings and parameters, never
 * the options of a program. Members that do not apply are 0 or "". The size stays the same
 * in all versions: new members replace parts of `reserved`, which is zero. Since: 0.1.0.
 */
struct scanreq_error {
	int klass;             /* enum scanreq_class */
	int code;              /* enum scanreq_code */
	int sys_errno;         /* errno of the system call that failed */
	int http_status;       /* status code of the answer */
	char setting[32];      /* the setting or parameter concerned: "region" */
	char service_code[64]; /* the service's or registry's own error code */
	char request_id[64];   /* the service's id of the failed request */
	char host[256];        /* host[:port] of the server that failed */
	char message[1024];
	unsigned char reserved[256];
};

#define SCANREQ_ERROR_INIT { .klass = SCANREQ_OK }

/*
 * Returns the name of a class in lower case with underscores ("not_found"), static, as it
 * appears in JSON output; "internal" for an unknown number. Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_class_name(int klass);

/*
 * Returns the text form of a code ("region-missing"), static; NULL for SCANREQ_CODE_NONE and
 * for an unknown number. Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_code_name(int code);

/*
 * Returns the class that a code belongs to; SCANREQ_E_INTERNAL for an unknown number.
 * Since: 0.1.0.
 */
SCANREQ_API int scanreq_code_class(int code);

#ifdef __cplusplus
}
#endif

#endif
