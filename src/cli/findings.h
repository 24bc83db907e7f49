/* SPDX-License-Identifier: MIT */
/* What --findings and the command findings add to one image: what is reported, and a gate. */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include "cli/settings.h"
#include "cli/result.h"

/* Parses "asap", "later,malicious" and the like. 0, or the exit status after a complaint. */
int findings_set_fail_on(unsigned int *fail_on, const char *value, const char *said);

/* Parses "pass" or "fail". 0, or the exit status after a complaint. */
int findings_set_no_verdict(bool *passes, const char *value, const char *said);

/* Complains about options that need findings. 0 or the exit status. */
int findings_check(const struct settings *settings);

/*
 * Reads what is reported for the digest of the request and the task of the result, and
 * decides the gate if there is one: then only the gate sets the result's error. Returns the
 * error's class.
 */
int findings_look(struct scanreq_client *client, const struct settings *settings,
		  struct result *result);

/*
 * The same after a submission with its wait, which ended with `failed`. Without a gate
 * nothing is read after a failure.
 */
int findings_after(struct scanreq_client *client, const struct settings *settings, int failed,
		   struct result *result);

#endif
