/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/progress.h"
#include "pipeline/ci.h"

#define UPDATE_MS 200
/* Short reads show no progress: it begins after this time or this many reads. */
#define FIRST_MS UPDATE_MS
#define FIRST_READS 64
/* To the beginning of the line, and erase it (ECMA-48 CR, EL). */
#define ERASE "\r\033[K"

/* The one line of standard error, and the thread whose reading it shows. */
static struct {
	pthread_mutex_t mutex;
	bool owned;
	pthread_t owner;
	unsigned int reads;
	int64_t begun; /* by the clock below */
	int64_t shown; /* likewise, the last update; 0: none yet */
	bool visible;
} line_state = { .mutex = PTHREAD_MUTEX_INITIALIZER };

/* CLOCK_MONOTONIC in milliseconds. */
static int64_t now(void)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool progress_wanted(void)
{
	struct ci ci CLEANUP_CI = { 0 };
	const char *terminal = getenv("TERM");

	if (!isatty(STDERR_FILENO) || !terminal || !*terminal || strcmp(terminal, "dumb") == 0)
		return false;
	return ci_detect(NULL, &ci) == 0 && !ci.system;
}

/* --- the text ---------------------------------------------------------------------- */

static void progress_add(char line[PROGRESS_LINE_SIZE], const char *text)
{
	size_t len = strlen(line);

	snprintf(line + len, PROGRESS_LINE_SIZE - len, "%s", text);
}

static void add_size(char line[PROGRESS_LINE_SIZE], double bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double n = bytes / 1024;
	size_t unit = 0;
	char text[32];

	for (; n >= 1024 && unit + 1 < ARRAY_LENGTH(units); unit++)
		n /= 1024;
	snprintf(text, sizeof(text), "%.1f %s", n, units[unit]);
	progress_add(line, text);
}

void progress_line(char line[PROGRESS_LINE_SIZE], int64_t bytes, int64_t total, int64_t ms)
{
	char percent[16];

	line[0] = '\0';
	progress_add(line, "scanreq: reading ");
	add_size(line, (double)bytes);
	if (total > 0) {
		progress_add(line, " of ");
		add_size(line, (double)total);
		snprintf(percent, sizeof(percent), ", %d%%",
			 bytes < total ? (int)((double)bytes * 100 / (double)total) : 100);
		progress_add(line, percent);
	}
	if (ms >= UPDATE_MS) {
		progress_add(line, ", ");
		add_size(line, (double)bytes * 1000 / (double)ms);
		progress_add(line, "/s");
	}
}

/* --- the line ---------------------------------------------------------------------- */

static void erase(void)
{
	if (line_state.visible)
		fputs(ERASE, stderr);
	line_state.visible = false;
}

/* A line that is too wide would wrap, and then only its last part could be erased. */
static void draw(char line[PROGRESS_LINE_SIZE])
{
	struct winsize size = { 0 };

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
	    strlen(line) >= size.ws_col)
		line[size.ws_col - 1] = '\0';
	fprintf(stderr, ERASE "%s", line);
	fflush(stderr);
	line_state.visible = true;
}

/* Whether this thread has the line; takes it if it is free. */
static bool own(int64_t time)
{
	if (line_state.owned)
		return pthread_equal(line_state.owner, pthread_self());
	line_state.owned = true;
	line_state.owner = pthread_self();
	line_state.reads = 0;
	line_state.begun = time;
	line_state.shown = 0;
	return true;
}

static bool due(int64_t time)
{
	if (line_state.shown)
		return time - line_state.shown >= UPDATE_MS;
	return ++line_state.reads > FIRST_READS || time - line_state.begun >= FIRST_MS;
}

void progress_show(void *arg, const char *name, int64_t bytes, int64_t total)
{
	char line[PROGRESS_LINE_SIZE];
	int64_t time = now();

	(void)arg;
	(void)name;
	pthread_mutex_lock(&line_state.mutex);
	if (own(time) && due(time)) {
		progress_line(line, bytes, total, time - line_state.begun);
		draw(line);
		line_state.shown = time;
	}
	pthread_mutex_unlock(&line_state.mutex);
}

void progress_end(void)
{
	pthread_mutex_lock(&line_state.mutex);
	if (line_state.owned && pthread_equal(line_state.owner, pthread_self())) {
		erase();
		fflush(stderr);
		line_state.owned = false;
	}
	pthread_mutex_unlock(&line_state.mutex);
}

void progress_hold(void)
{
	pthread_mutex_lock(&line_state.mutex);
	erase();
}

void progress_release(void)
{
	fflush(stderr);
	pthread_mutex_unlock(&line_state.mutex);
}
