/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/str.h"
#include "source/engine/socket.h"

#define DOCKER_SOCKET "/var/run/docker.sock"
#define PODMAN_SOCKET "/run/podman/podman.sock"
#define UNIX_SCHEME "unix://"

/* The advice that needs no engine. */
#define OTHERWISE "pipe the image in: docker save IMAGE | scanreq ... -"

static int refuse_missing(const char *path, struct scanreq_error *err)
{
	return error_system(err, SCANREQ_CODE_ENGINE_UNREACHABLE, errno,
			    "no engine at %s: start it, or set socket", path);
}

/* Connecting to a socket needs permission to write (unix(7)). */
static int engine_socket_check(const char *path, struct scanreq_error *err)
{
	struct stat st = { 0 };

	if (strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return error_set(err, SCANREQ_CODE_SETTING_INVALID,
				 "%s is too long for a socket's path", path);
	if (stat(path, &st) != 0 && errno != EACCES)
		return refuse_missing(path, err);
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
		return S_ISSOCK(st.st_mode)
			       ? 0
			       : error_set(err, SCANREQ_CODE_ENGINE_UNREACHABLE,
					   "%s is no socket: set socket to the engine's", path);
	if (errno == EACCES || errno == EPERM)
		return error_system(
			err, SCANREQ_CODE_ENGINE_DENIED, errno,
			"the engine at %s: use an account that may talk to it, or " OTHERWISE,
			path);
	return refuse_missing(path, err);
}

static int engine_socket_use(const char *path, char **found, struct scanreq_error *err)
{
	int failed = engine_socket_check(path, err);

	if (failed)
		return failed;
	return str_copy(found, path) ? error_nomem(err) : 0;
}

/* DOCKER_HOST as docker's client reads it; an empty one is not set. */
static int use_host(const char *host, char **found, struct scanreq_error *err)
{
	const char *path;

	if (str_prefix(host, UNIX_SCHEME, &path) && *path == '/')
		return engine_socket_use(path, found, err);
	/* Quotes the scheme alone: a user and a password may follow. */
	return error_about(error_set(err, SCANREQ_CODE_SETTING_INVALID,
				     "DOCKER_HOST is %.*s...: only an engine on a unix socket is "
				     "asked: set socket, or " OTHERWISE,
				     (int)strcspn(host, ":/"), host),
			   "socket", err);
}

static bool exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 || errno == EACCES;
}

static int use_default(char **found, struct scanreq_error *err)
{
	const char *runtime = env_value("XDG_RUNTIME_DIR");
	char *own CLEANUP_FREE = NULL;

	if (runtime && asprintf(&own, "%s/podman/podman.sock", runtime) < 0) {
		own = NULL;
		return error_nomem(err);
	}
	if (exists(DOCKER_SOCKET))
		return engine_socket_use(DOCKER_SOCKET, found, err);
	if (own && exists(own))
		return engine_socket_use(own, found, err);
	if (exists(PODMAN_SOCKET))
		return engine_socket_use(PODMAN_SOCKET, found, err);
	return error_set(err, SCANREQ_CODE_ENGINE_UNREACHABLE,
			 "no engine is found: neither %s%s%s nor %s is there: start one, set "
			 "socket, or " OTHERWISE,
			 DOCKER_SOCKET, own ? ", " : "", own ? own : "", PODMAN_SOCKET);
}

int engine_socket_find(const char *given, char **path, struct scanreq_error *err)
{
	const char *host = env_value("DOCKER_HOST");

	if (given)
		return engine_socket_use(given, path, err);
	if (host)
		return use_host(host, path, err);
	return use_default(path, err);
}
