/* SPDX-License-Identifier: MIT */
/*
 * The client: everything that is shared by the images and submissions of one run,
 * namely connections, registry tokens, credentials, limits and the log.
 *
 * Settings are collected in a struct scanreq_options, and a client is made from them.
 * A client cannot be changed afterwards and may be used by several threads at once.
 */
#ifndef SCANREQ_CLIENT_H
#define SCANREQ_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <scanreq/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scanreq_options;
struct scanreq_client;

/*
 * Settings of a client. Values are text in the form of the command line's option of the
 * same name; the library checks them. "repeatable" settings add, the others replace.
 * Since: 0.1.0.
 */
enum scanreq_option {
	SCANREQ_OPT_AUTHFILE = 0,          /* path of the only docker config.json or auth.json */
	SCANREQ_OPT_USERNAME = 1,          /* registry user; needs SCANREQ_OPT_PASSWORD */
	SCANREQ_OPT_PASSWORD = 2,          /* registry password (secret) */
	SCANREQ_OPT_ANONYMOUS = 3,         /* "true": never look for registry credentials */
	SCANREQ_OPT_CA_FILE = 4,           /* PEM file of authorities, added to the system's */
	SCANREQ_OPT_PLAIN_HTTP = 5,        /* registry host[:port] to speak http to; repeatable */
	SCANREQ_OPT_ALLOW_REALM = 6,       /* host[:port] of a token server that may have a
					  private address or speak http; repeatable */
	SCANREQ_OPT_TIMEOUT = 7,           /* duration of one network operation: "60s" */
	SCANREQ_OPT_CONNECT_TIMEOUT = 8,   /* duration of connecting: "10s" */
	SCANREQ_OPT_OFFLINE = 9,           /* "true": any use of the network is a usage error */
	SCANREQ_OPT_REGION = 10,           /* Alibaba Cloud region id: "cn-hangzhou" */
	SCANREQ_OPT_ENDPOINT = 11,         /* Security Center's host[:port] or URL without path */
	SCANREQ_OPT_ACCESS_KEY_ID = 12,    /* with the two below: keys to sign with */
	SCANREQ_OPT_ACCESS_KEY_SECRET = 13, /* (secret) */
	SCANREQ_OPT_SECURITY_TOKEN = 14,   /* for temporary keys (secret) */
	SCANREQ_OPT_FIXED_TIME = 15,       /* sign with this RFC 3339 time; previews only */
	SCANREQ_OPT_FIXED_NONCE = 16,      /* sign with this nonce; previews only */
	SCANREQ_OPT_SHOW_SIGNATURE = 17,   /* "true": previews do not redact the signature */
	SCANREQ_OPT_USER_AGENT = 18,       /* product tokens put before the library's own */
	SCANREQ_OPT_CERT = 19,             /* PEM client certificate for registries; with KEY */
	SCANREQ_OPT_KEY = 20,              /* PEM file of its key, not encrypted */
	SCANREQ_OPT_INSECURE_SKIP_VERIFY = 21, /* registry host[:port] whose certificate is not
					     checked; repeatable */
	SCANREQ_OPT_RETRY = 22,            /* attempts after the first: "3" */
	SCANREQ_OPT_CONNECTIONS = 23,      /* at the same time to one host: "4" */
	SCANREQ_OPT_ENDPOINT_TYPE = 24,    /* "public" or "vpc" */
	SCANREQ_OPT_STS_ENDPOINT = 25,     /* STS's host[:port] or URL without path */
	SCANREQ_OPT_PROFILE = 26,          /* the only credential profile that may serve */
	SCANREQ_OPT_SOCKET = 27,           /* path of a container engine's unix socket */
	SCANREQ_OPT_RETRY_AMBIGUOUS = 28,  /* "true": repeat on an unknown outcome, too */
	SCANREQ_OPT_ACR_LOGIN = 29,        /* "true": temporary logins for its registry */
	SCANREQ_OPT_ACR_INSTANCE_ID = 30,  /* id of its Enterprise instance: "cri-..." */
	SCANREQ_OPT_WAIT_TIMEOUT = 31,     /* duration of waiting for a task's end: "10m" */
	SCANREQ_OPT_POLL = 32,             /* duration between the first two looks at it: "5s" */
	SCANREQ_OPT_ALLOW_REDIRECT = 33,   /* host[:port] that a registry may redirect to, though
					  its address is private; repeatable */
	SCANREQ_OPT_COUNT_
};

/* Levels of a log line, most important first. Since: 0.1.0. */
enum scanreq_level {
	SCANREQ_LOG_WARNING = 0,
	SCANREQ_LOG_INFO = 1,  /* which file, key, endpoint was chosen */
	SCANREQ_LOG_DEBUG = 2, /* requests and answers, without secrets */
};

/*
 * Takes one log line: UTF-8, no newline, control characters escaped, known secrets
 * masked. It may be called from any thread that is inside a function of the library.
 * Since: 0.1.0.
 */
typedef void (*scanreq_log_fn)(void *arg, enum scanreq_level level, const char *line);

/*
 * Makes an empty set of settings. The caller frees it with scanreq_options_free().
 * Returns NULL when out of memory. Since: 0.1.0.
 */
SCANREQ_API struct scanreq_options *scanreq_options_new(void);

/* Frees settings and wipes the secrets in them. NULL is fine. Since: 0.1.0. */
SCANREQ_API void scanreq_options_free(struct scanreq_options *options);

/*
 * Sets `option` to a copy of `value`; NULL puts the default back.
 * Errors: SCANREQ_E_USAGE when the value is malformed, SCANREQ_E_NOMEM. Since: 0.1.0.
 */
SCANREQ_API int scanreq_options_set(struct scanreq_options *options, enum scanreq_option option,
				    const char *value, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Sends log lines up to `level` to `fn`, which gets `arg`. The default is no log.
 * Since: 0.1.0.
 */
SCANREQ_API void scanreq_options_log(struct scanreq_options *options, enum scanreq_level level,
				     scanreq_log_fn fn, void *arg);

/*
 * Is told, time and again, that `bytes` were read of the `total` (-1: not known) of the
 * saved image `name`, as they are stored. It is called by the thread that reads, between
 * two reads, which wait for it. Since: 0.1.0.
 */
typedef void (*scanreq_progress_fn)(void *arg, const char *name, int64_t bytes, int64_t total);

/*
 * Tells `fn`, which gets `arg`, how far the reading of saved images is. NULL: nobody.
 * Since: 0.1.0.
 */
SCANREQ_API void scanreq_options_progress(struct scanreq_options *options,
					  scanreq_progress_fn fn, void *arg);

/*
 * Makes a client from settings (NULL: all defaults), which are copied. Nothing is
 * opened or connected yet. The caller frees *client with scanreq_client_free().
 * Errors: SCANREQ_E_USAGE for settings that contradict each other, SCANREQ_E_NOMEM.
 * Since: 0.1.0.
 */
SCANREQ_API int scanreq_client_new(const struct scanreq_options *options,
				   struct scanreq_client **client, struct scanreq_error *err)
	SCANREQ_MUST_CHECK;

/*
 * Ends every network operation of the client that is under way, each with
 * SCANREQ_E_CANCELLED, and lets none begin any more; waits for a later attempt end, too.
 * What a request has done at its server stays done: a submission whose request was on its
 * way ends with SCANREQ_E_UNKNOWN. Callable from any thread (not from a signal handler)
 * while others use the client. Calling it again does nothing. Since: 0.1.0.
 */
SCANREQ_API void scanreq_client_cancel(struct scanreq_client *client);

/*
 * Closes the connections of a client and frees it; secrets are wiped. NULL is fine.
 * No other thread may be using it. Images outlive their client. Since: 0.1.0.
 */
SCANREQ_API void scanreq_client_free(struct scanreq_client *client);

#ifdef __cplusplus
}
#endif

#endif
