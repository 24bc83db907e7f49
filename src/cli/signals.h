/* SPDX-License-Identifier: MIT */
/*
 * What SIGINT, SIGTERM and SIGHUP do to a run: no other image is begun
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

/* What the run has to see through. */
enum signals_kind {
	SIGNALS_OF_MANY, /* the results of several images */
	SIGNALS_OF_ONE, /* one image's request: before it is sent, a signal ends the program */
	SIGNALS_OF_WAITS, /* besides, the ends of tasks, which may be given up */
};

struct signals {
	struct scanreq_client *client;
	sigset_t set, before;
	pthread_t watcher;
	bool watching;
	atomic_int caught; /* the number of the first; 0: none */
	int wake;	   /* can be read once one came; -1: none */
	enum signals_kind kind;
	atomic_int busy; /* requests on their way that must not be given up */
	atomic_bool over;
};

/*
 * Blocks the signals (but those that are ignored) for this thread and all that it starts,
 * and watches out for them. Without a thread for it they do what they do by default.
 * `client` must outlive the watch.
 */
void signals_begin(struct signals *signals, struct scanreq_client *client,
		   enum signals_kind kind);

/*
 * A request is about to be sent; of SIGNALS_OF_ONE the watch begins here, in the thread
 * that began it. False when a signal has come: it must not be. Where the
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
