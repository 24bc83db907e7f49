/* SPDX-License-Identifier: MIT */
/*
 * What is odd about values that the caller gave. They are sent all the same: the service's
 * documents leave open what it takes.
 */
#ifndef CLOUD_SCAN_ODD_VALUE_H
#define CLOUD_SCAN_ODD_VALUE_H

/* What is odd, static: "is empty", the predicate of a warning; or NULL. */
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
