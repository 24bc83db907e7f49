/* SPDX-License-Identifier: MIT */
/*
 * What SIGINT, SIGTERM and SIGHUP do to a run of several images: no other image is begun
 * and nothing more is filed, but what was sent is waited for, and all results are written.
 * A second signal, or SIGNALS_GRACE_S, ends the requests under way too. A third one does
 * what it does by default.
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <scanreq/client.h>

/* Less than what containers and CI jobs are given to end, which is 10 to 30 seconds. */
#define SIGNALS_GRACE_S 8

struct signals {
	struct scanreq_client *client;
	sigset_t set, before;
	pthread_t watcher;
	bool watching;
	atomic_int caught; /* the number of the first; 0: none */
	atomic_bool over;
};

/*
 * Blocks the signals (but those that are ignored) for this thread and all that it starts,
 * and watches out for them. Without a thread for it they do what they do by default.
 * `client` must outlive the watch.
 */
void signals_begin(struct signals *signals, struct scanreq_client *client);

/* Whether one came. From any thread. */
bool signals_stopped(struct signals *signals);

/* Ends the watch. Returns the number of the first signal, or 0. */
int signals_end(struct signals *signals);

#endif
