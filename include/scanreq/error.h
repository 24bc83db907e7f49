/* SPDX-License-Identifier: MIT */
/*
 * Errors of scanreq: one plain value that the caller owns.
 *
 * Every function of the library that can fail returns 0, or one of the negative classes
 * below, and takes a pointer to a struct scanreq_error (or NULL) as its last parameter.
 * On success the error is untouched; on failure its class equals what was returned.
 * An error owns no memory: it may be copied, thrown away, or kept on the stack.
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
 * What went wrong, by what the caller can do about it. Numbers are never reused.
 * Since: 0.1.0.
 */
enum scanreq_class {
	SCANREQ_OK = 0,
	SCANREQ_E_INTERNAL = -1,    /* a fault of scanreq or of the system under it */
	SCANREQ_E_NOMEM = -2,       /* out of memory */
	SCANREQ_E_USAGE = -3,       /* an argument or a setting is wrong: mend it */
	SCANREQ_E_NOT_FOUND = -4,   /* no such image, tag, file or member */
	SCANREQ_E_UNREADABLE = -5,  /* the image is malformed, unsupported or over a cap */
	SCANREQ_E_AMBIGUOUS = -6,   /* several images fit: name one */
	SCANREQ_E_PLATFORM = -7,    /* the image does not exist for the platform */
	SCANREQ_E_DENIED = -8,      /* credentials are missing or were refused */
	SCANREQ_E_UNAVAILABLE = -9, /* unreachable, timed out or throttled: try again */
	SCANREQ_E_REFUSED = -10,    /* the service understood the request and said no */
	SCANREQ_E_MISMATCH = -11,   /* bytes contradict what was claimed of them */
	SCANREQ_E_UNKNOWN = -12,    /* the request may have been acted upon: do not repeat it */
	SCANREQ_E_CANCELLED = -13,  /* scanreq_client_cancel() ended it */
	SCANREQ_E_UNSEEN = -14,     /* a task was opened, but its end was not seen */
	SCANREQ_E_TASK_FAILED = -15, /* a task ended, and not well */
};

/*
 * What went wrong, exactly. Each code belongs to one class and has a text form with
 * hyphens ("region-missing") that stays the same in all versions. Numbers are never reused.
 * Since: 0.1.0.
 */
enum scanreq_code {
	SCANREQ_CODE_NONE = 0, /* no error */
	/* General. */
	SCANREQ_CODE_INTERNAL = 1, /* a fault of scanreq or of the system under it */
	SCANREQ_CODE_OUT_OF_MEMORY = 2, /* there is no memory */
	SCANREQ_CODE_CANCELLED = 3, /* scanreq_client_cancel() ended it */
	/* a function was called with an argument that it does not take */
	SCANREQ_CODE_ARGUMENT_INVALID = 4,
	SCANREQ_CODE_WRITE_FAILED = 5, /* what was to be written is not on the disk */

	/* Settings, and the files that they name. */
	SCANREQ_CODE_SETTING_INVALID = 20, /* the value of a setting is malformed */
	/* settings contradict each other, or one lacks its other half */
	SCANREQ_CODE_SETTINGS_CONFLICT = 21,
	/* the value given for a parameter of the request is malformed */
	SCANREQ_CODE_PARAMETER_INVALID = 22,
	SCANREQ_CODE_OFFLINE = 23, /* the network is needed, but switched off */
	SCANREQ_CODE_FILE_UNREADABLE = 24, /* a file that a setting names cannot be read */
	SCANREQ_CODE_FILE_INVALID = 25, /* a file that a setting names is malformed */
	SCANREQ_CODE_FILE_UNWRITABLE = 26, /* a file for results cannot be written */
	SCANREQ_CODE_REGION_MISSING = 27, /* neither a region nor an endpoint is set */
	/* the region is malformed, or its centre is not known */
	SCANREQ_CODE_REGION_UNKNOWN = 28,
	/* the endpoint is malformed, or would be asked without encryption */
	SCANREQ_CODE_ENDPOINT_INVALID = 29,
	/* this machine's clock is too far off for the service */
	SCANREQ_CODE_CLOCK_WRONG = 30,
	/* no trusted authority issued the server's certificate */
	SCANREQ_CODE_CERTIFICATE_UNTRUSTED = 31,
	/* the client certificate or its key cannot be used */
	SCANREQ_CODE_CLIENT_CERTIFICATE_INVALID = 32,
	/* the trusted authorities cannot be read */
	SCANREQ_CODE_AUTHORITIES_UNREADABLE = 33,
	/* the file is not a journal, or cannot serve as one */
	SCANREQ_CODE_JOURNAL_INVALID = 34,
	SCANREQ_CODE_JOURNAL_BUSY = 35, /* another run writes the journal */
	SCANREQ_CODE_LIST_INVALID = 36, /* the list of images is malformed */
	/* the builder's file is malformed, or of no known form */
	SCANREQ_CODE_BUILDER_FILE_INVALID = 37,
	/* the builder's file does not say that an image was pushed */
	SCANREQ_CODE_NOTHING_PUSHED = 38,

	/* What IMAGE says. */
	SCANREQ_CODE_REFERENCE_INVALID = 50, /* the image reference is malformed */
	SCANREQ_CODE_SCHEME_UNSUPPORTED = 51, /* images of this scheme cannot be read */
	SCANREQ_CODE_INPUT_AMBIGUOUS = 52, /* the text could be a file or a reference */
	/* the selection of an image in a saved file is malformed */
	SCANREQ_CODE_SELECTOR_INVALID = 53,
	/* this kind of source cannot do what a setting asks */
	SCANREQ_CODE_SOURCE_UNSUITABLE = 54,
	/* the image has several names and none is chosen */
	SCANREQ_CODE_NAME_AMBIGUOUS = 55,
	SCANREQ_CODE_DIGEST_MISSING = 56, /* a task is found by Digest, and there is none */

	/* Finding and reading the image. */
	SCANREQ_CODE_IMAGE_NOT_FOUND = 70, /* the source has no such image */
	SCANREQ_CODE_FILE_NOT_FOUND = 71, /* there is no such file */
	SCANREQ_CODE_IMAGE_AMBIGUOUS = 72, /* several images fit */
	SCANREQ_CODE_PLATFORM_MISSING = 73, /* there is no image for the platform */
	SCANREQ_CODE_DOCUMENT_INVALID = 74, /* a manifest, index or config is malformed */
	SCANREQ_CODE_LIMIT_EXCEEDED = 75, /* something is larger than what is read */
	SCANREQ_CODE_ARCHIVE_DAMAGED = 76, /* the file is truncated or damaged */
	SCANREQ_CODE_NOT_AN_IMAGE = 77, /* the bytes are no saved image */
	/* the image is of a form that cannot be read */
	SCANREQ_CODE_FORMAT_UNSUPPORTED = 78,
	/* a document or layer that the image needs is not there */
	SCANREQ_CODE_BLOB_MISSING = 79,
	SCANREQ_CODE_ANSWER_INVALID = 80, /* a server's answer cannot be understood */
	SCANREQ_CODE_REDIRECT_REFUSED = 81, /* a redirect leads where none is followed */
	SCANREQ_CODE_IMAGE_UNREADABLE = 82, /* the file or directory cannot be read */
	/* the image has not the time that a parameter asks for */
	SCANREQ_CODE_TIME_MISSING = 83,
	/* bytes have another digest or size than was claimed */
	SCANREQ_CODE_DIGEST_MISMATCH = 90,
	/* the config denies the platform that the index claims */
	SCANREQ_CODE_PLATFORM_MISMATCH = 91,
	SCANREQ_CODE_TAG_MOVED = 92, /* the tag points at another image than the digest */

	/* Registries and their credentials. */
	/* the registry shows the image to nobody without a login */
	SCANREQ_CODE_LOGIN_REQUIRED = 100,
	SCANREQ_CODE_LOGIN_REFUSED = 101, /* the registry refused the login */
	/* the image is absent, or private and not for this login */
	SCANREQ_CODE_ACCESS_DENIED = 102,
	/* the registry asks for a login in a way that cannot be answered */
	SCANREQ_CODE_AUTH_UNSUPPORTED = 103,
	/* the token server's address is not trusted with a login */
	SCANREQ_CODE_REALM_REFUSED = 104,
	/* a login would go over the network in clear text */
	SCANREQ_CODE_LOGIN_EXPOSED = 105,
	SCANREQ_CODE_HELPER_FAILED = 106, /* a credential helper gave no login */
	SCANREQ_CODE_CREDENTIALS_INVALID = 107, /* a stored login is malformed */
	SCANREQ_CODE_TOKEN_FAILED = 108, /* the token server gave no usable token */
	/* the keys know no such Container Registry instance */
	SCANREQ_CODE_INSTANCE_UNKNOWN = 109,
	/* Container Registry gave no temporary login */
	SCANREQ_CODE_TEMPORARY_LOGIN_REFUSED = 110,
	/* Container Registry's API could not answer */
	SCANREQ_CODE_TEMPORARY_LOGIN_FAILED = 111,

	/* The network. */
	SCANREQ_CODE_NAME_UNRESOLVED = 120, /* the host's name has no address */
	SCANREQ_CODE_CONNECT_FAILED = 121, /* no connection to the host */
	SCANREQ_CODE_TLS_FAILED = 122, /* the TLS handshake failed */
	SCANREQ_CODE_PROXY_FAILED = 123, /* the proxy did not let the connection through */
	SCANREQ_CODE_NO_ANSWER = 124, /* the host did not answer in time */
	SCANREQ_CODE_ANSWER_CUT_OFF = 125, /* the answer ended before its end */
	SCANREQ_CODE_RATE_LIMITED = 126, /* the server refuses so many requests */
	SCANREQ_CODE_SERVER_FAILED = 127, /* the server failed to serve the request */
	SCANREQ_CODE_ENGINE_UNREACHABLE = 128, /* no container engine listens */
	/* the container engine may not be asked by this account */
	SCANREQ_CODE_ENGINE_DENIED = 129,

	/* Access keys. */
	SCANREQ_CODE_KEYS_MISSING = 140, /* no provider gives access keys */
	/* an access key is malformed, or one of a pair is missing */
	SCANREQ_CODE_KEYS_INVALID = 141,
	SCANREQ_CODE_KEYS_EXPIRED = 142, /* temporary keys have expired */
	/* the service refused the access key or its signature */
	SCANREQ_CODE_KEYS_REFUSED = 143,
	SCANREQ_CODE_PERMISSION_MISSING = 144, /* the keys may not do this */
	SCANREQ_CODE_PROFILE_MISSING = 145, /* there is no such credential profile */
	/* a credential profile is malformed or of a mode that is not used */
	SCANREQ_CODE_PROFILE_INVALID = 146,
	/* a provider of keys is switched off or not set up */
	SCANREQ_CODE_PROVIDER_OFF = 147,
	SCANREQ_CODE_PROVIDER_REFUSED = 148, /* a provider of keys refused to give them */
	SCANREQ_CODE_PROVIDER_FAILED = 149, /* a provider of keys could not be asked */
	/* a provider of keys answered what cannot be read */
	SCANREQ_CODE_PROVIDER_ANSWER_INVALID = 150,

	/* The service. */
	/* the service understood the request and said no */
	SCANREQ_CODE_REQUEST_REFUSED = 160,
	SCANREQ_CODE_THROTTLED = 161, /* the service has too much to do */
	SCANREQ_CODE_OUTCOME_UNKNOWN = 162, /* a task may exist */
	SCANREQ_CODE_TASK_UNSEEN = 163, /* a task was accepted, but its end was not seen */
	/* another task for the same digest is in its place */
	SCANREQ_CODE_TASK_REPLACED = 164,
	/* the request was accepted, but what became of it could not be written down */
	SCANREQ_CODE_ACCEPTED_UNWRITTEN = 166,
	SCANREQ_CODE_TASK_FAILED = 165, /* the task ended, and not well */
};

/*
 * An error. `message` is one line of valid UTF-8 without control characters that says
 * what happened and, where there is one, the next thing to do; known secrets in it are
 * masked. It names settings and parameters by their names, never a program's options.
 * Members that do not apply are 0 or "". The size stays the same in all versions: new
 * members take their room from `reserved`, which is zero. Since: 0.1.0.
 */
struct scanreq_error {
	int klass;             /* enum scanreq_class */
	int code;              /* enum scanreq_code */
	int sys_errno;         /* errno of the failed system call */
	int http_status;       /* status code of the answer that was the failure */
	char setting[32];      /* the setting to look at: "region", "ca-file" */
	char service_code[64]; /* the service's or registry's own error code */
	char request_id[64];   /* the service's id of the failed request */
	char host[256];        /* host[:port] of the server that failed */
	char message[1024];
	unsigned char reserved[256];
};

#define SCANREQ_ERROR_INIT { .klass = SCANREQ_OK }

/*
 * The name of a class in lower case with underscores ("not_found"), as it appears in
 * JSON output. The string is static. An unknown number gives "internal". Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_class_name(int klass);

/*
 * The text form of a code ("region-missing"), static. SCANREQ_CODE_NONE and unknown numbers
 * give NULL. Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_code_name(int code);

/*
 * The class that a code belongs to; SCANREQ_E_INTERNAL for an unknown number.
 * Since: 0.1.0.
 */
SCANREQ_API int scanreq_code_class(int code);

#ifdef __cplusplus
}
#endif

#endif
