/* SPDX-License-Identifier: MIT */
/* Secrets that reach the program by a file, standard input or the environment. */
#ifndef CLI_SECRETS_H
#define CLI_SECRETS_H

/*
 * Reads the one line of a file ("-": standard input), cut at one final newline. `what`
 * names it in complaints. *secret is the caller's to wipe. Returns 0, or an exit status
 * after a complaint: an empty or oversize file, one that cannot be read.
 */
int secret_read(const char *path, const char *what, char **secret);

/*
 * The scan token: from `file`, else from SCANREQ_TOKEN; *token NULL when there is none.
 * The variable is taken out of the environment. As secret_read().
 */
int secret_token(const char *file, char **token);

#endif
