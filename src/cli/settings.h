/* SPDX-License-Identifier: MIT */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include <stdbool.h>
#include <scanreq/scanreq.h>

#include "base/str.h"
#include "cli/image-options.h"
#include "cli/output-choice.h"
#include "pipeline/shard.h"

/* A parsed command line. The rows of option-rows.c say which option sets a member. */
struct settings {
	struct scanreq_options *client;
	struct image_options image;           /* defaults of every image */
	char **images;                        /* borrowed from argv */
	int image_count;
	struct strv from;                     /* paths of builders' files, or "-" */
	struct strv built;                    /* the images that those files name */
	struct output_choices outputs;
	struct strv writes;                   /* FIELD=PATH each */
	char *get;                            /* a field */
	char *raw;                            /* a document */
	char *token_file;                     /* path, or "-" */
	char *images_from;                    /* path of a list, or "-" */
	char *journal;                        /* path */
	char *region, *endpoint, *fixed_time; /* copies of the client's settings */
	struct shard shard;
	size_t jobs;                          /* images at the same time */
	bool explain, quiet, keep_going, dry_run, offline, password_stdin, help;
	char *task_id;                        /* of the command status; or NULL */
	bool wait;                            /* for the end of the task */
	bool findings, list;                  /* read what is reported, and each finding */
	unsigned int fail_on;                 /* enum scanreq_fail_on; 0: there is no gate */
	bool no_verdict_passes;
	int verbosity;                        /* 0, 1 (-v), 2 (-vv) */
};

#endif
