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
 */
enum scanreq_option {
	SCANREQ_OPT_AUTHFILE,          /* path of a docker config.json or auth.json, used alone */
	SCANREQ_OPT_USERNAME,          /* registry user; needs SCANREQ_OPT_PASSWORD */
	SCANREQ_OPT_PASSWORD,          /* registry password (secret) */
	SCANREQ_OPT_ANONYMOUS,         /* "true": never look for registry credentials */
	SCANREQ_OPT_CA_FILE,           /* PEM file of authorities, added to the system's */
	SCANREQ_OPT_PLAIN_HTTP,        /* registry host[:port] to speak http to; repeatable */
	SCANREQ_OPT_ALLOW_REALM,       /* host[:port] of a token server that may be spoken to in
					  http and have a private address; repeatable */
	SCANREQ_OPT_TIMEOUT,           /* duration of one network operation: "60s" */
	SCANREQ_OPT_CONNECT_TIMEOUT,   /* duration of connecting: "10s" */
	SCANREQ_OPT_OFFLINE,           /* "true": any use of the network is a usage error */
	SCANREQ_OPT_REGION,            /* Alibaba Cloud region id: "cn-hangzhou" */
	SCANREQ_OPT_ENDPOINT,          /* Security Center's host[:port] or URL without path */
	SCANREQ_OPT_ACCESS_KEY_ID,     /* with the two below: keys to sign with */
	SCANREQ_OPT_ACCESS_KEY_SECRET, /* (secret) */
	SCANREQ_OPT_SECURITY_TOKEN,    /* for temporary keys (secret) */
	SCANREQ_OPT_FIXED_TIME,        /* sign with this RFC 3339 time; previews only */
	SCANREQ_OPT_FIXED_NONCE,       /* sign with this nonce; previews only */
	SCANREQ_OPT_SHOW_SIGNATURE,    /* "true": previews do not redact the signature */
	SCANREQ_OPT_USER_AGENT,        /* product tokens put before the library's own */
	SCANREQ_OPT_CERT,              /* PEM client certificate for registries; with KEY */
	SCANREQ_OPT_KEY,               /* PEM file of its key, not encrypted */
	SCANREQ_OPT_INSECURE_SKIP_VERIFY, /* registry host[:port] whose certificate is not
					     checked; repeatable */
	SCANREQ_OPT_RETRY,             /* attempts after the first, where they do no harm: "3" */
	SCANREQ_OPT_CONNECTIONS,       /* at the same time to one host: "4" */
	SCANREQ_OPT_ENDPOINT_TYPE,     /* "public" or "vpc" */
	SCANREQ_OPT_STS_ENDPOINT,      /* STS's host[:port] or URL without path */
	SCANREQ_OPT_PROFILE,           /* the only credential profile that may serve */
	SCANREQ_OPT_SOCKET,            /* path of a container engine's unix socket */
	SCANREQ_OPT_RETRY_AMBIGUOUS,   /* "true": repeat a submission of unknown outcome, too */
	SCANREQ_OPT_ACR_LOGIN,         /* "true": fetch temporary logins for Container Registry */
	SCANREQ_OPT_ACR_INSTANCE_ID,   /* id of its Enterprise instance: "cri-..." */
	SCANREQ_OPT_WAIT_TIMEOUT,      /* duration of waiting for a task's end: "10m" */
	SCANREQ_OPT_POLL,              /* duration between the first two looks at it: "5s" */
	SCANREQ_OPT_ALLOW_REDIRECT,    /* host[:port] that a registry may redirect to, be its
					  address private; repeatable */
	SCANREQ_OPT_COUNT_
};

/* Levels of a log line, most important first. */
enum scanreq_level {
	SCANREQ_LOG_WARNING,
	SCANREQ_LOG_INFO,  /* which file, key, endpoint was chosen */
	SCANREQ_LOG_DEBUG, /* requests and answers, without secrets */
};

/*
 * Takes one log line: UTF-8, no newline, control characters escaped, known secrets
 * masked. It may be called from any thread that is inside a function of the library.
 */
typedef void (*scanreq_log_fn)(void *arg, enum scanreq_level level, const char *line);

/*
 * Makes an empty set of settings. The caller frees it with scanreq_options_free().
 * Returns NULL when out of memory.
 */
SCANREQ_API struct scanreq_options *scanreq_options_new(void);

/* Frees settings and wipes the secrets in them. NULL is fine. */
SCANREQ_API void scanreq_options_free(struct scanreq_options *options);

/*
 * Sets `option` to a copy of `value`; NULL puts the default back.
 * Errors: SCANREQ_E_USAGE when the value is malformed, SCANREQ_E_NOMEM.
 */
SCANREQ_API int scanreq_options_set(struct scanreq_options *options, enum scanreq_option option,
				    const char *value, struct scanreq_error *err);

/* Sends log lines up to `level` to `fn`, which gets `arg`. The default is no log. */
SCANREQ_API void scanreq_options_log(struct scanreq_options *options, enum scanreq_level level,
				     scanreq_log_fn fn, void *arg);

/*
 * Is told, time and again, that `bytes` were read of the `total` (-1: not known) of the
 * saved image `name`, as they are stored. It is called by the thread that reads, between
 * two reads, which wait for it.
 */
typedef void (*scanreq_progress_fn)(void *arg, const char *name, int64_t bytes, int64_t total);

/* Tells `fn`, which gets `arg`, how far the reading of saved images is. NULL: nobody. */
SCANREQ_API void scanreq_options_progress(struct scanreq_options *options,
					  scanreq_progress_fn fn, void *arg);

/*
 * Makes a client from settings (NULL: all defaults), which are copied. Nothing is
 * opened or connected yet. The caller frees *client with scanreq_client_free().
 * Errors: SCANREQ_E_USAGE for settings that contradict each other, SCANREQ_E_NOMEM.
 */
SCANREQ_API int scanreq_client_new(const struct scanreq_options *options,
				   struct scanreq_client **client, struct scanreq_error *err);

/*
 * Ends every network operation of the client that is under way, each with
 * SCANREQ_E_CANCELLED, and lets none begin any more; waits for a later attempt end, too.
 * What a request has done at its server stays done: a submission whose request was on its
 * way ends with SCANREQ_E_UNKNOWN. Callable from any thread (not from a signal handler)
 * while others use the client. Calling it again does nothing.
 */
SCANREQ_API void scanreq_client_cancel(struct scanreq_client *client);

/*
 * Closes the connections of a client and frees it; secrets are wiped. NULL is fine.
 * No other thread may be using it. Images outlive their client.
 */
SCANREQ_API void scanreq_client_free(struct scanreq_client *client);

#ifdef __cplusplus
}
#endif

#endif
