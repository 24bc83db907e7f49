/* SPDX-License-Identifier: MIT */
/*
 * The table of CI systems, and the two small languages of its columns.
 *
 * A rule lists alternatives: "A & B=x | C". A term is a variable that is set and not empty, a
 * variable with a value, or a directory that exists.
 * A template lists alternatives: "$A/x | $B". The first one whose variables are all set is
 * used. "%A" percent-encodes the value for a URL.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/text.h"
#include "pipeline/ci.h"

/* Room for the longest name of a variable in the table. */
#define NAME_SIZE 64

/*
 * The order matters: Gitea sets GitHub's variables, Woodpecker some of GitLab's, Yunxiao
 * Jenkins' BUILD_NUMBER. A Kubernetes agent of Jenkins has JENKINS_URL outside of builds, too.
 * Tekton sets no variable.
 */
static const struct ci_system {
	const char *name;
	const char *rule;
	const char *build_url;
	const char *job;
	const char *number;
	const char *commit;
	const char *ref;
} systems[] = {
	{ "gitea", "GITEA_ACTIONS=true | FORGEJO_ACTIONS=true",
	  "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_NUMBER",
	  "$GITHUB_WORKFLOW/$GITHUB_JOB | $GITHUB_JOB", "$GITHUB_RUN_NUMBER", "$GITHUB_SHA",
	  "$GITHUB_REF" },
	{ "github", "GITHUB_ACTIONS=true",
	  "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID",
	  "$GITHUB_WORKFLOW/$GITHUB_JOB | $GITHUB_JOB", "$GITHUB_RUN_NUMBER", "$GITHUB_SHA",
	  "$GITHUB_REF" },
	{ "woodpecker", "CI=woodpecker | CI_SYSTEM_NAME=woodpecker", "$CI_PIPELINE_URL",
	  "$CI_REPO", "$CI_PIPELINE_NUMBER", "$CI_COMMIT_SHA",
	  "$CI_COMMIT_REF | $CI_COMMIT_BRANCH" },
	{ "gitlab", "GITLAB_CI", "$CI_JOB_URL | $CI_PIPELINE_URL", "$CI_JOB_NAME",
	  "$CI_PIPELINE_IID | $CI_JOB_ID", "$CI_COMMIT_SHA", "$CI_COMMIT_REF_NAME" },
	{ "drone", "DRONE", "$DRONE_BUILD_LINK", "$DRONE_REPO", "$DRONE_BUILD_NUMBER",
	  "$DRONE_COMMIT_SHA", "$DRONE_TAG | $DRONE_BRANCH" },
	{ "circleci", "CIRCLECI", "$CIRCLE_BUILD_URL", "$CIRCLE_JOB", "$CIRCLE_BUILD_NUM",
	  "$CIRCLE_SHA1", "$CIRCLE_TAG | $CIRCLE_BRANCH" },
	{ "azure-pipelines", "TF_BUILD & BUILD_BUILDURI",
	  "$SYSTEM_COLLECTIONURI/%SYSTEM_TEAMPROJECT/_build/results?buildId=%BUILD_BUILDID",
	  "$BUILD_DEFINITIONNAME", "$BUILD_BUILDNUMBER", "$BUILD_SOURCEVERSION",
	  "$BUILD_SOURCEBRANCH" },
	{ "buildkite", "BUILDKITE", "$BUILDKITE_BUILD_URL", "$BUILDKITE_PIPELINE_SLUG",
	  "$BUILDKITE_BUILD_NUMBER", "$BUILDKITE_COMMIT",
	  "$BUILDKITE_TAG | $BUILDKITE_BRANCH" },
	{ "yunxiao",
	  "PIPELINE_ID & BUILD_NUMBER & PROJECT_DIR & BUILD_EXECUTOR | "
	  "PIPELINE_ID & BUILD_NUMBER & PROJECT_DIR & CI_SOURCE_NAME",
	  "", "$PIPELINE_NAME", "$BUILD_NUMBER", "$CI_COMMIT_SHA", "$CI_COMMIT_REF_NAME" },
	{ "jenkins",
	  "BUILD_NUMBER & JOB_NAME & JENKINS_URL | "
	  "BUILD_NUMBER & JOB_NAME & JENKINS_HOME",
	  "$BUILD_URL", "$JOB_NAME", "$BUILD_NUMBER", "$GIT_COMMIT",
	  "$TAG_NAME | $BRANCH_NAME | $GIT_LOCAL_BRANCH | $GIT_BRANCH" },
	{ "argo", "ARGO_WORKFLOW_NAME | ARGO_TEMPLATE & ARGO_CONTAINER_NAME", "",
	  "$ARGO_WORKFLOW_NAME", "$ARGO_NODE_ID", "", "" },
	{ "tekton", "/tekton/results", "", "", "", "", "" },
	{ "generic", "CI", "", "", "", "", "" },
};

/* --- this process ------------------------------------------------------------------ */

static const char *own_variable(void *arg, const char *name)
{
	(void)arg;
	return getenv(name);
}

static bool own_directory(void *arg, const char *path)
{
	struct stat st;

	(void)arg;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* --- the languages ----------------------------------------------------------------- */

static const char *skip_spaces(const char *p)
{
	return p + strspn(p, " ");
}

/* Reads the name of a variable and returns the rest. */
static const char *read_name(const char *p, char name[NAME_SIZE])
{
	size_t n = 0;

	for (; isupper((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_'; p++)
		if (n < NAME_SIZE - 1)
			name[n++] = *p;
	name[n] = '\0';
	return p;
}

static const char *ci_value_of(const struct ci_surroundings *where, const char *name)
{
	const char *value = where->variable(where->arg, name);

	/* "CI=false" means that this is not a build. */
	if (!value || !*value || (strcmp(name, "CI") == 0 && strcasecmp(value, "false") == 0))
		return NULL;
	return value;
}

/* Evaluates the term at *p and moves *p past it. */
static bool term_holds(const struct ci_surroundings *where, const char **p)
{
	size_t len = strcspn(*p, " ");
	char name[NAME_SIZE];
	const char *value, *rest;

	if (**p == '/') {
		char path[NAME_SIZE];

		snprintf(path, sizeof(path), "%.*s", (int)len, *p);
		*p += len;
		return where->directory(where->arg, path);
	}
	rest = read_name(*p, name);
	value = ci_value_of(where, name);
	*p += len;
	if (!value || *rest != '=')
		return value;
	len = strcspn(rest + 1, " ");
	return strlen(value) == len && strncasecmp(value, rest + 1, len) == 0;
}

static bool rule_holds(const struct ci_surroundings *where, const char *rule)
{
	bool all = true;

	for (const char *p = rule;;) {
		all = term_holds(where, &p) && all;
		p = skip_spaces(p);
		if (*p == '&') {
			p = skip_spaces(p + 1);
			continue;
		}
		if (all || *p == '\0')
			return all;
		p = skip_spaces(p + 1);
		all = true;
	}
}

static void add_value(struct buf *out, const char *value, bool encoded, char next)
{
	size_t len = strlen(value);

	if (encoded)
		percent_encode(out, value, len);
	else /* some servers' URLs end with a slash */
		buf_add(out, value, len - (next == '/' && len > 0 && value[len - 1] == '/'));
}

/* Expands the alternative at *p; false when one of its variables is not set. */
static bool expand(const struct ci_surroundings *where, const char **p, struct buf *out)
{
	bool whole = **p != '\0';

	while (**p && **p != ' ') {
		bool encoded = **p == '%';
		char name[NAME_SIZE];
		const char *value;

		if (**p != '$' && !encoded) {
			buf_putc(out, *(*p)++);
			continue;
		}
		*p = read_name(*p + 1, name);
		value = ci_value_of(where, name);
		add_value(out, value ? value : "", encoded, **p);
		whole = whole && value;
	}
	return whole;
}

/* Whether a text is safe for a runner's files and for a terminal. */
static bool plain(const char *text)
{
	size_t len = strlen(text), n;

	for (; len > 0; text += n, len -= n) {
		n = utf8_length(text, len);
		if (n == 0 || utf8_unprintable(text, n))
			return false;
	}
	return true;
}

static int ci_fill(const struct ci_surroundings *where, const char *template, char **value)
{
	struct buf text CLEANUP_BUF = BUF_INIT(LIMIT_CI_TEXT);

	for (const char *p = template; *p; p = skip_spaces(p)) {
		buf_clear(&text);
		if (expand(where, &p, &text))
			break;
		buf_clear(&text);
		p = skip_spaces(p);
		if (*p == '|')
			p++;
	}
	if (text.failed == SCANREQ_E_UNREADABLE || text.len == 0 || !plain(buf_str(&text)))
		return 0;
	*value = buf_take(&text);
	return *value ? 0 : SCANREQ_E_NOMEM;
}

/* --- detection --------------------------------------------------------------------- */

void ci_free(struct ci *ci)
{
	free(ci->build_url);
	free(ci->job);
	free(ci->number);
	free(ci->commit);
	free(ci->ref);
	memset(ci, 0, sizeof(*ci));
}

static int fill_from(const struct ci_surroundings *where, const struct ci_system *s,
		     struct ci *ci)
{
	ci->system = s->name;
	if (ci_fill(where, s->build_url, &ci->build_url) || ci_fill(where, s->job, &ci->job) ||
	    ci_fill(where, s->number, &ci->number) || ci_fill(where, s->commit, &ci->commit) ||
	    ci_fill(where, s->ref, &ci->ref)) {
		ci_free(ci);
		return SCANREQ_E_NOMEM;
	}
	return 0;
}

int ci_detect(const struct ci_surroundings *where, struct ci *ci)
{
	static const struct ci_surroundings own = { own_variable, own_directory, NULL };

	where = where ? where : &own;
	memset(ci, 0, sizeof(*ci));
	for (size_t i = 0; i < ARRAY_LENGTH(systems); i++)
		if (rule_holds(where, systems[i].rule))
			return fill_from(where, &systems[i], ci);
	return 0;
}
