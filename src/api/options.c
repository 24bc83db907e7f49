/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/options.h"
#include "base/error.h"
#include "base/text.h"
#include "base/time.h"
#include "cloud/rpc/endpoint.h"
#include "net/url.h"

/* Most retries: more would wait for a server that is gone. */
#define COUNT_MAX 100

/* Calls a second; more than the service allows an account anywhere. */
#define RATE_MAX 1000
/* The service allows an account 10 calls a second and operation; some room is for others. */
#define DEFAULT_RATE 8
#define SHARES_MAX 1000000

static bool valid_text(const char *value)
{
	return *value != '\0' && utf8_valid(value, strlen(value));
}

/* A password or token may be empty. */
static bool valid_secret(const char *value)
{
	return utf8_valid(value, strlen(value));
}

static bool valid_switch(const char *value)
{
	bool on;

	return str_to_bool(value, &on);
}

static bool valid_duration(const char *value)
{
	int64_t ms;

	return str_to_duration(value, &ms) && ms > 0;
}

static bool valid_time(const char *value)
{
	int64_t ms;

	return time_parse(value, &ms) && ms >= 0;
}

static bool valid_endpoint_type(const char *value)
{
	return strcmp(value, "public") == 0 || strcmp(value, "vpc") == 0;
}

static bool options_valid_host(const char *value)
{
	char *host CLEANUP_FREE = NULL;
	int port;

	return host_port_split(value, &host, &port);
}

static bool valid_count(const char *value)
{
	int64_t number;

	return str_to_int64(value, &number) && number >= 0 && number <= COUNT_MAX;
}

static bool valid_connections(const char *value)
{
	return valid_count(value) && strspn(value, "0") < strlen(value);
}

/* "8", "8/s" or "2.5/s": so many a second. */
static bool options_read_rate(const char *value, double *per_second)
{
	size_t whole = strspn(value, "0123456789");
	const char *rest = value + whole;
	size_t part = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;

	if (whole == 0 || whole > 4 || (*rest == '.' && (part == 0 || part > 3)))
		return false;
	rest += part ? part + 1 : 0;
	if (*rest != '\0' && strcmp(rest, "/s") != 0)
		return false;
	*per_second = 0;
	for (size_t i = 0; i < whole; i++)
		*per_second = *per_second * 10 + (value[i] - '0');
	for (double digit = 0.1; part > 0; part--, digit /= 10)
		*per_second += digit * (*(rest - part) - '0');
	return *per_second <= RATE_MAX;
}

static bool valid_rate(const char *value)
{
	double per_second;

	return options_read_rate(value, &per_second);
}

static bool valid_shares(const char *value)
{
	int64_t number;

	return str_to_int64(value, &number) && number >= 1 && number <= SHARES_MAX;
}

static bool valid_instance_id(const char *value)
{
	const char *id = NULL;

	return str_prefix(value, "cri-", &id) && *id &&
	       id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* Each setting's name, its form in words, and the check of it. */
static const struct {
	const char *name;
	const char *form;
	bool (*valid)(const char *value);
	bool repeatable;
} rules[SCANREQ_OPT_COUNT_] = {
	[SCANREQ_OPT_AUTHFILE] = { "authfile", "a path", valid_text, false },
	[SCANREQ_OPT_USERNAME] = { "username", "a name", valid_text, false },
	[SCANREQ_OPT_PASSWORD] = { "password", "UTF-8 text", valid_secret, false },
	[SCANREQ_OPT_ANONYMOUS] = { "anonymous", "true or false", valid_switch, false },
	[SCANREQ_OPT_CA_FILE] = { "ca-file", "a path", valid_text, false },
	[SCANREQ_OPT_PLAIN_HTTP] = { "plain-http", "a HOST[:PORT]", options_valid_host,
				     true },
	[SCANREQ_OPT_ALLOW_REALM] = { "allow-realm", "a HOST[:PORT]", options_valid_host,
				      true },
	[SCANREQ_OPT_ALLOW_REDIRECT] = { "allow-redirect", "a HOST[:PORT]",
					 options_valid_host, true },
	[SCANREQ_OPT_TIMEOUT] = { "timeout", "a duration like 60s, 5m or 500ms",
				  valid_duration, false },
	[SCANREQ_OPT_CONNECT_TIMEOUT] = { "connect-timeout", "a duration like 10s or 500ms",
					  valid_duration, false },
	[SCANREQ_OPT_WAIT_TIMEOUT] = { "wait-timeout", "a duration like 10m or 90s",
				       valid_duration, false },
	[SCANREQ_OPT_POLL] = { "poll", "a duration like 5s or 500ms", valid_duration, false },
	[SCANREQ_OPT_OFFLINE] = { "offline", "true or false", valid_switch, false },
	[SCANREQ_OPT_REGION] = { "region", "a region id like cn-hangzhou", valid_text,
				 false },
	[SCANREQ_OPT_ENDPOINT] = { "endpoint", "HOST[:PORT] or a URL without path",
				   valid_text, false },
	[SCANREQ_OPT_ENDPOINT_TYPE] = { "endpoint-type", "public or vpc", valid_endpoint_type,
					false },
	[SCANREQ_OPT_STS_ENDPOINT] = { "sts-endpoint", "HOST[:PORT] or a URL without path",
				       valid_text, false },
	[SCANREQ_OPT_PROFILE] = { "profile", "a name", valid_text, false },
	[SCANREQ_OPT_ACCESS_KEY_ID] = { "access-key-id", "text", valid_text, false },
	[SCANREQ_OPT_ACCESS_KEY_SECRET] = { "access-key-secret", "text", valid_text,
					    false },
	[SCANREQ_OPT_SECURITY_TOKEN] = { "security-token", "text", valid_text, false },
	[SCANREQ_OPT_FIXED_TIME] = { "fixed-time", "a time like 2024-06-03T10:00:00Z",
				     valid_time, false },
	[SCANREQ_OPT_FIXED_NONCE] = { "fixed-nonce", "text", valid_text, false },
	[SCANREQ_OPT_SHOW_SIGNATURE] = { "show-signature", "true or false", valid_switch,
					 false },
	[SCANREQ_OPT_CERT] = { "cert", "a path", valid_text, false },
	[SCANREQ_OPT_KEY] = { "key", "a path", valid_text, false },
	[SCANREQ_OPT_INSECURE_SKIP_VERIFY] = { "insecure-skip-verify", "a HOST[:PORT]",
					       options_valid_host, true },
	[SCANREQ_OPT_RETRY] = { "retry", "a number from 0 to 100", valid_count, false },
	[SCANREQ_OPT_SOCKET] = { "socket", "a path", valid_text, false },
	[SCANREQ_OPT_RETRY_AMBIGUOUS] = { "retry-ambiguous", "true or false", valid_switch,
					  false },
	[SCANREQ_OPT_CONNECTIONS] = { "connections", "a number from 1 to 100",
				      valid_connections, false },
	[SCANREQ_OPT_ACR_LOGIN] = { "acr-login", "true or false", valid_switch, false },
	[SCANREQ_OPT_ACR_INSTANCE_ID] = { "acr-instance-id",
					  "an id like cri-0gkaatghnmnt0000", valid_instance_id,
					  false },
	[SCANREQ_OPT_RETRY_DEADLINE] = { "retry-deadline", "a duration like 10m or 30s",
					 valid_duration, false },
	[SCANREQ_OPT_RATE] = { "rate", "a number of calls a second, 0 to 1000, like 8/s or 2.5",
			       valid_rate, false },
	[SCANREQ_OPT_RATE_SHARES] = { "rate-shares", "a number from 1 to 1000000",
				      valid_shares, false },
	[SCANREQ_OPT_USER_AGENT] = { "user-agent", "text", valid_text, false },
};

struct scanreq_options *scanreq_options_new(void)
{
	return calloc(1, sizeof(struct scanreq_options));
}

void options_clear(struct scanreq_options *options)
{
	for (size_t i = 0; i < SCANREQ_OPT_COUNT_; i++) {
		str_wipe(&options->texts[i]);
		strv_free(&options->lists[i]);
	}
}

void scanreq_options_free(struct scanreq_options *options)
{
	if (!options)
		return;
	options_clear(options);
	free(options);
}

static int add_value(struct strv *list, const char *value, struct scanreq_error *err)
{
	if (!value) {
		strv_free(list);
		return 0;
	}
	return strv_add_new(list, value) ? error_nomem(err) : 0;
}

/* Messages must not quote the value of these settings. */
static bool is_secret(enum scanreq_option option)
{
	return option == SCANREQ_OPT_PASSWORD || option == SCANREQ_OPT_ACCESS_KEY_SECRET ||
	       option == SCANREQ_OPT_SECURITY_TOKEN;
}

static int options_refuse(enum scanreq_option option, const char *value,
			  struct scanreq_error *err)
{
	const char *name = rules[option].name, *form = rules[option].form;
	int failed = is_secret(option)
			     ? error_set(err, SCANREQ_CODE_SETTING_INVALID, "%s must be %s", name,
					 form)
			     : error_set(err, SCANREQ_CODE_SETTING_INVALID,
					 "%s must be %s, not \"%s\"", name, form, value);

	return error_about(failed, name, err);
}

int scanreq_options_set(struct scanreq_options *options, enum scanreq_option option,
			const char *value, struct scanreq_error *err)
{
	char *copy;

	if ((unsigned int)option >= SCANREQ_OPT_COUNT_)
		return error_set(err, SCANREQ_CODE_ARGUMENT_INVALID, "there is no setting %d",
				 (int)option);
	if (value && !rules[option].valid(value))
		return options_refuse(option, value, err);
	if (rules[option].repeatable)
		return add_value(&options->lists[option], value, err);
	copy = value ? strdup(value) : NULL;
	if (value && !copy)
		return error_nomem(err);
	str_wipe(&options->texts[option]);
	options->texts[option] = copy;
	return 0;
}

void scanreq_options_log(struct scanreq_options *options, enum scanreq_level level,
			 scanreq_log_fn fn, void *arg)
{
	options->level = level;
	options->log = fn;
	options->log_arg = arg;
}

void scanreq_options_progress(struct scanreq_options *options, scanreq_progress_fn fn, void *arg)
{
	options->progress = (struct progress){ .tell = fn, .arg = arg };
}

int options_copy(struct scanreq_options *to, const struct scanreq_options *from)
{
	for (size_t i = 0; i < SCANREQ_OPT_COUNT_; i++) {
		const struct strv *list = &from->lists[i];

		if (str_copy(&to->texts[i], from->texts[i]))
			return SCANREQ_E_NOMEM;
		for (size_t n = 0; n < list->count; n++)
			if (strv_add(&to->lists[i], list->items[n]))
				return SCANREQ_E_NOMEM;
	}
	to->level = from->level;
	to->log = from->log;
	to->log_arg = from->log_arg;
	to->progress = from->progress;
	return 0;
}

bool options_switch(const struct scanreq_options *options, enum scanreq_option option)
{
	bool on = false;

	return options->texts[option] && str_to_bool(options->texts[option], &on) && on;
}

int64_t options_duration(const struct scanreq_options *options, enum scanreq_option option,
			 int64_t fallback)
{
	int64_t ms = fallback;

	if (options->texts[option])
		str_to_duration(options->texts[option], &ms);
	return ms;
}

int options_count(const struct scanreq_options *options, enum scanreq_option option,
		  int fallback)
{
	int64_t number = fallback;

	if (options->texts[option])
		str_to_int64(options->texts[option], &number);
	return (int)number;
}

bool options_vpc(const struct scanreq_options *options)
{
	const char *type = options->texts[SCANREQ_OPT_ENDPOINT_TYPE];

	return type && strcmp(type, "vpc") == 0;
}

double options_rate(const struct scanreq_options *options)
{
	double per_second = DEFAULT_RATE;

	if (options->texts[SCANREQ_OPT_RATE])
		options_read_rate(options->texts[SCANREQ_OPT_RATE], &per_second);
	return per_second / options_count(options, SCANREQ_OPT_RATE_SHARES, 1);
}

const char *scanreq_region_name(size_t i)
{
	return region_name(i);
}
