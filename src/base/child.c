/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/error.h"
#include "base/str.h"
#include "base/time.h"

#define BLOCK 4096
/* Interval of checks whether a silent helper has ended. */
#define TICK_MS 20
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

/* --- the helper's environment ------------------------------------------------------ */

static const char *const own_keys[] = {
	"SCANREQ_TOKEN",
	"ALIBABA_CLOUD_ACCESS_KEY_ID",
	"ALIBABA_CLOUD_ACCESS_KEY_SECRET",
	"ALIBABA_CLOUD_SECURITY_TOKEN",
};

static bool is_own_key(const char *variable)
{
	const char *rest;

	for (size_t i = 0; i < ARRAY_LENGTH(own_keys); i++)
		if (str_prefix(variable, own_keys[i], &rest) && *rest == '=')
			return true;
	return false;
}

/* Returns the environment without our keys; the caller frees the vector, not its texts. */
static char **make_environment(bool keep_keys)
{
	size_t count = 0, kept = 0;
	char **made;

	while (environ && environ[count])
		count++;
	made = calloc(count + 1, sizeof(*made));
	for (size_t i = 0; made && i < count; i++)
		if (keep_keys || !is_own_key(environ[i]))
			made[kept++] = environ[i];
	return made;
}

static bool is_program(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
	       faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

/*
 * Sets *path, which the caller frees, to `name` if it has a slash, else to the first such
 * program in PATH. *path stays NULL if there is none. Returns 0 or SCANREQ_E_NOMEM.
 */
static int find_program(const char *name, char **path)
{
	const char *at = env_value("PATH");
	char *candidate CLEANUP_FREE = NULL;

	if (strchr(name, '/'))
		return access(name, F_OK) == 0 ? str_copy(path, name) : 0;
	for (at = at ? at : DEFAULT_PATH; *at;) {
		int len = (int)strcspn(at, ":");

		free(candidate);
		candidate = str_format("%.*s/%s", len, at, name);
		if (!candidate)
			return SCANREQ_E_NOMEM;
		if (*at == '/' && is_program(candidate)) {
			*path = TAKE(candidate);
			return 0;
		}
		at += len;
		at += *at == ':';
	}
	return 0;
}

/* A memory file: a helper that does not read its input causes no SIGPIPE. */
static int open_input(const char *text)
{
	int fd = text ? memfd_create("input", MFD_CLOEXEC)
		      : open("/dev/null", O_RDONLY | O_CLOEXEC);
	size_t len = text ? strlen(text) : 0;

	if (fd >= 0 && len > 0 &&
	    (write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* --- starting ---------------------------------------------------------------------- */

struct starting {
	const char *path;
	const char *const *argv;
	char **environment;
	int input;
	int null;       /* for standard error */
	int output[2];  /* its standard output */
	int failure[2]; /* carries the errno if exec fails; closed by exec */
	unsigned int descriptors;
};

static void starting_end(struct starting *s)
{
	int *const fds[] = { &s->input, &s->null, &s->output[0], &s->output[1],
			     &s->failure[0], &s->failure[1] };

	for (size_t i = 0; i < ARRAY_LENGTH(fds); i++)
		cleanup_close(fds[i]);
	free(s->environment);
}

/* Runs in the new process, where only async-signal-safe calls are allowed. */
static void reset_signals(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		sigaction(i, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_on_exec(unsigned int descriptors)
{
#if defined SYS_close_range && defined CLOSE_RANGE_CLOEXEC
	if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return;
#endif
	for (unsigned int fd = 3; fd < descriptors; fd++)
		fcntl((int)fd, F_SETFD, FD_CLOEXEC);
}

/* Runs in the new process: executes the helper, or reports the errno. */
__attribute__((noreturn)) static void become(const struct starting *s)
{
	int number;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(s->input, 0) >= 0 && dup2(s->output[1], 1) >= 0 && dup2(s->null, 2) >= 0) {
		close_on_exec(s->descriptors);
		reset_signals();
		/* execve() does not change the texts; its types lack const. */
		execve(s->path, (char *const *)(uintptr_t)s->argv, s->environment);
	}
	number = errno;
	while (write(s->failure[1], &number, sizeof(number)) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* The calling program may have closed 0 to 2, so ours must be moved above them. */
static bool raise_descriptor(int *fd)
{
	int above = *fd < 3 ? fcntl(*fd, F_DUPFD_CLOEXEC, 3) : *fd;

	if (above != *fd)
		close(*fd);
	*fd = above;
	return above >= 0;
}

static bool open_descriptors(const struct child_run *run, struct starting *s)
{
	struct rlimit limit = { 0 };

	s->input = open_input(run->input);
	s->null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (s->input < 0 || s->null < 0 || pipe2(s->output, O_CLOEXEC) ||
	    pipe2(s->failure, O_CLOEXEC))
		return false;
	getrlimit(RLIMIT_NOFILE, &limit);
	s->descriptors = limit.rlim_cur < INT32_MAX ? (unsigned int)limit.rlim_cur : INT32_MAX;
	return raise_descriptor(&s->input) && raise_descriptor(&s->null) &&
	       raise_descriptor(&s->output[1]) && raise_descriptor(&s->failure[1]) &&
	       fcntl(s->output[0], F_SETFL, O_NONBLOCK) == 0;
}

/* Returns the process, or -1. Signals are blocked, so no handler of ours runs in it. */
static pid_t child_start(struct starting *s)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		become(s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (pid > 0) {
		/* The child does this, too: the group must exist before it can be killed. */
		setpgid(pid, pid);
		cleanup_close(&s->output[1]);
		cleanup_close(&s->failure[1]);
		s->output[1] = s->failure[1] = -1;
	}
	return pid;
}

/* --- waiting ----------------------------------------------------------------------- */

/* Adds the bytes that are in the pipe. Returns false at its end. */
static bool drain(int fd, struct buf *out)
{
	char block[BLOCK];
	ssize_t n = 0;

	while (!out->failed) {
		n = read(fd, block, sizeof(block));
		if (n > 0)
			buf_add(out, block, (size_t)n);
		else if (n == 0 || errno != EINTR)
			break;
	}
	explicit_bzero(block, sizeof(block));
	return n > 0 || (n < 0 && errno == EAGAIN);
}

/* Returns whether the process has ended, without reaping it. */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       info.si_pid == pid;
}

/* Reads until the helper has ended or must be killed. */
static enum child_end attend(pid_t pid, int fd, int64_t timeout_ms, struct buf *out)
{
	int64_t deadline = time_monotonic() + timeout_ms;
	bool more = true;

	for (;;) {
		bool ended = has_ended(pid);
		struct pollfd ready = { .fd = fd, .events = POLLIN };

		more = more && drain(fd, out);
		if (out->failed)
			return CHILD_FLOODED;
		if (ended)
			return CHILD_EXITED;
		if (time_monotonic() >= deadline)
			return CHILD_TIMED_OUT;
		/* A helper that has closed its output usually ends within a millisecond. */
		poll(&ready, more ? 1 : 0, more ? TICK_MS : 1);
	}
}

/* Returns the errno of a failed exec, or 0. */
static int start_failure(int fd)
{
	int number = 0;
	ssize_t n;

	while ((n = read(fd, &number, sizeof(number))) < 0 && errno == EINTR)
		;
	return n == (ssize_t)sizeof(number) ? number : 0;
}

/* Returns false if the status is lost because the program reaped the process. */
static bool reap(pid_t pid, int *status)
{
	pid_t got;

	while ((got = waitpid(pid, status, 0)) < 0 && errno == EINTR)
		;
	return got == pid;
}

static int child_finish(pid_t pid, int failure, struct child_result *result,
			struct scanreq_error *err)
{
	int status = 0;

	if (result->end != CHILD_EXITED)
		kill(-pid, SIGKILL);
	if (!reap(pid, &status))
		return error_set(err, SCANREQ_CODE_INTERNAL,
				 "cannot learn how a helper ended: is SIGCHLD ignored?");
	if (failure)
		*result = (struct child_result){ CHILD_NOT_STARTED, failure };
	else if (result->end == CHILD_EXITED && WIFSIGNALED(status))
		*result = (struct child_result){ CHILD_SIGNALLED, WTERMSIG(status) };
	else if (result->end == CHILD_EXITED)
		result->status = WEXITSTATUS(status);
	return 0;
}

/* --- the whole --------------------------------------------------------------------- */

static int run_program(const struct child_run *run, const char *path, struct buf *out,
		       struct child_result *result, struct scanreq_error *err)
{
	struct starting s CLEANUP(starting_end) = {
		.path = path,
		.argv = run->argv,
		.environment = make_environment(run->keep_keys),
		.input = -1,
		.null = -1,
		.output = { -1, -1 },
		.failure = { -1, -1 },
	};
	int failure;
	pid_t pid;

	if (!s.environment)
		return error_nomem(err);
	pid = open_descriptors(run, &s) ? child_start(&s) : -1;
	if (pid < 0)
		return error_system(err, SCANREQ_CODE_INTERNAL, errno, "cannot run %s",
				    run->argv[0]);
	failure = start_failure(s.failure[0]);
	result->end = attend(pid, s.output[0], run->timeout_ms, out);
	return child_finish(pid, failure, result, err);
}

int child_run(const struct child_run *run, struct buf *out, struct child_result *result,
	      struct scanreq_error *err)
{
	char *path CLEANUP_FREE = NULL;
	int failed;

	*result = (struct child_result){ CHILD_NOT_FOUND, 0 };
	if (find_program(run->argv[0], &path))
		return error_nomem(err);
	if (!path)
		return 0;
	failed = run_program(run, path, out, result, err);
	if (!failed && out->failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	return failed;
}

void child_describe(const struct child_result *result, struct buf *out)
{
	switch (result->end) {
	case CHILD_EXITED:
		buf_addf(out, "exited with status %d", result->status);
		break;
	case CHILD_SIGNALLED:
		buf_addf(out, "was ended by signal %d", result->status);
		break;
	case CHILD_NOT_FOUND:
		buf_puts(out, "was not found");
		break;
	case CHILD_NOT_STARTED:
		errno = result->status;
		buf_addf(out, "could not be started: %m");
		break;
	case CHILD_TIMED_OUT:
		buf_puts(out, "did not end in time");
		break;
	case CHILD_FLOODED:
		buf_puts(out, "wrote more than it may");
		break;
	}
}
