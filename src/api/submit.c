/* SPDX-License-Identifier: MIT */
#include <scanreq/submit.h>

#include "api/client.h"
#include "base/time.h"
#include "cloud/scan/submit.h"

struct submit_context client_submit_context(struct scanreq_client *client)
{
	const struct scanreq_options *o = &client->options;
	struct submit_context context = {
		.transport = client->transport,
		.log = client->log,
		.region = o->texts[SCANREQ_OPT_REGION],
		.endpoint = o->texts[SCANREQ_OPT_ENDPOINT],
		.vpc = options_vpc(o),
		.chain = client->chain,
		.clock = &client->clock,
		.rate = options_rate(o),
		.fixed_time_ms = -1,
		.fixed_nonce = o->texts[SCANREQ_OPT_FIXED_NONCE],
		.show_signature = options_switch(o, SCANREQ_OPT_SHOW_SIGNATURE),
		.retry_ambiguous = options_switch(o, SCANREQ_OPT_RETRY_AMBIGUOUS),
	};

	if (o->texts[SCANREQ_OPT_FIXED_TIME])
		time_parse(o->texts[SCANREQ_OPT_FIXED_TIME], &context.fixed_time_ms);
	return context;
}

int scanreq_submit(struct scanreq_client *client, const struct scanreq_request *request,
		   struct scanreq_submission **submission, struct scanreq_error *err)
{
	struct submit_context context = client_submit_context(client);

	*submission = NULL;
	return client_error(client, submit_send(&context, request, submission, err), err);
}

int scanreq_submit_preview(struct scanreq_client *client, const struct scanreq_request *request,
			   struct scanreq_submission **submission, struct scanreq_error *err)
{
	struct submit_context context = client_submit_context(client);

	*submission = NULL;
	return client_error(client, submit_preview(&context, request, submission, err), err);
}

int scanreq_submit_check(struct scanreq_client *client, bool preview, struct scanreq_error *err)
{
	struct submit_context context = client_submit_context(client);

	return client_error(client, submit_check(&context, preview, err), err);
}

void scanreq_submission_free(struct scanreq_submission *submission)
{
	submission_free(&submission);
}

enum scanreq_status scanreq_submission_status(const struct scanreq_submission *s)
{
	return s->status;
}

const char *scanreq_status_name(enum scanreq_status status)
{
	switch (status) {
	case SCANREQ_STATUS_NOT_ATTEMPTED:
		return "not_attempted";
	case SCANREQ_STATUS_DRY_RUN:
		return "dry_run";
	case SCANREQ_STATUS_ACCEPTED:
		return "accepted";
	case SCANREQ_STATUS_FAILED:
		return "failed";
	case SCANREQ_STATUS_UNKNOWN:
		break;
	}
	return "unknown";
}

int scanreq_submission_attempts(const struct scanreq_submission *s)
{
	return s->attempts;
}

const char *scanreq_submission_text(const struct scanreq_submission *s,
				    enum scanreq_submission_text text)
{
	return (unsigned int)text < SCANREQ_SUBMISSION_COUNT_ ? s->texts[text] : NULL;
}

bool scanreq_submission_header(const struct scanreq_submission *s, size_t i, const char **name,
			       const char **value)
{
	if (i >= s->header_names.count)
		return false;
	*name = s->header_names.items[i];
	*value = s->header_values.items[i];
	return true;
}
