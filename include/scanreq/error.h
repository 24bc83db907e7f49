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
#else
#define SCANREQ_API
#endif

/*
 * What went wrong, by what the caller can do about it. Numbers are never reused.
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
 * An error. `message` is one line of valid UTF-8 without control characters that says
 * what happened and, where there is one, the next thing to do; known secrets in it are
 * masked. Members that do not apply are 0 or "".
 */
struct scanreq_error {
	int klass;             /* enum scanreq_class */
	int sys_errno;         /* errno of the failed system call */
	int http_status;       /* status code of the answer that was the failure */
	char code[64];         /* the service's or registry's own error code */
	char request_id[64];   /* the service's id of the failed request */
	char host[256];        /* host[:port] of the server that failed */
	char message[1024];
};

#define SCANREQ_ERROR_INIT { .klass = SCANREQ_OK }

/*
 * The name of a class in lower case with underscores ("not_found"), as it appears in
 * JSON output. The string is static. An unknown number gives "internal".
 */
SCANREQ_API const char *scanreq_class_name(int klass);

#ifdef __cplusplus
}
#endif

#endif
