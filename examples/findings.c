/* SPDX-License-Identifier: MIT */
/*
 * Shows what the service reports for the digest of an image, and fails on malicious files:
 *
 *	cc findings.c $(pkg-config --cflags --libs scanreq)
 *	ALIBABA_CLOUD_ACCESS_KEY_ID=... ALIBABA_CLOUD_ACCESS_KEY_SECRET=... \
 *		./findings ENDPOINT DIGEST TASK-ID UUID
 */
#include <stdio.h>
#include <scanreq/scanreq.h>

static int make_client(const char *endpoint, struct scanreq_client **client,
		       struct scanreq_error *err)
{
	struct scanreq_options *options = scanreq_options_new();
	int failed = SCANREQ_E_NOMEM;

	if (options)
		failed = scanreq_options_set(options, SCANREQ_OPT_ENDPOINT, endpoint, err);
	if (!failed)
		failed = scanreq_options_set(options, SCANREQ_OPT_POLL, "1s", err);
	if (!failed)
		failed = scanreq_client_new(options, client, err);
	scanreq_options_free(options);
	return failed;
}

static void show(const struct scanreq_findings *findings)
{
	for (int i = 0; i < SCANREQ_CATEGORY_COUNT_; i++) {
		enum scanreq_category category = (enum scanreq_category)i;
		const char *why = scanreq_findings_why(findings, category);

		printf("%-12s %lld %s\n", scanreq_category_name(category),
		       (long long)scanreq_findings_count(findings, category), why ? why : "");
	}
}

int main(int argc, char **argv)
{
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct scanreq_client *client = NULL;
	struct scanreq_findings *findings = NULL;
	struct scanreq_scan scan = { 0 };
	int failed;

	if (argc != 5)
		return 2;
	scan.digest = argv[2];
	scan.task_id = argv[3];
	scan.uuid = argv[4];
	failed = make_client(argv[1], &client, &err);
	if (!failed)
		failed = scanreq_findings_read(client, &scan, &findings, &err);
	if (!failed)
		show(findings);
	if (!failed)
		failed = scanreq_findings_confirm(client, findings, SCANREQ_FAIL_ON_MALICIOUS,
						  &err);
	if (!failed)
		failed = scanreq_findings_gate(findings, SCANREQ_FAIL_ON_MALICIOUS, &err);
	if (failed)
		fprintf(stderr, "%s\n", err.message);
	scanreq_findings_free(findings);
	scanreq_client_free(client);
	return failed ? 1 : 0;
}
