/* SPDX-License-Identifier: MIT */
/* The settings of a client, checked and typed. */
#ifndef API_OPTIONS_H
#define API_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <scanreq/client.h>

#include "base/progress.h"
#include "base/str.h"

struct scanreq_options {
	char *texts[SCANREQ_OPT_COUNT_];        /* NULL: the default */
	struct strv lists[SCANREQ_OPT_COUNT_];  /* values of repeatable settings */
	enum scanreq_level level;
	scanreq_log_fn log;
	void *log_arg;
	struct progress progress;
};

/* Copies settings into `to`, which must be empty. Returns 0 or SCANREQ_E_NOMEM. */
int options_copy(struct scanreq_options *to, const struct scanreq_options *from);

/* Frees the content and wipes secrets. */
void options_clear(struct scanreq_options *options);

/* Return the value of a switch (false if not set), a duration in ms or a number. */
bool options_switch(const struct scanreq_options *options, enum scanreq_option option);
int64_t options_duration(const struct scanreq_options *options, enum scanreq_option option,
			 int64_t fallback);
int options_count(const struct scanreq_options *options, enum scanreq_option option,
		  int fallback);

/* Returns this process's share of the service's calls a second; 0: no limit. */
double options_rate(const struct scanreq_options *options);

/* Returns whether endpoint-type is "vpc". */
bool options_vpc(const struct scanreq_options *options);

#endif
