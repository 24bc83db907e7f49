/* SPDX-License-Identifier: MIT */
/* The rows of the option table. */
#include <scanreq/scanreq.h>

#include "base/cleanup.h"
#include "cli/option-set.h"
#include "cli/option-table.h"
#include "cli/settings.h"

#define BOTH (COMMAND_INSPECT | COMMAND_SUBMIT)
#define ANY (BOTH | COMMAND_STATUS | COMMAND_FINDINGS | COMMAND_DOCTOR)
#define CALLS (COMMAND_SUBMIT | COMMAND_STATUS | COMMAND_FINDINGS | COMMAND_DOCTOR)
#define REPORTING (COMMAND_SUBMIT | COMMAND_FINDINGS)
#define EXAMINED (COMMAND_SUBMIT | COMMAND_DOCTOR)
#define SHOWN (BOTH | COMMAND_STATUS)
#define WAITING (COMMAND_SUBMIT | COMMAND_STATUS)

/* The setter, the library's enumerator, and the member of struct settings. */
#define KEPT(set, id, store, member) set, id, STORE_##store, offsetof(struct settings, member)
#define CLIENT(id) option_set_client, SCANREQ_OPT_##id, STORE_NONE, 0
#define CLIENT_KEPT(id, store, member) KEPT(option_set_client, SCANREQ_OPT_##id, store, member)
#define SELECTION(id) \
	KEPT(option_set_selection, SCANREQ_SELECT_##id, TEXT, image.selection[SCANREQ_SELECT_##id])
#define PARAMETER(id) KEPT(option_keep, 0, TEXT, image.parameters[SCANREQ_PARAM_##id])
#define SWITCH(member) KEPT(option_keep, 0, BOOL, member)
#define TEXT(member) KEPT(option_keep, 0, TEXT, member)
#define LIST(member) KEPT(option_keep, 0, LIST, member)
#define CHECKED(set, store, member) KEPT(set, 0, store, member)
#define OWN(set) set, 0, STORE_NONE, 0

#define NO_ARGUMENT NULL
#define TWIN true, NULL
#define NO_TWIN false, NULL

#define OF_IMAGE OPTION_OF_IMAGE
#define OF_PLATFORM OPTION_OF_PLATFORM
#define NEEDS_IMAGE OPTION_NEEDS_IMAGE
#define STDIN OPTION_STDIN
#define VALUE (OPTION_OF_IMAGE | OPTION_OF_PLATFORM | OPTION_STDOUT)

#define FACTS "Facts"
#define PARAMETERS "Parameters (sent exactly as given)"
#define REGISTRY "Registry"
#define SERVICE "Service"
#define RUN "Run"
#define OUTPUT "Output"

const struct option_row option_table[] = {
	{ "platform", 0, "OS/ARCH[/VARIANT]|all", SELECTION(PLATFORM), ANY, 0, FACTS,
	  NO_TWIN, "image of an index (checked against its config), or all of them" },
	{ "digest-of", 0, "platform|index", SELECTION(DIGEST_OF), SHOWN | COMMAND_FINDINGS, 0,
	  FACTS, NO_TWIN, "whose digest Digest is (default: the platform's manifest)" },
	{ "select", 0, "REF|@N", SELECTION(IMAGE), BOTH, OF_IMAGE, FACTS, NO_TWIN,
	  "the image of a saved file, by name or by position from 0" },
	{ "name", 0, "REF", SELECTION(NAME), BOTH, OF_IMAGE, FACTS, NO_TWIN,
	  "the reference to report, in place of the image's own" },
	{ "from", 0, "FILE", LIST(from), BOTH, STDIN, FACTS, NO_TWIN,
	  "take the images that a builder has pushed; repeatable" },
	{ "require-tag-match", 0, NO_ARGUMENT, SELECTION(REQUIRE_TAG_MATCH), BOTH, NEEDS_IMAGE,
	  FACTS, NO_TWIN, "fail unless the tag still points at the digest beside it" },
	{ "verify-layers", 0, NO_ARGUMENT, SELECTION(VERIFY_LAYERS), BOTH, NEEDS_IMAGE, FACTS,
	  NO_TWIN, "read a saved image's layers and check their digests" },

	{ "namespace", 0, "TEXT", PARAMETER(NAMESPACE), BOTH, OF_IMAGE, PARAMETERS,
	  NO_TWIN, "Namespace" },
	{ "repo-name", 0, "TEXT", PARAMETER(REPO_NAME), BOTH, OF_IMAGE, PARAMETERS,
	  NO_TWIN, "RepoName" },
	{ "tag", 0, "TEXT", PARAMETER(TAG), BOTH, OF_IMAGE, PARAMETERS, NO_TWIN,
	  "Tag" },
	{ "digest", 0, "DIGEST", PARAMETER(DIGEST), BOTH, OF_IMAGE | OF_PLATFORM,
	  PARAMETERS, NO_TWIN, "Digest" },
	{ "image-id", 0, "DIGEST", PARAMETER(IMAGE_ID), BOTH, OF_IMAGE | OF_PLATFORM,
	  PARAMETERS, NO_TWIN, "ImageId" },
	{ "image-size", 0, "BYTES", PARAMETER(IMAGE_SIZE), BOTH,
	  OF_IMAGE | OF_PLATFORM, PARAMETERS, NO_TWIN, "ImageSize" },
	{ "image-create", 0, "MS", PARAMETER(IMAGE_CREATE), BOTH,
	  OF_IMAGE | OF_PLATFORM, PARAMETERS, NO_TWIN,
	  "ImageCreate, in milliseconds since 1970" },
	{ "image-update", 0, "now|mtime|created|last-modified|TIME|MS",
	  PARAMETER(IMAGE_UPDATE), BOTH, OF_IMAGE, PARAMETERS, NO_TWIN,
	  "ImageUpdate: which clock, or a time of RFC 3339" },
	{ "uuid", 0, "UUID", PARAMETER(UUID), BOTH | COMMAND_FINDINGS, OF_IMAGE,
	  PARAMETERS, NO_TWIN, "Uuid, which submit has printed" },
	{ "jenkins-env", 0, "TEXT", PARAMETER(JENKINS_ENV), BOTH, OF_IMAGE,
	  PARAMETERS, NO_TWIN, "JenkinsEnv; the service's page knows \"release\" alone" },
	{ "source-ip", 0, "IP", PARAMETER(SOURCE_IP), BOTH, OF_IMAGE, PARAMETERS,
	  NO_TWIN, "SourceIp; the service fills it by itself" },

	{ "authfile", 0, "FILE", CLIENT(AUTHFILE), ANY, 0, REGISTRY, TWIN,
	  "read registry credentials from this file alone" },
	{ "username", 0, "NAME", CLIENT(USERNAME), ANY, 0, REGISTRY, TWIN,
	  "registry user; needs --password-stdin" },
	{ "password-stdin", 0, NO_ARGUMENT, SWITCH(password_stdin), ANY, STDIN, REGISTRY,
	  NO_TWIN, "read the registry password from standard input" },
	{ "anonymous", 0, NO_ARGUMENT, CLIENT(ANONYMOUS), ANY, 0, REGISTRY, TWIN,
	  "use no registry credentials" },
	{ "acr-login", 0, NO_ARGUMENT, CLIENT(ACR_LOGIN), ANY, 0, REGISTRY, TWIN,
	  "fetch temporary logins for Container Registry" },
	{ "acr-instance-id", 0, "ID", CLIENT(ACR_INSTANCE_ID), ANY, 0, REGISTRY,
	  TWIN, "Enterprise instance of --acr-login" },
	{ "ca-file", 0, "PEM-FILE", CLIENT(CA_FILE), ANY, 0, REGISTRY, TWIN,
	  "trust these authorities too, for every host" },
	{ "cert", 0, "PEM-FILE", CLIENT(CERT), ANY, 0, REGISTRY, TWIN,
	  "client certificate for the registry; needs --key" },
	{ "key", 0, "PEM-FILE", CLIENT(KEY), ANY, 0, REGISTRY, TWIN,
	  "key of --cert, not encrypted" },
	{ "insecure-skip-verify", 0, "HOST[:PORT]", CLIENT(INSECURE_SKIP_VERIFY),
	  ANY, 0, REGISTRY, NO_TWIN, "do not check this registry's certificate; repeatable" },
	{ "plain-http", 0, "HOST[:PORT]", CLIENT(PLAIN_HTTP), ANY, 0, REGISTRY,
	  NO_TWIN, "speak http to this registry; repeatable" },
	{ "allow-realm", 0, "HOST[:PORT]", CLIENT(ALLOW_REALM), ANY, 0, REGISTRY,
	  NO_TWIN, "ask this token server, be it private or http; repeatable" },
	{ "allow-redirect", 0, "HOST[:PORT]", CLIENT(ALLOW_REDIRECT), ANY, 0,
	  REGISTRY, NO_TWIN, "follow redirects to this host, be it private; repeatable" },

	{ "region", 0, "REGION", CLIENT_KEPT(REGION, TEXT, region), CALLS, 0,
	  SERVICE, true, "ALIBABA_CLOUD_REGION_ID", "region whose centre gets the request" },
	{ "endpoint", 0, "HOST[:PORT]|URL", CLIENT_KEPT(ENDPOINT, TEXT, endpoint),
	  CALLS, 0, SERVICE, TWIN, "send the request here instead" },
	{ "endpoint-type", 0, "public|vpc", CLIENT(ENDPOINT_TYPE), ANY, 0, SERVICE,
	  TWIN, "hosts of the service and of STS: public, or inside a VPC" },
	{ "sts-endpoint", 0, "HOST[:PORT]|URL", CLIENT(STS_ENDPOINT), ANY, 0,
	  SERVICE, TWIN, "ask here for the session keys of a role" },
	{ "profile", 0, "PROFILE", CLIENT(PROFILE), ANY, 0, SERVICE, TWIN,
	  "use the keys of this credential profile alone" },
	{ "token-file", 0, "FILE", TEXT(token_file), EXAMINED, STDIN, SERVICE, TWIN,
	  "read Token from this file (default: SCANREQ_TOKEN)" },
	{ "rate", 0, "N[/s]", CLIENT(RATE), CALLS, 0, SERVICE, TWIN,
	  "calls of the service a second; 0: no limit (default: 8/s)" },
	{ "dry-run", 0, NO_ARGUMENT, SWITCH(dry_run), COMMAND_SUBMIT, 0, SERVICE, NO_TWIN,
	  "show the exact request, redacted, and send nothing" },
	{ "show-signature", 0, NO_ARGUMENT, CLIENT(SHOW_SIGNATURE), COMMAND_SUBMIT, 0, SERVICE,
	  NO_TWIN, "do not redact the signature of a dry run" },
	{ "fixed-time", 0, "TIME", CLIENT_KEPT(FIXED_TIME, TEXT, fixed_time),
	  COMMAND_SUBMIT, 0, SERVICE, NO_TWIN, "sign a dry run with this RFC 3339 time" },
	{ "fixed-nonce", 0, "TEXT", CLIENT(FIXED_NONCE), COMMAND_SUBMIT, 0, SERVICE,
	  NO_TWIN, "sign a dry run with this nonce" },
	{ "retry-ambiguous", 0, NO_ARGUMENT, CLIENT(RETRY_AMBIGUOUS), COMMAND_SUBMIT, 0, SERVICE,
	  NO_TWIN, "repeat what may have made a task, too: there may be two" },
	{ "task-id", 0, "ID", CHECKED(option_set_task_id, TEXT, task_id),
	  COMMAND_STATUS | COMMAND_FINDINGS, 0, SERVICE, NO_TWIN,
	  "the task to look at, as submit has printed it" },
	{ "wait", 0, NO_ARGUMENT, SWITCH(wait), WAITING, 0, SERVICE, TWIN,
	  "wait for the end of the task, which is no verdict on the image" },
	{ "findings", 0, NO_ARGUMENT, SWITCH(findings), COMMAND_SUBMIT, 0, SERVICE, NO_TWIN,
	  "after --wait, show what the service reports for the image" },
	{ "list", 0, NO_ARGUMENT, SWITCH(list), REPORTING, 0, SERVICE, NO_TWIN,
	  "show each finding, not only the counts" },
	{ "fail-on", 0, "asap|later|any[,malicious][,sensitive]", OWN(option_set_fail_on),
	  REPORTING, 0, SERVICE, NO_TWIN,
	  "fail (12) on findings at or above this, or on no verdict (13)" },
	{ "no-verdict", 0, "pass|fail", OWN(option_set_no_verdict), REPORTING, 0, SERVICE, NO_TWIN,
	  "what --fail-on does without a verdict (default: fail)" },
	{ "wait-timeout", 0, "DURATION", CLIENT(WAIT_TIMEOUT), WAITING, 0, SERVICE,
	  TWIN, "longest time that --wait takes (default: 10m)" },
	{ "poll", 0, "DURATION", CLIENT(POLL), WAITING | COMMAND_FINDINGS, 0, SERVICE, TWIN,
	  "time between looks of --wait, at first (default: 5s)" },

	{ "socket", 0, "PATH", CLIENT(SOCKET), ANY, 0, RUN, TWIN,
	  "ask the container engine that listens here" },
	{ "offline", 0, NO_ARGUMENT, CLIENT_KEPT(OFFLINE, BOOL, offline), BOTH, 0, RUN, TWIN,
	  "touch no network" },
	{ "images-from", 0, "FILE|-", TEXT(images_from), BOTH, STDIN, RUN, NO_TWIN,
	  "images from a list, one a line, or as JSON objects" },
	{ "jobs", 'j', "N", OWN(option_set_jobs), BOTH, 0, RUN, TWIN,
	  "images at the same time, and connections to a host (default: 4)" },
	{ "shard", 0, "K/N|auto[/N]", OWN(option_set_shard), BOTH, 0, RUN, TWIN,
	  "only the Kth of N parts of the images" },
	{ "journal", 0, "FILE", TEXT(journal), COMMAND_SUBMIT, 0, RUN, TWIN,
	  "note here what is filed, and do not file it again" },
	{ "keep-going", 0, NO_ARGUMENT, SWITCH(keep_going), BOTH, 0, RUN, TWIN,
	  "go on with the next image after a failure" },
	{ "retry-deadline", 0, "DURATION", CLIENT(RETRY_DEADLINE), ANY, 0, RUN, TWIN,
	  "repeat what a host puts off this long at most (default: 10m)" },
	{ "retry", 0, "N", CLIENT(RETRY), ANY, 0, RUN, TWIN,
	  "repeat a request up to N times where that is safe (default: 3)" },
	{ "timeout", 0, "DURATION", CLIENT(TIMEOUT), ANY, 0, RUN, TWIN,
	  "longest time for one network operation (default: 60s)" },
	{ "connect-timeout", 0, "DURATION", CLIENT(CONNECT_TIMEOUT), ANY, 0, RUN,
	  TWIN, "longest time to connect (default: 10s)" },

	{ "output", 'o', "text|json|ndjson|dotenv|github[=FILE]",
	  OWN(option_set_output), COMMAND_INSPECT | COMMAND_STATUS, 0, OUTPUT, TWIN,
	  "form of the result, and a file for it; repeatable" },
	{ "output", 'o', "text|json|ndjson|dotenv|github|sarif|gitlab[=FILE]",
	  OWN(option_set_output), REPORTING, 0, OUTPUT, TWIN,
	  "form of the result, and a file for it; repeatable" },
	{ "output", 'o', "text|json", OWN(option_set_output), COMMAND_DOCTOR, 0,
	  OUTPUT, TWIN, "form of what is found" },
	{ "write", 0, "FIELD=PATH", CHECKED(option_add_write, LIST, writes), BOTH,
	  OF_IMAGE | OF_PLATFORM, OUTPUT, NO_TWIN,
	  "write one bare value to a file; repeatable" },
	{ "get", 0, "FIELD", TEXT(get), SHOWN, VALUE, OUTPUT, NO_TWIN,
	  "print one bare value" },
	{ "raw", 0, "manifest|index|config", CHECKED(option_set_choice, TEXT, raw),
	  COMMAND_INSPECT, VALUE, OUTPUT, NO_TWIN, "print the verified bytes of a document" },
	{ "explain", 0, NO_ARGUMENT, SWITCH(explain), BOTH, 0, OUTPUT, NO_TWIN,
	  "say of each parameter where it is from or why it is left out" },
	{ "color", 0, "auto|always|never", OWN(option_set_color), ANY, 0, OUTPUT,
	  TWIN, "colour the words that say how bad it is (default: on a terminal)" },
	{ "quiet", 'q', NO_ARGUMENT, SWITCH(quiet), ANY, 0, OUTPUT, TWIN,
	  "no warnings and no progress on standard error" },
	{ "verbose", 'v', NO_ARGUMENT, OWN(option_set_verbose), ANY, 0, OUTPUT, NO_TWIN,
	  "say what is chosen; -vv: each request" },
	{ "help", 'h', NO_ARGUMENT, SWITCH(help), ANY, 0, OUTPUT, NO_TWIN, "show this help" },
	{ .name = NULL },
};

_Static_assert(ARRAY_LENGTH(option_table) <= OPTION_ROWS_MAX, "raise OPTION_ROWS_MAX");
