/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/time.h"
#include "net/holds.h"

/* An origin that requests are held for. An expired one is a free slot. */
struct hold {
	bool https;
	int port;
	char host[LIMIT_HOST + 1];
	int64_t until_ms; /* time_monotonic() */
};

struct holds {
	pthread_mutex_t mutex;
	struct hold holds[LIMIT_HOLDS];
};

struct holds *holds_new(void)
{
	struct holds *made = calloc(1, sizeof(*made));

	if (made)
		pthread_mutex_init(&made->mutex, NULL);
	return made;
}

void holds_free(struct holds **holds)
{
	if (!*holds)
		return;
	pthread_mutex_destroy(&(*holds)->mutex);
	free(*holds);
	*holds = NULL;
}

static bool is_of(const struct hold *hold, const struct url *url)
{
	return hold->https == url->https && hold->port == url->port &&
	       strcmp(hold->host, url->host) == 0;
}

static struct hold *holds_find(struct holds *holds, const struct url *url)
{
	for (size_t i = 0; i < LIMIT_HOLDS; i++)
		if (is_of(&holds->holds[i], url))
			return &holds->holds[i];
	return NULL;
}

static struct hold *find_free(struct holds *holds, int64_t now_ms)
{
	for (size_t i = 0; i < LIMIT_HOLDS; i++)
		if (holds->holds[i].until_ms <= now_ms)
			return &holds->holds[i];
	return NULL;
}

void holds_add(struct holds *holds, const struct url *url, int64_t ms)
{
	int64_t now_ms = time_monotonic();
	struct hold *hold;

	if (strlen(url->host) > LIMIT_HOST)
		return;
	pthread_mutex_lock(&holds->mutex);
	hold = holds_find(holds, url);
	if (!hold)
		hold = find_free(holds, now_ms);
	/* If no slot is free, the next request learns again that the host is busy. */
	if (hold) {
		if (!is_of(hold, url)) {
			hold->https = url->https;
			hold->port = url->port;
			memcpy(hold->host, url->host, strlen(url->host) + 1);
			hold->until_ms = 0;
		}
		if (hold->until_ms < now_ms + ms)
			hold->until_ms = now_ms + ms;
	}
	pthread_mutex_unlock(&holds->mutex);
}

int64_t holds_left(struct holds *holds, const struct url *url)
{
	const struct hold *hold;
	int64_t left = 0;

	pthread_mutex_lock(&holds->mutex);
	hold = holds_find(holds, url);
	if (hold)
		left = hold->until_ms - time_monotonic();
	pthread_mutex_unlock(&holds->mutex);
	return left > 0 ? left : 0;
}
