/* SPDX-License-Identifier: MIT */
/* The setters of the option table; see struct option_row. */
#ifndef CLI_OPTION_SET_H
#define CLI_OPTION_SET_H

#include <stdbool.h>
#include <scanreq/error.h>

struct image_options;
struct option_row;
struct settings;

/* Keeps the value where the row says: replaces a switch or a text, adds to a list. */
int option_keep(struct settings *settings, const struct option_row *row, const char *value);

/* Hands the value to the library; the program keeps it, too, where the row says so. */
int option_set_client(struct settings *settings, const struct option_row *row,
		      const char *value);

/* Keeps the value after the library has checked it. */
int option_set_selection(struct settings *settings, const struct option_row *row,
			 const char *value);

/* Keeps one of the choices that the row's argument names, as "manifest|index|config". */
int option_set_choice(struct settings *settings, const struct option_row *row,
		      const char *value);

/* Whether a row's value is kept in struct image_options. */
bool option_is_of_image(const struct option_row *row);

/*
 * Sets the value of such a row. The library checks the values of selections here, those of
 * parameters when a request is made.
 * Errors: SCANREQ_E_USAGE when the value is invalid, SCANREQ_E_NOMEM.
 */
int image_options_set(struct image_options *options, const struct option_row *row,
		      const char *value, struct scanreq_error *err);

/*
 * The same by the option's name, as a line of a list has it.
 * Errors: SCANREQ_E_USAGE, also when no such row has that name; SCANREQ_E_NOMEM.
 */
int image_options_set_name(struct image_options *options, const char *name, const char *value,
			   struct scanreq_error *err);

/* Setters of one option each. */
int option_set_color(struct settings *settings, const struct option_row *row,
		     const char *value);
int option_set_fail_on(struct settings *settings, const struct option_row *row,
		       const char *value);
int option_set_no_verdict(struct settings *settings, const struct option_row *row,
			  const char *value);
int option_set_jobs(struct settings *settings, const struct option_row *row, const char *value);
int option_set_output(struct settings *settings, const struct option_row *row,
		      const char *value);
int option_set_shard(struct settings *settings, const struct option_row *row,
		     const char *value);
int option_set_task_id(struct settings *settings, const struct option_row *row,
		       const char *value);
int option_set_verbose(struct settings *settings, const struct option_row *row,
		       const char *value);
int option_add_write(struct settings *settings, const struct option_row *row,
		     const char *value);

#endif
