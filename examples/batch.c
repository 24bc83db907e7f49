/* SPDX-License-Identifier: MIT */
/*
 * Inspects many images on several threads that share one client:
 *
 *	cc -pthread batch.c $(pkg-config --cflags --libs scanreq)
 *	./batch registry.example.com/shop/web:1 registry.example.com/shop/api:7
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <scanreq/scanreq.h>

#define THREADS 4

/* One image and its result. Only one thread works on a job. */
struct job {
	const char *name;
	struct scanreq_image *image;
	struct scanreq_error err;
};

struct batch {
	struct scanreq_client *client;
	struct job *jobs;
	size_t count, next;
	pthread_mutex_t lock; /* guards `next` */
};

static struct job *next_job(struct batch *batch)
{
	struct job *job = NULL;

	pthread_mutex_lock(&batch->lock);
	if (batch->next < batch->count)
		job = &batch->jobs[batch->next++];
	pthread_mutex_unlock(&batch->lock);
	return job;
}

static void *work(void *arg)
{
	struct batch *batch = arg;
	struct job *job;

	while ((job = next_job(batch)))
		if (scanreq_image_open(batch->client, job->name, NULL, &job->image, &job->err))
			job->image = NULL;
	return NULL;
}

static void run(struct batch *batch)
{
	pthread_t threads[THREADS];
	size_t started = 0;

	while (started < THREADS && pthread_create(&threads[started], NULL, work, batch) == 0)
		started++;
	if (started == 0)
		work(batch);
	while (started > 0)
		pthread_join(threads[--started], NULL);
}

/* Prints the results in the order of the arguments; returns the number of failures. */
static int report(struct batch *batch)
{
	int failures = 0;

	for (size_t i = 0; i < batch->count; i++) {
		struct job *job = &batch->jobs[i];
		const char *id = job->image ? scanreq_image_fact(job->image,
								 SCANREQ_FACT_CONFIG_DIGEST)
					    : NULL;

		printf("%s: %s\n", job->name, id ? id : job->err.message);
		failures += !job->image;
		scanreq_image_free(job->image);
	}
	return failures;
}

int main(int argc, char **argv)
{
	struct batch batch = { .count = (size_t)argc - 1, .lock = PTHREAD_MUTEX_INITIALIZER };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failures;

	batch.jobs = calloc(batch.count + 1, sizeof(*batch.jobs));
	if (!batch.jobs || scanreq_client_new(NULL, &batch.client, &err)) {
		fprintf(stderr, "batch: %s\n", batch.jobs ? err.message : "out of memory");
		free(batch.jobs);
		return 1;
	}
	for (size_t i = 0; i < batch.count; i++)
		batch.jobs[i].name = argv[i + 1];
	run(&batch);
	failures = report(&batch);
	scanreq_client_free(batch.client);
	free(batch.jobs);
	return failures ? 1 : 0;
}
