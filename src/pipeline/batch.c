/* SPDX-License-Identifier: MIT */
/*
 * A ring of slots is the window between the oldest item that is not yet taken over and the
 * newest that was begun. Workers fill it at one end, the caller's thread empties it at the
 * other; a slow item holds up at most the window.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <scanreq/error.h>

#include "base/cleanup.h"
#include "pipeline/batch.h"

/* Slots for each thread: so many may be done while the oldest is not. */
#define SLOTS_PER_JOB 4

struct slot {
	void *item;
	bool worked;
	bool finished;
};

struct runner {
	const struct batch *batch;
	pthread_mutex_t reading; /* held for next(), which may wait for its input, and for what
				    is settled of its item; taken first */
	pthread_mutex_t mutex;	 /* guards what follows */
	pthread_cond_t room;	 /* for workers: a slot is free, or the end is reached */
	pthread_cond_t finished; /* for the caller: the oldest slot may be finished */
	struct slot *slots;
	size_t slot_count;
	size_t begun; /* items from next() so far */
	size_t taken; /* items that done() had */
	bool ended;   /* next() has no more */
	bool stopping;
	int failed; /* what next() returned, when negative */
	pthread_t threads[BATCH_JOBS_MAX];
	size_t thread_count;
};

/* --- workers ----------------------------------------------------------------------- */

/* Waits for a free slot. False when the list came to its end meanwhile. */
static bool wait_for_room(struct runner *r)
{
	bool room;

	pthread_mutex_lock(&r->mutex);
	while (!r->ended && r->begun - r->taken == r->slot_count)
		pthread_cond_wait(&r->room, &r->mutex);
	room = !r->ended;
	pthread_mutex_unlock(&r->mutex);
	return room;
}

static bool is_stopping(struct runner *r)
{
	bool stopping;

	pthread_mutex_lock(&r->mutex);
	stopping = r->stopping;
	pthread_mutex_unlock(&r->mutex);
	return stopping || r->batch->stopped(r->batch->arg);
}

/* Puts what next() gave into the next slot, or notes the end. */
static struct slot *fill_slot(struct runner *r, int got, void *item, bool worked)
{
	struct slot *slot = NULL;

	pthread_mutex_lock(&r->mutex);
	if (got > 0) {
		slot = &r->slots[r->begun++ % r->slot_count];
		*slot = (struct slot){ .item = item, .worked = worked };
	} else {
		r->failed = got;
		r->ended = true;
		pthread_cond_broadcast(&r->finished);
	}
	pthread_mutex_unlock(&r->mutex);
	return slot;
}

/*
 * The next item in its slot; NULL at the end. Whether it is worked on is settled before
 * the one after it is: those that are not are the last ones, without a gap.
 */
static struct slot *begin_item(struct runner *r)
{
	struct slot *slot = NULL;

	pthread_mutex_lock(&r->reading);
	if (wait_for_room(r)) {
		void *item = NULL;
		int got = r->batch->next(r->batch->arg, &item);

		slot = fill_slot(r, got, item, got > 0 && !is_stopping(r));
	}
	pthread_mutex_unlock(&r->reading);
	return slot;
}

static void batch_finish(struct runner *r, struct slot *slot)
{
	pthread_mutex_lock(&r->mutex);
	slot->finished = true;
	pthread_cond_signal(&r->finished);
	pthread_mutex_unlock(&r->mutex);
}

static void *work(void *arg)
{
	struct runner *r = arg;
	struct slot *slot;

	while ((slot = begin_item(r)) != NULL) {
		if (slot->worked)
			r->batch->work(r->batch->arg, slot->item);
		batch_finish(r, slot);
	}
	return NULL;
}

/* Signals are the first thread's: it knows what to do with them. */
static void start_workers(struct runner *r)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (r->thread_count < r->batch->jobs &&
	       pthread_create(&r->threads[r->thread_count], NULL, work, r) == 0)
		r->thread_count++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* --- the caller's thread ----------------------------------------------------------- */

/* Takes over what is finished, in order, until the list is through. */
static void take_over(struct runner *r)
{
	const struct batch *b = r->batch;

	pthread_mutex_lock(&r->mutex);
	while (!r->ended || r->taken < r->begun) {
		struct slot slot = r->slots[r->taken % r->slot_count];
		bool go_on;

		if (r->taken == r->begun || !slot.finished) {
			pthread_cond_wait(&r->finished, &r->mutex);
			continue;
		}
		pthread_mutex_unlock(&r->mutex);
		go_on = b->done(b->arg, slot.item, slot.worked);
		pthread_mutex_lock(&r->mutex);
		r->taken++;
		r->stopping = r->stopping || !go_on;
		pthread_cond_signal(&r->room);
	}
	pthread_mutex_unlock(&r->mutex);
}

static int run_threads(struct runner *r)
{
	r->slot_count = r->batch->jobs * SLOTS_PER_JOB;
	r->slots = calloc(r->slot_count, sizeof(*r->slots));
	if (!r->slots)
		return SCANREQ_E_NOMEM;
	pthread_mutex_init(&r->reading, NULL);
	pthread_mutex_init(&r->mutex, NULL);
	pthread_cond_init(&r->room, NULL);
	pthread_cond_init(&r->finished, NULL);
	start_workers(r);
	if (r->thread_count > 0)
		take_over(r);
	else
		r->failed = SCANREQ_E_NOMEM;
	for (size_t i = 0; i < r->thread_count; i++)
		pthread_join(r->threads[i], NULL);
	pthread_cond_destroy(&r->finished);
	pthread_cond_destroy(&r->room);
	pthread_mutex_destroy(&r->mutex);
	pthread_mutex_destroy(&r->reading);
	free(r->slots);
	return r->failed;
}

/* One job: no thread is started, which one image would wait for. */
static int run_here(const struct batch *b)
{
	bool stopping = false;
	void *item = NULL;
	int got;

	while ((got = b->next(b->arg, &item)) > 0) {
		bool worked = !stopping && !b->stopped(b->arg);

		if (worked)
			b->work(b->arg, item);
		stopping = !b->done(b->arg, item, worked) || stopping;
	}
	return got;
}

int batch_run(const struct batch *batch)
{
	struct runner runner = { .batch = batch };

	return batch->jobs <= 1 ? run_here(batch) : run_threads(&runner);
}
