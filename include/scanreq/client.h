/* SPDX-License-Identifier: MIT */
/*
 * The client holds what the images and submissions of one run share: settings,
 * connections, registry tokens, credentials and the log.
 *
 * Put the settings into a struct scanreq_options and make a client from them. A client does
 * not change afterwards; several threads may use it at the same time.
 */
#ifndef SCANREQ_CLIENT_H
#define SCANREQ_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <scanreq/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_options;
struct scanreq_client;

/*
 * Settings of a client. The name of a setting, as errors and messages write it, is the
 * enumerator's rest in lower case with hyphens: "ca-file". Each value is a text that
 * scanreq_options_set() checks. Setting a repeatable one again adds a value; setting any
 * other one again replaces it. A duration is a number with "ms", "s", "m", "h" or no unit
 * (seconds), at most a day. Since: 0.1.0.
 */
enum scanreq_option {
	SCANREQ_OPT_AUTHFILE = 0,          /* path of a docker config.json or auth.json; no other
					  file is read for registry credentials */
	SCANREQ_OPT_USERNAME = 1,          /* registry user; needs SCANREQ_OPT_PASSWORD */
	SCANREQ_OPT_PASSWORD = 2,          /* registry password (secret) */
	SCANREQ_OPT_ANONYMOUS = 3,         /* "true": use no registry credentials */
	SCANREQ_OPT_CA_FILE = 4,           /* PEM file of authorities to trust, too */
	SCANREQ_OPT_PLAIN_HTTP = 5,        /* registry host[:port] to ask over http; repeatable */
	SCANREQ_OPT_ALLOW_REALM = 6,       /* host[:port] of a token server to ask even if its
					  address is private or it uses http; repeatable */
	SCANREQ_OPT_TIMEOUT = 7,           /* longest duration of one network operation: "60s",
					  the default */
	SCANREQ_OPT_CONNECT_TIMEOUT = 8,   /* longest duration of connecting: "10s", the default */
	SCANREQ_OPT_OFFLINE = 9,           /* "true": a use of the network is SCANREQ_E_USAGE */
	SCANREQ_OPT_REGION = 10,           /* Alibaba Cloud region id: "cn-hangzhou" */
	SCANREQ_OPT_ENDPOINT = 11,         /* Security Center's host[:port] or URL without path */
	SCANREQ_OPT_ACCESS_KEY_ID = 12,    /* access key to sign with; needs its secret */
	SCANREQ_OPT_ACCESS_KEY_SECRET = 13, /* secret of the access key (secret) */
	SCANREQ_OPT_SECURITY_TOKEN = 14,   /* security token of temporary access keys (secret) */
	SCANREQ_OPT_FIXED_TIME = 15,       /* RFC 3339 time to sign with; for previews only */
	SCANREQ_OPT_FIXED_NONCE = 16,      /* nonce to sign with; for previews only */
	SCANREQ_OPT_SHOW_SIGNATURE = 17,   /* "true": previews show the signature */
	SCANREQ_OPT_USER_AGENT = 18,       /* product tokens to put before the library's own */
	SCANREQ_OPT_CERT = 19,             /* PEM client certificate for registries; needs
					  SCANREQ_OPT_KEY */
	SCANREQ_OPT_KEY = 20,              /* PEM file of that certificate's key, unencrypted */
	SCANREQ_OPT_INSECURE_SKIP_VERIFY = 21, /* registry host[:port] whose certificate is not
						checked; repeatable */
	SCANREQ_OPT_RETRY = 22,            /* attempts after the first, 0 to 100; "3" by default */
	SCANREQ_OPT_CONNECTIONS = 23,      /* most connections to one host, 1 to 100: "4" */
	SCANREQ_OPT_ENDPOINT_TYPE = 24,    /* "public" (the default) or "vpc": which hosts of
					  Security Center, STS and Container Registry to ask */
	SCANREQ_OPT_STS_ENDPOINT = 25,     /* STS's host[:port] or URL without path */
	SCANREQ_OPT_PROFILE = 26,          /* credential profile to use; no other keys are used */
	SCANREQ_OPT_SOCKET = 27,           /* path of a container engine's unix socket */
	SCANREQ_OPT_RETRY_AMBIGUOUS = 28,  /* "true": repeat a submission with an unknown outcome,
					  too; that may make a second task */
	SCANREQ_OPT_ACR_LOGIN = 29,        /* "true": get temporary logins for Container Registry */
	SCANREQ_OPT_ACR_INSTANCE_ID = 30,  /* id of the Container Registry Enterprise instance to
					  get logins for: "cri-..." */
	SCANREQ_OPT_WAIT_TIMEOUT = 31,     /* longest wait for the end of a task: "10m", the
					  default */
	SCANREQ_OPT_POLL = 32,             /* wait between the first two queries of a task: "5s",
					  the default */
	SCANREQ_OPT_ALLOW_REDIRECT = 33,   /* host[:port] that a registry may redirect to even if
					  its address is private; repeatable */
	SCANREQ_OPT_RETRY_DEADLINE = 34,   /* duration in which a request is repeated whose refusal
					  says when to come back: "10m" */
	SCANREQ_OPT_RATE = 35,             /* calls of the service a second: "8/s"; "0": no limit */
	SCANREQ_OPT_RATE_SHARES = 36,      /* processes that share that rate: "1" */
	SCANREQ_OPT_COUNT_
};

/*
 * The id of region `i` of those that SCANREQ_OPT_REGION knows, static: "cn-hangzhou"; NULL after
 * the last. Since: 0.1.0.
 */
SCANREQ_API const char *scanreq_region_name(size_t i);

/* Levels of a log line, most important first. Since: 0.1.0. */
enum scanreq_level {
	SCANREQ_LOG_WARNING = 0,
	SCANREQ_LOG_INFO = 1,  /* the chosen file, access key or endpoint */
	SCANREQ_LOG_DEBUG = 2, /* requests and answers without secrets */
};

/*
 * Receives one log line: UTF-8 without newline, control characters escaped, known secrets
 * masked. It is valid during the call. Any thread that is inside a function of the library may
 * call it. Since: 0.1.0.
 */
typedef void (*scanreq_log_fn)(void *arg, enum scanreq_level level, const char *line);

/*
 * Makes settings that are all at their defaults. The caller frees them with
 * scanreq_options_free(). Returns NULL if out of memory. Since: 0.1.0.
 */
SCANREQ_API struct scanreq_options *scanreq_options_new(void);

/* Frees settings and wipes their secrets. NULL is allowed. Since: 0.1.0. */
SCANREQ_API void scanreq_options_free(struct scanreq_options *options);

/*
 * Sets `option` to a copy of `value`; NULL restores the default. Returns 0 on success.
 * Errors: SCANREQ_E_USAGE if the value is malformed (the error's `setting` is the setting's
 * name), SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_options_set(struct scanreq_options *options, enum scanreq_option option,
				    const char *value, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Passes log lines of `level` and of more important levels to `fn`, with `arg`. NULL turns
 * the log off, which is the default. Since: 0.1.0.
 */
SCANREQ_API void scanreq_options_log(struct scanreq_options *options, enum scanreq_level level,
				     scanreq_log_fn fn, void *arg);

/*
 * Receives the progress of reading the saved image `name`: `bytes` of its file's `total` (-1
 * if unknown) have been read. The reading thread calls it between two reads and waits for
 * it. Since: 0.1.0.
 */
typedef void (*scanreq_progress_fn)(void *arg, const char *name, int64_t bytes, int64_t total);

/*
 * Reports the progress of reading saved images to `fn`, with `arg`. NULL turns it off, which
 * is the default. Since: 0.1.0.
 */
SCANREQ_API void scanreq_options_progress(struct scanreq_options *options,
					  scanreq_progress_fn fn, void *arg);

/*
 * Makes a client from a copy of `options`; NULL stands for all defaults. It opens no file and
 * no connection; functions that use the client do. Returns 0 and sets *client, which the
 * caller frees with scanreq_client_free(); on failure *client is NULL.
 * Errors: SCANREQ_E_USAGE if settings contradict each other, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_client_new(const struct scanreq_options *options,
				   struct scanreq_client **client, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Cancels the client's network operations, present and later ones, and their waits before
 * another attempt: each ends with SCANREQ_E_CANCELLED. A submission whose request may have
 * reached the service ends with SCANREQ_E_UNKNOWN. Any thread may call it while others use
 * the client; a signal handler may not. Calling it again does nothing. Since: 0.1.0.
 */
SCANREQ_API void scanreq_client_cancel(struct scanreq_client *client);

/*
 * Closes a client's connections, wipes its secrets and frees it. NULL is allowed. No other
 * thread may use the client any more. Images, submissions and tasks remain valid.
 * Since: 0.1.0.
 */
SCANREQ_API void scanreq_client_free(struct scanreq_client *client);

#ifdef __cplusplus
}
#endif

#endif
