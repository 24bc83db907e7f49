/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/client.h"
#include "base/error.h"
#include "net/http-curl.h"
#include "net/proxy.h"

#define DEFAULT_TIMEOUT_MS 60000
#define DEFAULT_CONNECT_TIMEOUT_MS 10000
#define IDLE_MS 30000
#define DEFAULT_RETRIES 3
#define DEFAULT_RETRY_DEADLINE_MS 600000

/* --- the log ----------------------------------------------------------------------- */

_Static_assert((int)LOG_LEVEL_WARNING == (int)SCANREQ_LOG_WARNING &&
		       (int)LOG_LEVEL_INFO == (int)SCANREQ_LOG_INFO &&
		       (int)LOG_LEVEL_DEBUG == (int)SCANREQ_LOG_DEBUG,
	       "the levels of client.h are those of log.h");

static void forward_line(void *arg, enum log_level level, const char *line)
{
	const struct scanreq_options *options = arg;

	options->log(options->log_arg, (enum scanreq_level)level, line);
}

static int make_log(struct scanreq_client *client)
{
	static const enum scanreq_option secrets[] = {
		SCANREQ_OPT_PASSWORD,
		SCANREQ_OPT_ACCESS_KEY_SECRET,
		SCANREQ_OPT_SECURITY_TOKEN,
	};
	struct scanreq_options *options = &client->options;

	client->log = log_new((enum log_level)options->level, options->log ? forward_line : NULL,
			      options);
	if (!client->log)
		return SCANREQ_E_NOMEM;
	for (size_t i = 0; i < ARRAY_LENGTH(secrets); i++) {
		const char *secret = options->texts[secrets[i]];

		if (secret && log_secret(client->log, secret))
			return SCANREQ_E_NOMEM;
	}
	return proxy_keep_secrets(client->log);
}

/* --- registry credentials ---------------------------------------------------------- */

/* The setting username was given for this run, so it comes before stored credentials. */
static int find_given(void *arg, const struct reference *reference, struct credential *credential,
		      struct scanreq_error *err)
{
	const struct scanreq_options *options = arg;

	(void)reference;
	if (!options->texts[SCANREQ_OPT_USERNAME])
		return 0;
	credential->username = strdup(options->texts[SCANREQ_OPT_USERNAME]);
	credential->password = strdup(options->texts[SCANREQ_OPT_PASSWORD]);
	credential->from = strdup("the setting username");
	if (!credential->username || !credential->password || !credential->from)
		return error_nomem(err);
	return 0;
}

/* A temporary login is the last provider: a stored login was made for its registry. */
static int add_acr(struct scanreq_client *client)
{
	const struct scanreq_options *o = &client->options;

	if (!options_switch(o, SCANREQ_OPT_ACR_LOGIN))
		return 0;
	client->acr = acr_new(&(struct acr_context){
		.transport = client->transport,
		.log = client->log,
		.chain = client->chain,
		.clock = &client->clock,
		.instance_id = o->texts[SCANREQ_OPT_ACR_INSTANCE_ID],
		.vpc = options_vpc(o),
	});
	if (!client->acr || registry_auth_provider(client->auth, acr_find, client->acr))
		return SCANREQ_E_NOMEM;
	registry_auth_on_refusal(client->auth, acr_refused, client->acr);
	return 0;
}

static int make_auth(struct scanreq_client *client, struct scanreq_error *err)
{
	int failed = registry_auth_new(client->transport, client->log, &client->auth, err);

	if (failed)
		return failed;
	registry_auth_allow(client->auth, &client->options.lists[SCANREQ_OPT_ALLOW_REALM]);
	if (options_switch(&client->options, SCANREQ_OPT_ANONYMOUS))
		return 0;
	failed = credential_store_new(&(struct credential_store_settings){
		.authfile = client->options.texts[SCANREQ_OPT_AUTHFILE],
		.helper_timeout_ms = options_duration(&client->options, SCANREQ_OPT_TIMEOUT,
						      DEFAULT_TIMEOUT_MS),
		.log = client->log,
	}, &client->store, err);
	if (failed)
		return failed;
	if (registry_auth_provider(client->auth, find_given, &client->options) ||
	    registry_auth_provider(client->auth, credential_store_find, client->store))
		return error_nomem(err);
	registry_auth_on_refusal(client->auth, credential_store_refused, client->store);
	return add_acr(client) ? error_nomem(err) : 0;
}

/* --- making and freeing ------------------------------------------------------------ */

static int conflict(const char *setting, const char *message, struct scanreq_error *err)
{
	return error_about(error_set(err, SCANREQ_CODE_SETTINGS_CONFLICT, "%s", message), setting,
			   err);
}

static int check_options(const struct scanreq_options *o, struct scanreq_error *err)
{
	bool user = o->texts[SCANREQ_OPT_USERNAME], password = o->texts[SCANREQ_OPT_PASSWORD];

	if (!o->texts[SCANREQ_OPT_CERT] != !o->texts[SCANREQ_OPT_KEY])
		return conflict("cert", "cert and key go together: set both", err);
	if (user != password)
		return conflict("username", "username and password go together: set both", err);
	if (o->texts[SCANREQ_OPT_PROFILE] &&
	    (o->texts[SCANREQ_OPT_ACCESS_KEY_ID] || o->texts[SCANREQ_OPT_ACCESS_KEY_SECRET]))
		return conflict("profile", "profile contradicts access keys: leave one out", err);
	if (user && options_switch(o, SCANREQ_OPT_ANONYMOUS))
		return conflict("anonymous", "anonymous contradicts username: leave one out", err);
	return 0;
}

/* Warn in every run, so that a setting made for a test does not go unnoticed. */
static void warn_of_danger(struct scanreq_client *client)
{
	const struct strv *open = &client->options.lists[SCANREQ_OPT_PLAIN_HTTP];
	const struct strv *unverified = &client->options.lists[SCANREQ_OPT_INSECURE_SKIP_VERIFY];

	for (size_t i = 0; i < open->count; i++)
		log_write(client->log, LOG_LEVEL_WARNING,
			  "plain-http: anybody on the way to %s can read the login and change the"
			  " answers", open->items[i]);
	for (size_t i = 0; i < unverified->count; i++)
		log_write(client->log, LOG_LEVEL_WARNING,
			  "insecure-skip-verify: anybody on the way can pose as %s and get the"
			  " login", unverified->items[i]);
}

static int make_transport(struct scanreq_client *client, struct scanreq_error *err)
{
	const struct scanreq_options *o = &client->options;
	const char *product = o->texts[SCANREQ_OPT_USER_AGENT];
	char *agent CLEANUP_FREE = str_format("%s%sscanreq/" PACKAGE_VERSION,
					      product ? product : "", product ? " " : "");
	struct http_curl_options curl = {
		.ca_file = o->texts[SCANREQ_OPT_CA_FILE],
		.cert_file = o->texts[SCANREQ_OPT_CERT],
		.key_file = o->texts[SCANREQ_OPT_KEY],
		.user_agent = agent,
		.unverified = &o->lists[SCANREQ_OPT_INSECURE_SKIP_VERIFY],
		.retries = options_count(o, SCANREQ_OPT_RETRY, DEFAULT_RETRIES),
		.retry_deadline_ms = options_duration(o, SCANREQ_OPT_RETRY_DEADLINE,
						      DEFAULT_RETRY_DEADLINE_MS),
		.host_connections = options_count(o, SCANREQ_OPT_CONNECTIONS, 0),
		.idle_ms = IDLE_MS,
		.timeout_ms = options_duration(o, SCANREQ_OPT_TIMEOUT, DEFAULT_TIMEOUT_MS),
		.connect_timeout_ms = options_duration(o, SCANREQ_OPT_CONNECT_TIMEOUT,
						       DEFAULT_CONNECT_TIMEOUT_MS),
		.offline = options_switch(o, SCANREQ_OPT_OFFLINE),
	};

	if (!agent)
		return error_nomem(err);
	return http_curl_new(&curl, &client->transport, err);
}

static int make_chain(struct scanreq_client *client)
{
	const struct scanreq_options *o = &client->options;
	struct provider_context context = {
		.transport = client->transport,
		.log = client->log,
		.given = &client->keys,
		.profile = o->texts[SCANREQ_OPT_PROFILE],
		.region = o->texts[SCANREQ_OPT_REGION],
		.sts_endpoint = o->texts[SCANREQ_OPT_STS_ENDPOINT],
		.vpc = options_vpc(o),
		.clock = &client->clock,
		.static_only = options_switch(o, SCANREQ_OPT_OFFLINE),
	};

	client->keys = (struct given_keys){
		.key_id = o->texts[SCANREQ_OPT_ACCESS_KEY_ID],
		.key_secret = o->texts[SCANREQ_OPT_ACCESS_KEY_SECRET],
		.security_token = o->texts[SCANREQ_OPT_SECURITY_TOKEN],
	};
	client->chain = credential_chain_new(&context);
	return client->chain ? 0 : SCANREQ_E_NOMEM;
}

static int fill_client(struct scanreq_client *client, const struct scanreq_options *options,
		       struct scanreq_error *err)
{
	int failed;

	if (options && options_copy(&client->options, options))
		return error_nomem(err);
	failed = check_options(&client->options, err);
	if (failed)
		return failed;
	if (make_log(client))
		return error_nomem(err);
	warn_of_danger(client);
	failed = make_transport(client, err);
	if (!failed && make_chain(client))
		return error_nomem(err);
	if (!failed)
		failed = make_auth(client, err);
	client->images = (struct image_context){
		.registry = {
			.transport = client->transport,
			.auth = client->auth,
			.log = client->log,
			.plain_http = &client->options.lists[SCANREQ_OPT_PLAIN_HTTP],
			.redirects = &client->options.lists[SCANREQ_OPT_ALLOW_REDIRECT],
		},
		.progress = &client->options.progress,
		.engine_socket = client->options.texts[SCANREQ_OPT_SOCKET],
	};
	return failed;
}

int scanreq_client_new(const struct scanreq_options *options, struct scanreq_client **client,
		       struct scanreq_error *err)
{
	struct scanreq_client *made = calloc(1, sizeof(*made));
	int failed;

	*client = NULL;
	if (!made)
		return error_nomem(err);
	failed = fill_client(made, options, err);
	if (failed)
		scanreq_client_free(made);
	else
		*client = made;
	return failed;
}

void scanreq_client_cancel(struct scanreq_client *client)
{
	http_transport_cancel(client->transport);
}

void scanreq_client_free(struct scanreq_client *client)
{
	if (!client)
		return;
	registry_auth_free(&client->auth);
	acr_free(&client->acr);
	credential_chain_free(&client->chain);
	http_transport_free(&client->transport);
	credential_store_free(&client->store);
	log_free(&client->log);
	options_clear(&client->options);
	free(client);
}

int client_error(struct scanreq_client *client, int failed, struct scanreq_error *err)
{
	if (!failed || !err)
		return failed;
	log_mask_fixed(client->log, err->message, sizeof(err->message));
	if (*err->message)
		return failed;
	/* Masking ran out of memory and dropped the message; keep an unknown outcome. */
	if (failed == SCANREQ_E_UNKNOWN)
		return error_set(err, SCANREQ_CODE_OUTCOME_UNKNOWN,
				 "out of memory after the request was sent: a task may exist, do "
				 "not repeat it blindly");
	return error_nomem(err);
}
