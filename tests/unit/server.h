/* SPDX-License-Identifier: MIT */
/*
 * A tiny HTTP server on a free loopback port or a unix socket, in a thread of the test. It
 * plays steps in order, one a request, and keeps what it was sent. A request after the last
 * step is kept, too, and gets no answer.
 */
#ifndef UNIT_SERVER_H
#define UNIT_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct step {
	const char *answer; /* the bytes to send; NULL: none */
	size_t len;         /* 0: strlen(answer) */
	bool close;         /* nothing more is said on the connection */
	bool first;         /* answers before anything was read */
};

#define SERVER_CONNECTIONS 8

struct server {
	bool running;
	int port; /* 0 on a unix socket */
	int listener;
	int stop[2]; /* a pipe: its end says that no more clients will come */
	int fds[SERVER_CONNECTIONS];
	bool finished[SERVER_CONNECTIONS]; /* what still comes is not answered */
	size_t open;
	pthread_t thread;
	const struct step *steps;
	size_t count;
	size_t next;
	/* What came, for after server_stop(). */
	struct strv requests; /* head and body of each, in order, parts too */
	int connections;
};

/* Starts the server; the steps must outlive it. */
void server_start(struct server *server, const struct step *steps, size_t count);

/* The same on a unix socket at `path`, which must be free. */
void server_start_unix(struct server *server, const char *path, const struct step *steps,
		       size_t count);

/*
 * Waits until all is read that clients sent, and ends the server. The clients must have
 * closed their connections. Calling it again does nothing.
 */
void server_stop(struct server *server);

void server_free(struct server *server);

#endif
