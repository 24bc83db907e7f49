/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/buf.h"
#include "tests/unit/server.h"

#define REQUEST_MAX 1000000

/* How many bytes a request has, or 0 while its head is not whole. */
static size_t request_length(const struct buf *text)
{
	const char *end = strstr(buf_str(text), "\r\n\r\n");
	const char *field = strcasestr(buf_str(text), "\r\nContent-Length:");

	if (!end)
		return 0;
	return (size_t)(end + 4 - text->data) +
	       (field && field < end
		    ? strtoul(field + strlen("\r\nContent-Length:"), NULL, 10)
		    : 0);
}

static bool receive(int fd, struct buf *text)
{
	char block[4096];
	ssize_t n = recv(fd, block, sizeof(block), 0);

	if (n > 0)
		buf_add(text, block, (size_t)n);
	return n > 0;
}

/* Reads one request and keeps it, be it a part; false when the client went away. */
static bool read_request(struct server *server, int fd)
{
	struct buf text CLEANUP_BUF = BUF_INIT(REQUEST_MAX);
	bool there = true;
	size_t want;

	while (there && ((want = request_length(&text)) == 0 || text.len < want))
		there = receive(fd, &text);
	if (text.len > 0 && strv_add(&server->requests, buf_str(&text)))
		abort();
	return there;
}

static void send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

static const struct step *peek(const struct server *server)
{
	static const struct step nothing = { .close = true };

	return server->next < server->count ? &server->steps[server->next] : &nothing;
}

static void answer(struct server *server, size_t i, const struct step *step)
{
	server->next++;
	if (step->answer)
		send_all(server->fds[i], step->answer,
			 step->len ? step->len : strlen(step->answer));
	if (step->close) {
		/* Closing with unread bytes would reset the connection. */
		shutdown(server->fds[i], SHUT_WR);
		server->finished[i] = true;
	}
}

static void add_connection(struct server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0 || server->open == SERVER_CONNECTIONS)
		abort();
	server->fds[server->open] = fd;
	server->finished[server->open] = false;
	server->connections++;
	if (peek(server)->first)
		answer(server, server->open, peek(server));
	server->open++;
}

static void remove_connection(struct server *server, size_t i)
{
	close(server->fds[i]);
	server->open--;
	server->fds[i] = server->fds[server->open];
	server->finished[i] = server->finished[server->open];
}

/* Something came on a connection, if only its end. */
static void serve_one(struct server *server, size_t i)
{
	struct buf ignored CLEANUP_BUF = BUF_INIT(REQUEST_MAX);

	if (server->finished[i]) {
		if (!receive(server->fds[i], &ignored))
			remove_connection(server, i);
	} else if (read_request(server, server->fds[i])) {
		answer(server, i, peek(server));
	} else {
		remove_connection(server, i);
	}
}

/* Waits for a connection, for bytes, or for the stop; false when all is over. */
static bool turn(struct server *server, bool *stopping)
{
	struct pollfd polled[2 + SERVER_CONNECTIONS] = {
		{ .fd = server->listener, .events = POLLIN },
		{ .fd = *stopping ? -1 : server->stop[0], .events = POLLIN },
	};
	size_t open = server->open;

	for (size_t i = 0; i < open; i++)
		polled[2 + i] = (struct pollfd){ .fd = server->fds[i], .events = POLLIN };
	if (poll(polled, 2 + open, *stopping && open == 0 ? 0 : -1) == 0)
		return false;
	if (polled[1].revents)
		*stopping = true;
	if (polled[0].revents)
		add_connection(server);
	for (size_t i = open; i-- > 0;)
		if (polled[2 + i].revents)
			serve_one(server, i);
	return true;
}

static void *serve(void *arg)
{
	bool stopping = false;

	while (turn(arg, &stopping))
		;
	return NULL;
}

static void listen_at(struct server *server, const struct sockaddr *address, socklen_t len)
{
	server->listener = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(server->listener >= 0);
	assert_int_equal(bind(server->listener, address, len), 0);
	assert_int_equal(listen(server->listener, 16), 0);
	assert_int_equal(pipe2(server->stop, O_CLOEXEC), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
	server->running = true;
}

void server_start(struct server *server, const struct step *steps, size_t count)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);

	*server = (struct server){ .steps = steps, .count = count };
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listen_at(server, (struct sockaddr *)&address, len);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
	server->port = ntohs(address.sin_port);
}

void server_start_unix(struct server *server, const char *path, const struct step *steps,
		       size_t count)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	*server = (struct server){ .steps = steps, .count = count };
	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path) + 1);
	listen_at(server, (struct sockaddr *)&address, sizeof(address));
}

void server_stop(struct server *server)
{
	if (!server->running)
		return;
	close(server->stop[1]);
	pthread_join(server->thread, NULL);
	close(server->stop[0]);
	close(server->listener);
	server->running = false;
	server->port = 0;
}

void server_free(struct server *server)
{
	server_stop(server);
	strv_free(&server->requests);
}
