/* SPDX-License-Identifier: MIT */
/*
 * What SIGINT, SIGTERM and SIGHUP do to a run: it begins no other image and files nothing
 * more, but it waits for requests on their way and writes all results. A second signal, or
 * SIGNALS_GRACE_S later, cancels those requests, too. A third signal has its default action.
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

/* What the run must finish after a signal. */
enum signals_kind {
	SIGNALS_OF_MANY, /* the results of several images */
	SIGNALS_OF_ONE, /* one image's request: before it is sent, a signal ends the program */
	SIGNALS_OF_WAITS, /* requests as above; waiting for tasks may be given up */
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
 * Blocks the signals, except ignored ones, for this thread and all that it starts, and
 * starts a thread that waits for them. If that fails, they keep their default actions.
 * `client` must outlive the watch.
 */
void signals_begin(struct signals *signals, struct scanreq_client *client,
		   enum signals_kind kind);

/*
 * Called before a request is sent. With SIGNALS_OF_ONE the watch begins here. Returns false
 * if a signal has come: the request must not be sent. With SIGNALS_OF_WAITS the first signal
 * ends the waits at once unless a request is on its way. Call signals_sent() in both cases.
 */
bool signals_sending(struct signals *signals);
void signals_sent(struct signals *signals);

/* Whether a signal came. Any thread may call it. */
bool signals_stopped(struct signals *signals);

/* Ends the watch. Returns the number of the first signal, or 0. */
int signals_end(struct signals *signals);

#endif
