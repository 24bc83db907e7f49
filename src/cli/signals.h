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
	bool waits;        /* the run waits for the ends of tasks, which may be given up */
	atomic_int busy;   /* requests on their way that must not be given up */
	atomic_bool over;
};

/*
 * Blocks the signals (but those that are ignored) for this thread and all that it starts,
 * and watches out for them. Without a thread for it they do what they do by default.
 * `client` must outlive the watch.
 */
void signals_begin(struct signals *signals, struct scanreq_client *client, bool waits);

/*
 * A request is about to be sent. False when a signal has come: it must not be. Where the
 * run waits for tasks, the first signal ends the waits at once unless a request is on its
 * way. signals_sent() is due in both cases.
 */
bool signals_sending(struct signals *signals);
void signals_sent(struct signals *signals);

/* Whether one came. From any thread. */
bool signals_stopped(struct signals *signals);

/* Ends the watch. Returns the number of the first signal, or 0. */
int signals_end(struct signals *signals);

#endif
