/* SPDX-License-Identifier: MIT */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include <stdbool.h>
#include <scanreq/scanreq.h>

#include "base/str.h"
#include "cli/image-options.h"
#include "cli/output-choice.h"
#include "pipeline/shard.h"

/* A parsed command line. */
struct settings {
	struct scanreq_options *client;
	struct image_options image;            /* of every image that has no own */
	char **images;                         /* borrowed from argv */
	int image_count;
	struct strv from;                      /* paths of builders' files, or "-" */
	struct strv built;                     /* the images that they name */
	struct output_choices outputs;
	struct strv writes;                    /* FIELD=PATH each */
	char *get;
	char *raw;
	char *token_file;
	char *images_from;                     /* path of a list, or "-" */
	char *journal;                         /* path */
	char *region, *endpoint, *fixed_time;  /* as the client has them */
	struct shard shard;
	size_t jobs;                           /* images at the same time */
	bool explain, quiet, keep_going, dry_run, offline, password_stdin;
	char *task_id;                         /* the task to look at; NULL: none */
	bool wait;                             /* for the end of the task */
	const char *demand;                    /* static: an option without which no image is
						  good, "verify-layers"; or NULL */
	bool per_image;                        /* an option that speaks of one image is set */
	int verbosity;                         /* 0, 1 (-v), 2 (-vv) */
};

#endif
