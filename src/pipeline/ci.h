/* SPDX-License-Identifier: MIT */
/*
 * Detects the CI system and what it says about the build. This appears in the program's
 * output and is never sent to the service.
 */
#ifndef PIPELINE_CI_H
#define PIPELINE_CI_H

#include <stdbool.h>

/* A build; texts are owned, NULL: unknown. */
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

/* Where to look: this process's environment and file system, or those of a test. */
struct ci_surroundings {
	const char *(*variable)(void *arg, const char *name); /* NULL or "": not set */
	bool (*directory)(void *arg, const char *path);
	void *arg;
};

/*
 * Takes the first system of the table whose rule holds. A value that is not UTF-8, has control
 * characters or is longer than LIMIT_CI_TEXT is left out. `where` NULL: this process.
 * 0 or SCANREQ_E_NOMEM.
 */
int ci_detect(const struct ci_surroundings *where, struct ci *ci);

#endif
