/* SPDX-License-Identifier: MIT */
/*
 * Writes results in all forms of the command line: text, JSON, lines of JSON, pairs for
 * GitLab and GitHub, one bare value, or the bytes of a document. Results arrive and are
 * written one by one, in the order of the input. Each is built in memory first, so that a
 * failure leaves nothing half written. Files are renamed into place when the run ends.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/buf.h"
#include "base/file-writer.h"
#include "base/json.h"
#include "cli/settings.h"
#include "cli/output-pairs.h"
#include "cli/result.h"
#include "cli/unwritten.h"
#include "pipeline/ci.h"

/* One form, and where it goes. */
struct output_sink {
	enum output_format format;
	bool to_file;            /* else standard output, or GitHub's files */
	struct file_writer file;
	struct buf document;     /* what is not written yet of the JSON document */
	struct json_writer json; /* into it */
	bool begun;              /* something of the text form is written */
	bool failed;             /* something could not be written: it has a gap */
	bool gap;                /* not all findings could be read */
};

/* One --write. */
struct output_value {
	char *field;
	struct file_writer file;
};

struct output {
	const struct settings *settings;
	struct output_sink sinks[OUTPUTS_MAX];
	int count;
	struct ci ci;            /* the CI system around the run */
	struct output_value *values;
	size_t value_count;
	struct tally *tally;     /* of the run, which knows what could not be written, too */
	struct unwritten unwritten;
	struct pairs pairs;      /* of the result that stands for the run */
	struct buf summary;      /* the rows of GitHub's table so far */
	size_t unshown;          /* results that no longer fit into it */
};

/*
 * Begins in the forms that were asked for, and opens their files, so that what cannot be
 * written is found out before anything is done. Returns 0, or the exit status after a
 * complaint; output_free() is due in both cases.
 */
int output_begin(struct output *output, const struct settings *settings, struct tally *tally);

/* Writes one result, which the tally has counted. Records a failure in the tally. */
void output_result(struct output *output, const struct result *result);

/* Ends, and returns the exit status of the run. */
int output_end(struct output *output);

/* Frees an output. Files that were not finished are removed. */
void output_free(struct output *output);

/* The document of schema "scanreq/1" in its parts: one result, and what is around all. */
void output_json_begin(struct json_writer *w, const struct ci *ci);
void output_json_result(struct json_writer *w, const struct result *result);
void output_json_summary(struct json_writer *w, const struct tally *tally);
void output_json_end(struct json_writer *w, const struct tally *tally);

/* One result as text. */
void output_text(const struct settings *settings, const struct result *result,
		 struct buf *out);

/* 0, or a usage error when there is no file of GitHub's runner that can be written. */
int output_github_check(const struct output_sink *sink);

/* One result: annotations on stderr, and a row of the step's summary. */
void output_github_result(struct output *output, const struct result *result);

/* Writes the step's summary. Returns 0 or the exit status after a complaint. */
int output_github_summary(const struct output *output, const struct tally *tally);

/* Adds to the step's outputs. Returns 0 or the exit status after a complaint. */
int output_github_append(const struct buf *text);

#endif
