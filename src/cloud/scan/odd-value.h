/* SPDX-License-Identifier: MIT */
/*
 * Warnings about odd values of parameters. The values are sent anyway: the service's documents
 * do not say which it accepts.
 */
#ifndef CLOUD_SCAN_ODD_VALUE_H
#define CLOUD_SCAN_ODD_VALUE_H

/* The predicate of a warning ("is empty"), static; NULL: nothing is odd. */
typedef const char *(*odd_fn)(const char *value);

const char *odd_token(const char *value);
const char *odd_path(const char *value);
const char *odd_repo_name(const char *value);
const char *odd_tag(const char *value);
const char *odd_digest(const char *value);
const char *odd_number(const char *value);
const char *odd_uuid(const char *value);
const char *odd_ip(const char *value);
const char *odd_jenkins_env(const char *value);

#endif
