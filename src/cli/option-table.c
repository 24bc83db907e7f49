/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <scanreq/scanreq.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/option-table.h"

#define BOTH (COMMAND_INSPECT | COMMAND_SUBMIT)
#define ANY (BOTH | COMMAND_STATUS | COMMAND_DOCTOR)
#define CALLS (COMMAND_SUBMIT | COMMAND_STATUS | COMMAND_DOCTOR)
#define EXAMINED (COMMAND_SUBMIT | COMMAND_DOCTOR)
#define SHOWN (BOTH | COMMAND_STATUS)
#define WAITING (COMMAND_SUBMIT | COMMAND_STATUS)

/* Rows by target: the columns that differ. */
#define CLIENT(id) TARGET_CLIENT, SCANREQ_OPT_##id
#define SELECTION(id) TARGET_SELECTION, SCANREQ_SELECT_##id
#define PARAMETER(id) TARGET_PARAMETER, SCANREQ_PARAM_##id
#define PROGRAM(id) TARGET_PROGRAM, SETTING_##id
#define TWIN true, NULL
#define NO_TWIN false, NULL

#define FACTS "Facts"
#define PARAMETERS "Parameters (sent exactly as given)"
#define REGISTRY "Registry"
#define SERVICE "Service"
#define RUN "Run"
#define OUTPUT "Output"

const struct option_row option_table[] = {
	{ "platform", 0, "OS/ARCH[/VARIANT]|all", SELECTION(PLATFORM), ANY, FACTS, NO_TWIN,
	  "image of an index (checked against its config), or all of them" },
	{ "digest-of", 0, "platform|index", SELECTION(DIGEST_OF), SHOWN, FACTS, NO_TWIN,
	  "whose digest Digest is (default: the platform's manifest)" },
	{ "select", 0, "REF|@N", SELECTION(IMAGE), BOTH, FACTS, NO_TWIN,
	  "the image of a saved file, by name or by position from 0" },
	{ "name", 0, "REF", SELECTION(NAME), BOTH, FACTS, NO_TWIN,
	  "the reference to report, in place of the image's own" },
	{ "from", 0, "FILE", PROGRAM(FROM), BOTH, FACTS, NO_TWIN,
	  "take the images that a builder has pushed; repeatable" },
	{ "require-tag-match", 0, NULL, SELECTION(REQUIRE_TAG_MATCH), BOTH, FACTS, NO_TWIN,
	  "fail unless the tag still points at the digest beside it" },
	{ "verify-layers", 0, NULL, SELECTION(VERIFY_LAYERS), BOTH, FACTS, NO_TWIN,
	  "read a saved image's layers and check their digests" },

	{ "namespace", 0, "TEXT", PARAMETER(NAMESPACE), BOTH, PARAMETERS, NO_TWIN, "Namespace" },
	{ "repo-name", 0, "TEXT", PARAMETER(REPO_NAME), BOTH, PARAMETERS, NO_TWIN, "RepoName" },
	{ "tag", 0, "TEXT", PARAMETER(TAG), BOTH, PARAMETERS, NO_TWIN, "Tag" },
	{ "digest", 0, "DIGEST", PARAMETER(DIGEST), BOTH, PARAMETERS, NO_TWIN, "Digest" },
	{ "image-id", 0, "DIGEST", PARAMETER(IMAGE_ID), BOTH, PARAMETERS, NO_TWIN, "ImageId" },
	{ "image-size", 0, "BYTES", PARAMETER(IMAGE_SIZE), BOTH, PARAMETERS, NO_TWIN, "ImageSize" },
	{ "image-create", 0, "MS", PARAMETER(IMAGE_CREATE), BOTH, PARAMETERS, NO_TWIN,
	  "ImageCreate, in milliseconds since 1970" },
	{ "image-update", 0, "now|mtime|created|last-modified|TIME|MS", PARAMETER(IMAGE_UPDATE),
	  BOTH, PARAMETERS, NO_TWIN, "ImageUpdate: which clock, or a time of RFC 3339" },
	{ "uuid", 0, "UUID", PARAMETER(UUID), BOTH, PARAMETERS, NO_TWIN, "Uuid" },
	{ "jenkins-env", 0, "TEXT", PARAMETER(JENKINS_ENV), BOTH, PARAMETERS, NO_TWIN,
	  "JenkinsEnv; the service's page knows \"release\" alone" },
	{ "source-ip", 0, "IP", PARAMETER(SOURCE_IP), BOTH, PARAMETERS, NO_TWIN,
	  "SourceIp; the service fills it by itself" },

	{ "authfile", 0, "FILE", CLIENT(AUTHFILE), ANY, REGISTRY, TWIN,
	  "read registry credentials from this file alone" },
	{ "username", 0, "NAME", CLIENT(USERNAME), ANY, REGISTRY, TWIN,
	  "registry user; needs --password-stdin" },
	{ "password-stdin", 0, NULL, PROGRAM(PASSWORD_STDIN), ANY, REGISTRY, NO_TWIN,
	  "read the registry password from standard input" },
	{ "anonymous", 0, NULL, CLIENT(ANONYMOUS), ANY, REGISTRY, TWIN,
	  "use no registry credentials" },
	{ "acr-login", 0, NULL, CLIENT(ACR_LOGIN), ANY, REGISTRY, TWIN,
	  "fetch temporary logins for Container Registry" },
	{ "acr-instance-id", 0, "ID", CLIENT(ACR_INSTANCE_ID), ANY, REGISTRY, TWIN,
	  "Enterprise instance of --acr-login" },
	{ "ca-file", 0, "FILE", CLIENT(CA_FILE), ANY, REGISTRY, TWIN,
	  "trust these authorities too, for every host" },
	{ "cert", 0, "FILE", CLIENT(CERT), ANY, REGISTRY, TWIN,
	  "client certificate for the registry; needs --key" },
	{ "key", 0, "FILE", CLIENT(KEY), ANY, REGISTRY, TWIN, "key of --cert, not encrypted" },
	{ "insecure-skip-verify", 0, "HOST[:PORT]", CLIENT(INSECURE_SKIP_VERIFY), ANY, REGISTRY,
	  NO_TWIN, "do not check this registry's certificate; repeatable" },
	{ "plain-http", 0, "HOST[:PORT]", CLIENT(PLAIN_HTTP), ANY, REGISTRY, NO_TWIN,
	  "speak http to this registry; repeatable" },
	{ "allow-realm", 0, "HOST[:PORT]", CLIENT(ALLOW_REALM), ANY, REGISTRY, NO_TWIN,
	  "ask this token server, be it private or http; repeatable" },
	{ "allow-redirect", 0, "HOST[:PORT]", CLIENT(ALLOW_REDIRECT), ANY, REGISTRY, NO_TWIN,
	  "follow redirects to this host, be it private; repeatable" },

	{ "region", 0, "REGION", CLIENT(REGION), CALLS, SERVICE, true,
	  "ALIBABA_CLOUD_REGION_ID", "region whose centre gets the request" },
	{ "endpoint", 0, "HOST[:PORT]|URL", CLIENT(ENDPOINT), CALLS, SERVICE, TWIN,
	  "send the request here instead" },
	{ "endpoint-type", 0, "public|vpc", CLIENT(ENDPOINT_TYPE), ANY, SERVICE, TWIN,
	  "hosts of the service and of STS: public, or inside a VPC" },
	{ "sts-endpoint", 0, "HOST[:PORT]|URL", CLIENT(STS_ENDPOINT), ANY, SERVICE, TWIN,
	  "ask here for the session keys of a role" },
	{ "profile", 0, "NAME", CLIENT(PROFILE), ANY, SERVICE, TWIN,
	  "use the keys of this credential profile alone" },
	{ "token-file", 0, "FILE", PROGRAM(TOKEN_FILE), EXAMINED, SERVICE, TWIN,
	  "read Token from this file (default: SCANREQ_TOKEN)" },
	{ "dry-run", 0, NULL, PROGRAM(DRY_RUN), COMMAND_SUBMIT, SERVICE, NO_TWIN,
	  "show the exact request, redacted, and send nothing" },
	{ "show-signature", 0, NULL, CLIENT(SHOW_SIGNATURE), COMMAND_SUBMIT, SERVICE, NO_TWIN,
	  "do not redact the signature of a dry run" },
	{ "fixed-time", 0, "TIME", CLIENT(FIXED_TIME), COMMAND_SUBMIT, SERVICE, NO_TWIN,
	  "sign a dry run with this RFC 3339 time" },
	{ "fixed-nonce", 0, "TEXT", CLIENT(FIXED_NONCE), COMMAND_SUBMIT, SERVICE, NO_TWIN,
	  "sign a dry run with this nonce" },
	{ "retry-ambiguous", 0, NULL, CLIENT(RETRY_AMBIGUOUS), COMMAND_SUBMIT, SERVICE, NO_TWIN,
	  "repeat what may have made a task, too: there may be two" },
	{ "task-id", 0, "ID", PROGRAM(TASK_ID), COMMAND_STATUS, SERVICE, NO_TWIN,
	  "the task to look at, as submit has printed it" },
	{ "wait", 0, NULL, PROGRAM(WAIT), WAITING, SERVICE, TWIN,
	  "wait for the end of the task, which is no verdict on the image" },
	{ "wait-timeout", 0, "DURATION", CLIENT(WAIT_TIMEOUT), WAITING, SERVICE, TWIN,
	  "longest time that --wait takes (default: 10m)" },
	{ "poll", 0, "DURATION", CLIENT(POLL), WAITING, SERVICE, TWIN,
	  "time between looks of --wait, at first (default: 5s)" },

	{ "socket", 0, "PATH", CLIENT(SOCKET), ANY, RUN, TWIN,
	  "ask the container engine that listens here" },
	{ "offline", 0, NULL, CLIENT(OFFLINE), BOTH, RUN, TWIN, "touch no network" },
	{ "images-from", 0, "FILE|-", PROGRAM(IMAGES_FROM), BOTH, RUN, NO_TWIN,
	  "images from a list, one a line, or as JSON objects" },
	{ "jobs", 'j', "N", PROGRAM(JOBS), BOTH, RUN, TWIN,
	  "images at the same time, and connections to a host (default: 4)" },
	{ "shard", 0, "K/N|auto[/N]", PROGRAM(SHARD), BOTH, RUN, TWIN,
	  "only the Kth of N parts of the images" },
	{ "journal", 0, "FILE", PROGRAM(JOURNAL), COMMAND_SUBMIT, RUN, TWIN,
	  "note here what is filed, and do not file it again" },
	{ "keep-going", 0, NULL, PROGRAM(KEEP_GOING), BOTH, RUN, TWIN,
	  "go on with the next image after a failure" },
	{ "retry", 0, "N", CLIENT(RETRY), ANY, RUN, TWIN,
	  "repeat a request up to N times where that is safe (default: 3)" },
	{ "timeout", 0, "DURATION", CLIENT(TIMEOUT), ANY, RUN, TWIN,
	  "longest time for one network operation (default: 60s)" },
	{ "connect-timeout", 0, "DURATION", CLIENT(CONNECT_TIMEOUT), ANY, RUN, TWIN,
	  "longest time to connect (default: 10s)" },

	{ "output", 'o', "text|json|ndjson|dotenv|github[=FILE]", PROGRAM(OUTPUT), SHOWN, OUTPUT,
	  TWIN, "form of the result, and a file for it; repeatable" },
	{ "output", 'o', "text|json", PROGRAM(OUTPUT), COMMAND_DOCTOR, OUTPUT, TWIN,
	  "form of what is found" },
	{ "write", 0, "FIELD=PATH", PROGRAM(WRITE), BOTH, OUTPUT, NO_TWIN,
	  "write one bare value to a file; repeatable" },
	{ "get", 0, "FIELD", PROGRAM(GET), SHOWN, OUTPUT, NO_TWIN, "print one bare value" },
	{ "raw", 0, "manifest|index|config", PROGRAM(RAW), COMMAND_INSPECT, OUTPUT, NO_TWIN,
	  "print the verified bytes of a document" },
	{ "explain", 0, NULL, PROGRAM(EXPLAIN), BOTH, OUTPUT, NO_TWIN,
	  "say of each parameter where it is from or why it is left out" },
	{ "color", 0, "auto|always|never", PROGRAM(COLOR), ANY, OUTPUT, TWIN,
	  "colour the words that say how bad it is (default: on a terminal)" },
	{ "quiet", 'q', NULL, PROGRAM(QUIET), ANY, OUTPUT, TWIN,
	  "no warnings and no progress on standard error" },
	{ "verbose", 'v', NULL, PROGRAM(VERBOSE), ANY, OUTPUT, NO_TWIN,
	  "say what is chosen; -vv: each request" },
	{ "help", 'h', NULL, PROGRAM(HELP), ANY, OUTPUT, NO_TWIN, "show this help" },
	{ NULL, 0, NULL, 0, 0, 0, NULL, false, NULL, NULL },
};

const struct option_row *option_by_name(const struct command *command, const char *name,
					size_t length)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if ((row->commands & command->bit) && strlen(row->name) == length &&
		    memcmp(row->name, name, length) == 0)
			return row;
	return NULL;
}

const struct option_row *option_by_letter(const struct command *command, char letter)
{
	for (const struct option_row *row = option_table; row->name; row++)
		if ((row->commands & command->bit) && row->letter == letter)
			return row;
	return NULL;
}

void option_twin_name(const struct option_row *row, char name[64])
{
	int n = snprintf(name, 64, "SCANREQ_%s", row->name);

	for (int i = 0; i < n; i++)
		name[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
}
