/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/pace.h"

#define SECOND_US 1000000

/* The lowest rate of a host with a limit. */
#define RATE_MIN 0.1
/* The same without one: a registry that is busy now and then is left alone, not slowed down. */
#define RATE_MIN_UNLIMITED 100
/* What an answer adds to a rate: so much a second, or by a tenth a second if that is more. */
#define GROWTH 0.5
#define GROWTH_SHARE 0.1
/* Longer than any run waits. */
#define REST_MAX_MS ((int64_t)365 * 24 * 3600 * 1000)
/* A host without a limit is paced until its rate is so many times the one that it refused. */
#define FORGET 4

/* The pacer of one origin. Without a host it is free. */
struct pace {
	bool https;
	int port;
	char host[LIMIT_HOST + 1];
	double limit;       /* requests a second; 0: none */
	double rate;        /* the same, now; 0: no pace */
	double refused;     /* the rate that the host refused; 0: none yet */
	int64_t next_us;    /* the next free turn */
	int64_t halved_us;  /* when the rate was halved */
	int64_t counted_us; /* the beginning of the second that is counted */
	double count;       /* turns taken in it */
	double busiest;     /* turns in the second before, if more */
	uint64_t refusals;
};

struct paces {
	pthread_mutex_t mutex;
	struct pace paces[LIMIT_PACES];
};

struct paces *paces_new(void)
{
	struct paces *made = calloc(1, sizeof(*made));

	if (made)
		pthread_mutex_init(&made->mutex, NULL);
	return made;
}

void paces_free(struct paces **paces)
{
	if (!*paces)
		return;
	pthread_mutex_destroy(&(*paces)->mutex);
	free(*paces);
	*paces = NULL;
}

static bool pace_is_of(const struct pace *pace, const struct url *url)
{
	return pace->https == url->https && pace->port == url->port &&
	       strcmp(pace->host, url->host) == 0;
}

/*
 * The pacer of an origin, which takes a free place or that of the host that was asked the longest
 * time ago. NULL for a host that is too long. Needs the mutex.
 */
static struct pace *pace_of(struct paces *paces, const struct url *url)
{
	struct pace *oldest = &paces->paces[0];

	if (strlen(url->host) > LIMIT_HOST)
		return NULL;
	for (size_t i = 0; i < LIMIT_PACES; i++) {
		struct pace *pace = &paces->paces[i];

		if (pace_is_of(pace, url))
			return pace;
		if (pace->next_us < oldest->next_us)
			oldest = pace;
	}
	*oldest = (struct pace){ .https = url->https, .port = url->port };
	memcpy(oldest->host, url->host, strlen(url->host) + 1);
	return oldest;
}

void pace_limit(struct paces *paces, const struct url *url, double per_second)
{
	struct pace *pace;

	pthread_mutex_lock(&paces->mutex);
	pace = pace_of(paces, url);
	if (pace && (per_second < pace->limit || per_second > pace->limit)) {
		pace->limit = per_second;
		pace->rate = per_second;
	}
	pthread_mutex_unlock(&paces->mutex);
}

/* Counts a turn, to know the rate that a host without a limit refuses. */
static void pace_count(struct pace *pace, int64_t now_us)
{
	if (now_us - pace->counted_us >= SECOND_US) {
		pace->busiest = now_us - pace->counted_us < 2 * SECOND_US ? pace->count : 0;
		pace->counted_us = now_us;
		pace->count = 0;
	}
	pace->count++;
}

struct pace_turn pace_take(struct paces *paces, const struct url *url, int64_t now_us)
{
	struct pace_turn turn = { .at_us = now_us };
	struct pace *pace;

	pthread_mutex_lock(&paces->mutex);
	pace = pace_of(paces, url);
	if (pace) {
		if (pace->next_us > now_us)
			turn.at_us = pace->next_us;
		turn.refusals = pace->refusals;
		pace->next_us = turn.at_us;
		if (pace->rate > 0)
			pace->next_us += (int64_t)(SECOND_US / pace->rate);
		pace_count(pace, now_us);
	}
	pthread_mutex_unlock(&paces->mutex);
	return turn;
}

bool pace_keeps(struct paces *paces, const struct url *url, const struct pace_turn *turn)
{
	const struct pace *pace;
	bool keeps;

	pthread_mutex_lock(&paces->mutex);
	pace = pace_of(paces, url);
	keeps = !pace || pace->refusals == turn->refusals;
	pthread_mutex_unlock(&paces->mutex);
	return keeps;
}

static double pace_observed(const struct pace *pace)
{
	return pace->count > pace->busiest ? pace->count : pace->busiest;
}

/* Requests that were sent at the old rate may still be refused: they do not halve the new one. */
static void pace_halve(struct pace *pace, int64_t now_us)
{
	double least = pace->limit > 0 ? RATE_MIN : RATE_MIN_UNLIMITED;

	if (pace->refusals > 0 && now_us - pace->halved_us < SECOND_US)
		return;
	pace->refused = pace->rate > 0 ? pace->rate : pace_observed(pace);
	pace->rate = pace->refused / 2 > least ? pace->refused / 2 : least;
	pace->halved_us = now_us;
}

/* How long a host is left alone after a refusal. */
static int64_t pace_rest_us(const struct pace *pace, int64_t asked_ms)
{
	if (asked_ms < 0)
		return (int64_t)(SECOND_US / pace->rate);
	return asked_ms < REST_MAX_MS ? asked_ms * 1000 : REST_MAX_MS * 1000;
}

void pace_refused(struct paces *paces, const struct url *url, int64_t asked_ms, int64_t now_us)
{
	struct pace *pace;

	pthread_mutex_lock(&paces->mutex);
	pace = pace_of(paces, url);
	if (pace) {
		pace_halve(pace, now_us);
		pace->refusals++;
		pace->next_us = now_us + pace_rest_us(pace, asked_ms);
	}
	pthread_mutex_unlock(&paces->mutex);
}

void pace_passed(struct paces *paces, const struct url *url)
{
	struct pace *pace;

	pthread_mutex_lock(&paces->mutex);
	pace = pace_of(paces, url);
	if (pace && pace->rate > 0 && pace->refused > 0) {
		double share = GROWTH / pace->rate;

		pace->rate += share > GROWTH_SHARE ? share : GROWTH_SHARE;
		if (pace->limit > 0 && pace->rate > pace->limit)
			pace->rate = pace->limit;
		else if (pace->limit <= 0 && pace->rate > FORGET * pace->refused)
			pace->rate = 0;
	}
	pthread_mutex_unlock(&paces->mutex);
}
