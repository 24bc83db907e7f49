/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "pipeline/ci.h"

/* An environment as "NAME=value" texts with one directory. */
struct surroundings {
	const char *variables[12];
	const char *directory;
};

static const char *variable(void *arg, const char *name)
{
	const struct surroundings *s = arg;
	const char *rest;

	for (size_t i = 0; i < 12 && s->variables[i]; i++)
		if (str_prefix(s->variables[i], name, &rest) && *rest == '=')
			return rest + 1;
	return NULL;
}

static bool directory(void *arg, const char *path)
{
	return str_equal(((const struct surroundings *)arg)->directory, path);
}

static void detect(const struct surroundings *s, struct ci *ci)
{
	struct surroundings copy = *s;
	const struct ci_surroundings where = { variable, directory, &copy };

	assert_int_equal(ci_detect(&where, ci), 0);
}

static const struct {
	struct surroundings s;
	const char *system, *build_url, *job, *number, *commit, *ref;
} cases[] = {
	{ { { NULL }, NULL }, NULL, NULL, NULL, NULL, NULL, NULL },
	{ { { "CI=" }, NULL }, NULL, NULL, NULL, NULL, NULL, NULL },
	{ { { "CI=false" }, NULL }, NULL, NULL, NULL, NULL, NULL, NULL },
	{ { { "CI=False" }, NULL }, NULL, NULL, NULL, NULL, NULL, NULL },
	{ { { "CI=true" }, NULL }, "generic", NULL, NULL, NULL, NULL, NULL },
	{ { { "CI=true", "GITHUB_ACTIONS=true", "GITHUB_SERVER_URL=https://github.com",
	      "GITHUB_REPOSITORY=shop/web", "GITHUB_RUN_ID=9", "GITHUB_RUN_NUMBER=4",
	      "GITHUB_JOB=push", "GITHUB_WORKFLOW=Release", "GITHUB_SHA=abc",
	      "GITHUB_REF=refs/tags/v1" },
	    NULL },
	  "github",
	  "https://github.com/shop/web/actions/runs/9",
	  "Release/push",
	  "4",
	  "abc",
	  "refs/tags/v1" },
	/* Half of a URL's variables make no URL, half of a job's the shorter one. */
	{ { { "GITHUB_ACTIONS=true", "GITHUB_SERVER_URL=https://github.com",
	      "GITHUB_JOB=push" },
	    NULL },
	  "github",
	  NULL,
	  "push",
	  NULL,
	  NULL,
	  NULL },
	{ { { "GITHUB_ACTIONS=true", "GITEA_ACTIONS=true",
	      "GITHUB_SERVER_URL=https://git.example", "GITHUB_REPOSITORY=a/b",
	      "GITHUB_RUN_NUMBER=7", "GITHUB_RUN_ID=12" },
	    NULL },
	  "gitea",
	  "https://git.example/a/b/actions/runs/7",
	  NULL,
	  "7",
	  NULL,
	  NULL },
	{ { { "GITHUB_ACTIONS=true", "FORGEJO_ACTIONS=true",
	      "GITHUB_SERVER_URL=https://git.example/", "GITHUB_REPOSITORY=a/b",
	      "GITHUB_RUN_NUMBER=8" },
	    NULL },
	  "gitea",
	  "https://git.example/a/b/actions/runs/8",
	  NULL,
	  "8",
	  NULL,
	  NULL },
	{ { { "GITHUB_ACTIONS=true", "FORGEJO_ACTIONS=true" }, NULL },
	  "gitea",
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ { { "GITLAB_CI=true", "CI=true", "CI_JOB_URL=https://gitlab/j/1", "CI_JOB_NAME=scan",
	      "CI_PIPELINE_IID=3", "CI_JOB_ID=99", "CI_COMMIT_SHA=def",
	      "CI_COMMIT_REF_NAME=main" },
	    NULL },
	  "gitlab",
	  "https://gitlab/j/1",
	  "scan",
	  "3",
	  "def",
	  "main" },
	{ { { "CI=woodpecker", "CI_PIPELINE_URL=https://w/1", "CI_REPO=a/b",
	      "CI_COMMIT_BRANCH=main" },
	    NULL },
	  "woodpecker",
	  "https://w/1",
	  "a/b",
	  NULL,
	  NULL,
	  "main" },
	{ { { "JENKINS_URL=https://j/", "JOB_NAME=shop/web", "BUILD_NUMBER=12",
	      "BUILD_URL=https://j/job/shop/12/", "GIT_COMMIT=fed", "GIT_BRANCH=origin/main",
	      "BRANCH_NAME=main" },
	    NULL },
	  "jenkins",
	  "https://j/job/shop/12/",
	  "shop/web",
	  "12",
	  "fed",
	  "main" },
	/* A controller without a configured URL, and an agent outside of a build. */
	{ { { "JENKINS_HOME=/var/j", "JOB_NAME=x", "BUILD_NUMBER=1" }, NULL },
	  "jenkins",
	  NULL,
	  "x",
	  "1",
	  NULL,
	  NULL },
	{ { { "JENKINS_URL=https://j/" }, NULL }, NULL, NULL, NULL, NULL, NULL, NULL },
	{ { { "PIPELINE_ID=5", "BUILD_NUMBER=8", "PROJECT_DIR=/w", "CI_SOURCE_NAME=web",
	      "PIPELINE_NAME=release", "CI_COMMIT_SHA=a1", "CI_COMMIT_REF_NAME=v2" },
	    NULL },
	  "yunxiao",
	  NULL,
	  "release",
	  "8",
	  "a1",
	  "v2" },
	{ { { "TF_BUILD=True", "BUILD_BUILDURI=vstfs:///1",
	      "SYSTEM_COLLECTIONURI=https://dev.azure.com/o/", "SYSTEM_TEAMPROJECT=p",
	      "BUILD_BUILDID=77", "BUILD_DEFINITIONNAME=web", "BUILD_BUILDNUMBER=2024.1",
	      "BUILD_SOURCEBRANCH=refs/heads/main" },
	    NULL },
	  "azure-pipelines",
	  "https://dev.azure.com/o/p/_build/results?buildId=77",
	  "web",
	  "2024.1",
	  NULL,
	  "refs/heads/main" },
	/* A project's name is free text, and an own server's address need not end with "/". */
	{ { { "TF_BUILD=True", "BUILD_BUILDURI=vstfs:///1",
	      "SYSTEM_COLLECTIONURI=https://tfs.example/tfs/Main%20Line",
	      "SYSTEM_TEAMPROJECT=Shop & Caf\xc3\xa9/50%", "BUILD_BUILDID=78" },
	    NULL },
	  "azure-pipelines",
	  "https://tfs.example/tfs/Main%20Line/Shop%20%26%20Caf%C3%A9%2F50%25/_build/results"
	  "?buildId=78",
	  NULL,
	  NULL,
	  NULL,
	  NULL },
	{ { { "TF_BUILD=True" }, NULL }, NULL, NULL, NULL, NULL, NULL, NULL },
	{ { { "ARGO_TEMPLATE={}", "ARGO_CONTAINER_NAME=main", "ARGO_NODE_ID=n-1" }, NULL },
	  "argo",
	  NULL,
	  NULL,
	  "n-1",
	  NULL,
	  NULL },
	{ { { "ARGO_TEMPLATE={}" }, NULL }, NULL, NULL, NULL, NULL, NULL, NULL },
	{ { { NULL }, "/tekton/results" }, "tekton", NULL, NULL, NULL, NULL, NULL },
	{ { { NULL }, "/tekton" }, NULL, NULL, NULL, NULL, NULL, NULL },
};

static void test_systems(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct ci ci CLEANUP_CI = { 0 };

		detect(&cases[i].s, &ci);
		if (!str_equal(ci.system, cases[i].system) ||
		    !str_equal(ci.build_url, cases[i].build_url) ||
		    !str_equal(ci.job, cases[i].job) ||
		    !str_equal(ci.number, cases[i].number) ||
		    !str_equal(ci.commit, cases[i].commit) || !str_equal(ci.ref, cases[i].ref))
			fail_msg("case %zu: %s %s %s %s %s %s", i, ci.system, ci.build_url,
				 ci.job, ci.number, ci.commit, ci.ref);
	}
}

/* A value with a newline could write a line of its own into a runner's file. */
static void test_odd_values(void **state)
{
	static char large[4096];
	static char name[4200];
	const struct surroundings s = { { "JENKINS_URL=x", "BUILD_NUMBER=1\n::set-env",
					  "JOB_NAME=\xff", "BUILD_URL=\x1b[2J", name,
					  "BRANCH_NAME=\xe2\x80\xaex" },
					NULL };
	struct ci ci CLEANUP_CI = { 0 };

	(void)state;
	memset(large, 'a', sizeof(large) - 1);
	snprintf(name, sizeof(name), "GIT_COMMIT=%s", large);
	detect(&s, &ci);
	assert_string_equal(ci.system, "jenkins");
	assert_null(ci.number);
	assert_null(ci.job);
	assert_null(ci.build_url);
	assert_null(ci.commit);
	assert_null(ci.ref);
}

static void test_own_process(void **state)
{
	struct ci ci CLEANUP_CI = { 0 };

	(void)state;
	setenv("GITEA_ACTIONS", "true", 1);
	setenv("GITHUB_SHA", "0123", 1);
	assert_int_equal(ci_detect(NULL, &ci), 0);
	assert_string_equal(ci.system, "gitea");
	assert_string_equal(ci.commit, "0123");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_systems),
		cmocka_unit_test(test_odd_values),
		cmocka_unit_test(test_own_process),
	};

	return cmocka_run_group_tests_name("ci", tests, NULL, NULL);
}
