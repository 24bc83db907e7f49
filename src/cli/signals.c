/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/diagnostics.h"
#include "cli/signals.h"

static void signals_note(struct signals *s, int number)
{
	int none = 0;

	atomic_compare_exchange_strong(&s->caught, &none, number);
	if (s->wake >= 0)
		eventfd_write(s->wake, 1);
}

/* The next signal; 0 when `wait` (NULL: for ever) is over, or the watch. */
static int next_signal(struct signals *s, const struct timespec *wait)
{
	int number;

	do
		number = sigtimedwait(&s->set, NULL, wait);
	while ((number < 0 && errno == EINTR) || (number == SIGURG && !atomic_load(&s->over)));
	return number < 0 || atomic_load(&s->over) ? 0 : number;
}

static void die_of(int number)
{
	sigset_t one;

	signal(number, SIG_DFL);
	sigemptyset(&one);
	sigaddset(&one, number);
	pthread_sigmask(SIG_UNBLOCK, &one, NULL);
	raise(number);
}

/* Skip the message if writing to stderr would block: this thread must not wait. */
static void signals_tell(int number)
{
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (poll(&fd, 1, 0) == 1 && fd.revents & POLLOUT)
		notice(
			"%s: what was sent is waited for, and nothing else is begun; once more"
			" ends that, too",
			strsignal(number));
}

static void *watch(void *arg)
{
	static const struct timespec grace = { .tv_sec = SIGNALS_GRACE_S };
	struct signals *s = arg;
	int number = next_signal(s, NULL);

	if (number > 0) {
		signals_note(s, number);
		signals_tell(number);
		if (s->kind != SIGNALS_OF_WAITS || atomic_load(&s->busy) > 0)
			next_signal(s, &grace);
		if (atomic_load(&s->over))
			return NULL;
		scanreq_client_cancel(s->client);
		number = next_signal(s, NULL);
	}
	if (number > 0)
		die_of(number);
	return NULL;
}

/* Leave signals alone that the parent ignores, as nohup(1) does. */
static void fill_set(sigset_t *set)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

	sigemptyset(set);
	for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
		struct sigaction now;

		if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaddset(set, numbers[i]);
	}
	/* Ends the watch; nobody else sends it to a thread of ours. */
	sigaddset(set, SIGURG);
}

static void signals_start(struct signals *s)
{
	fill_set(&s->set);
	pthread_sigmask(SIG_BLOCK, &s->set, &s->before);
	s->watching = pthread_create(&s->watcher, NULL, watch, s) == 0;
	if (!s->watching)
		pthread_sigmask(SIG_SETMASK, &s->before, NULL);
}

void signals_begin(struct signals *s, struct scanreq_client *client, enum signals_kind kind)
{
	s->client = client;
	s->kind = kind;
	s->watching = false;
	s->wake = kind == SIGNALS_OF_ONE ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	atomic_init(&s->busy, 0);
	atomic_init(&s->caught, 0);
	atomic_init(&s->over, false);
	if (kind != SIGNALS_OF_ONE)
		signals_start(s);
}

bool signals_sending(struct signals *s)
{
	if (s->kind == SIGNALS_OF_ONE && !s->watching)
		signals_start(s);
	atomic_fetch_add(&s->busy, 1);
	return !signals_stopped(s);
}

void signals_sent(struct signals *s)
{
	atomic_fetch_sub(&s->busy, 1);
}

bool signals_stopped(struct signals *s)
{
	return atomic_load(&s->caught) != 0;
}

static void end_watch(struct signals *s)
{
	static const struct timespec now = { .tv_sec = 0 };
	int number;

	atomic_store(&s->over, true);
	pthread_kill(s->watcher, SIGURG);
	pthread_join(s->watcher, NULL);
	s->watching = false;
	/* Take a pending signal, so that it does not end the program before results are written. */
	while ((number = sigtimedwait(&s->set, NULL, &now)) > 0)
		if (number != SIGURG)
			signals_note(s, number);
	pthread_sigmask(SIG_SETMASK, &s->before, NULL);
}

int signals_end(struct signals *s)
{
	if (s->watching)
		end_watch(s);
	cleanup_close(&s->wake);
	s->wake = -1;
	return atomic_load(&s->caught);
}
