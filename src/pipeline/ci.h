/* SPDX-License-Identifier: MIT */
/*
 * Which CI system runs us, and what it says of the build. This goes into the program's
 * own output; nothing of it is sent to the service.
 */
#ifndef PIPELINE_CI_H
#define PIPELINE_CI_H

#include <stdbool.h>

/* A build; texts are owned, NULL where the system does not say. */
struct ci {
	const char *system; /* static: "jenkins"; NULL: no CI system */
	char *build_url;
	char *job;
	char *number;
	char *commit;
	char *ref;
};

void ci_free(struct ci *ci);
#define CLEANUP_CI CLEANUP(ci_free)

/* Where to look: the process's own environment and file system, or a test's. */
struct ci_surroundings {
	const char *(*variable)(void *arg, const char *name); /* NULL or "": not set */
	bool (*directory)(void *arg, const char *path);
	void *arg;
};

/*
 * Finds the system by the first row of the table whose rule holds. A value that is no
 * UTF-8, has control characters or is longer than LIMIT_CI_TEXT is left out.
 * `where` NULL: this process. 0 or SCANREQ_E_NOMEM.
 */
int ci_detect(const struct ci_surroundings *where, struct ci *ci);

#endif
