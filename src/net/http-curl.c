/* SPDX-License-Identifier: MIT */
/*
 * The transport over libcurl has no thread of its own. One of the threads that wait for an
 * answer is the leader: it drives the multi handle for all requests. The others sleep, each
 * on its own condition. A leader that has its answer signals another thread to lead.
 *
 * `led` is true while there is a leader. Only the leader uses the multi handle, and it does
 * not hold the mutex meanwhile; the mutex guards everything else. The leader resigns and
 * signals under the mutex, and a thread that wakes up checks `led` again, so a pending
 * request always has a leader or a thread that is about to lead.
 */
#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/limits.h"
#include "net/http-curl.h"
#include "net/http-options.h"
#include "net/spoken.h"

/* Default number of connections to one host. */
#define HOST_CONNECTIONS 4L
/* Hosts of one image: registry, token server, blob store, endpoint of the service. */
#define HOSTS 4L
/* Longest sleep of the leader; every event wakes it earlier. */
#define POLL_MS 1000

/* A queued request. The mutex guards all members but `code` and `running`. */
struct ticket {
	struct transfer transfer;
	struct ticket *next;
	pthread_cond_t changed;
	bool running;    /* it is in the multi handle; the leader's */
	bool done;
	bool cancelled;
	CURLcode code;
	CURLMcode broken;
};

struct curl_transport {
	struct http_transport transport; /* first: the two share an address */
	char *ca_file;
	char *cert_file;
	char *key_file;
	struct strv unverified;
	char *user_agent;
	struct transfer_options options;
	long host_connections;
	bool offline;
	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t ended;  /* signals cancellation */
	bool cancelled;
	bool led;
	CURLM *multi;          /* NULL until the first request */
	struct ticket *tickets;
	struct trust trust;
	struct tls_hosts hosts;
};

/* --- leading ----------------------------------------------------------------------- */

/* Adds new requests to the multi handle. Needs the mutex. */
static void take_in(struct curl_transport *c)
{
	for (struct ticket *k = c->tickets; k; k = k->next) {
		if (k->running || k->done)
			continue;
		k->broken = curl_multi_add_handle(c->multi, k->transfer.easy);
		k->running = !k->broken;
		k->done = !k->running;
		if (k->done)
			pthread_cond_signal(&k->changed);
	}
}

static void http_curl_end(struct curl_transport *c, struct ticket *k)
{
	if (k->running)
		curl_multi_remove_handle(c->multi, k->transfer.easy);
	k->running = false;
	k->done = true;
	pthread_cond_signal(&k->changed);
}

/* Ends all pending requests. Needs the mutex. */
static void end_all(struct curl_transport *c, CURLMcode broken)
{
	for (struct ticket *k = c->tickets; k; k = k->next) {
		if (k->done)
			continue;
		k->broken = broken;
		k->cancelled = !broken;
		http_curl_end(c, k);
	}
}

static void take_out(struct curl_transport *c)
{
	const CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(c->multi, &left)) != NULL) {
		CURLcode code = message->data.result;
		char *private = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
		for (struct ticket *k = c->tickets; k; k = k->next) {
			if ((char *)&k->transfer != private)
				continue;
			k->code = code;
			http_curl_end(c, k);
		}
	}
}

/* Drives all requests until `own` is done. Needs the mutex, and releases it meanwhile. */
static void lead(struct curl_transport *c, const struct ticket *own)
{
	while (!own->done) {
		CURLMcode broken;
		int running;

		if (c->cancelled) {
			end_all(c, CURLM_OK);
			break;
		}
		take_in(c);
		pthread_mutex_unlock(&c->mutex);
		broken = curl_multi_perform(c->multi, &running);
		pthread_mutex_lock(&c->mutex);
		take_out(c);
		if (own->done)
			break;
		pthread_mutex_unlock(&c->mutex);
		if (!broken)
			broken = curl_multi_poll(c->multi, NULL, 0, POLL_MS, NULL);
		pthread_mutex_lock(&c->mutex);
		if (broken)
			end_all(c, broken);
	}
}

static void hand_over(struct curl_transport *c)
{
	c->led = false;
	for (struct ticket *k = c->tickets; k; k = k->next) {
		if (k->done)
			continue;
		pthread_cond_signal(&k->changed);
		return;
	}
}

/*
 * Blocks SIGPIPE in this thread and drops a new one: some TLS libraries raise it if the peer
 * has closed, and the library must not change the program's handler.
 */
struct quiet {
	sigset_t old;
	bool pending;
};

static void pipe_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGPIPE);
}

static void quiet_begin(struct quiet *q)
{
	sigset_t pipe, pending;

	pipe_set(&pipe);
	sigemptyset(&pending);
	sigpending(&pending);
	q->pending = sigismember(&pending, SIGPIPE) == 1;
	pthread_sigmask(SIG_BLOCK, &pipe, &q->old);
}

static void quiet_end(const struct quiet *q)
{
	static const struct timespec now = { .tv_sec = 0 };
	sigset_t pipe;

	pipe_set(&pipe);
	if (!q->pending)
		while (sigtimedwait(&pipe, NULL, &now) == SIGPIPE)
			;
	pthread_sigmask(SIG_SETMASK, &q->old, NULL);
}

/* --- one request ------------------------------------------------------------------- */

static int set_cancelled(struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_CANCELLED, "cancelled");
}

/* Queues the ticket and waits until it is done; leads if nobody does. Needs the mutex. */
static void http_curl_await(struct curl_transport *c, struct ticket *ticket)
{
	struct ticket **at = &c->tickets;

	ticket->next = c->tickets;
	c->tickets = ticket;
	if (c->led)
		curl_multi_wakeup(c->multi);
	while (!ticket->done) {
		if (c->led) {
			pthread_cond_wait(&ticket->changed, &c->mutex);
			continue;
		}
		c->led = true;
		lead(c, ticket);
		hand_over(c);
	}
	while (*at != ticket)
		at = &(*at)->next;
	*at = ticket->next;
}

static void initialise_libcurl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int make_multi(struct curl_transport *c, struct scanreq_error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	int failed = 0;

	if (c->multi)
		return 0;
	if (c->ca_file && c->trust.pem.len == 0)
		failed = trust_add_file(&c->trust, c->ca_file, err);
	if (failed)
		return failed;
	pthread_once(&once, initialise_libcurl);
	c->multi = curl_multi_init();
	if (!c->multi)
		return error_nomem(err);
	curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, HOSTS * c->host_connections);
	curl_multi_setopt(c->multi, CURLMOPT_MAX_HOST_CONNECTIONS, c->host_connections);
	curl_multi_setopt(c->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
			  HOSTS * c->host_connections);
	return 0;
}

/* Needs the mutex, so that each file is read once. */
static int http_curl_prepare(struct curl_transport *c, struct transfer *t)
{
	const struct tls_options tls = {
		.ca_file = c->ca_file,
		.cert_file = c->cert_file,
		.key_file = c->key_file,
		.unverified = &c->unverified,
	};
	struct transfer_options options = c->options;
	bool https = t->request->url->https;
	int failed = make_multi(c, t->err);

	if (!failed && https && t->request->registry)
		failed = tls_hosts_find(&c->hosts, &tls, t->request->url, &options.host, t->err);
	else if (!failed && https)
		failed = trust_add_system(&c->trust, t->err);
	if (failed)
		return failed;
	options.trust = &c->trust;
	t->easy = curl_easy_init();
	return t->easy ? transfer_set_options(t, &options) : error_nomem(t->err);
}

static int result(struct ticket *ticket)
{
	struct transfer *t = &ticket->transfer;

	if (ticket->cancelled)
		return set_cancelled(t->err);
	if (ticket->broken == CURLM_OUT_OF_MEMORY)
		return error_nomem(t->err);
	if (ticket->broken)
		return error_set(t->err, SCANREQ_CODE_INTERNAL, "libcurl: %s",
				 curl_multi_strerror(ticket->broken));
	return transfer_finish(t, ticket->code);
}

static int http_curl_run(struct curl_transport *c, struct ticket *ticket)
{
	struct quiet quiet;
	int failed;

	quiet_begin(&quiet);
	pthread_mutex_lock(&c->mutex);
	failed = c->cancelled ? set_cancelled(ticket->transfer.err)
			      : http_curl_prepare(c, &ticket->transfer);
	if (!failed)
		http_curl_await(c, ticket);
	pthread_mutex_unlock(&c->mutex);
	if (!failed)
		failed = result(ticket);
	curl_easy_cleanup(ticket->transfer.easy);
	quiet_end(&quiet);
	return failed;
}

static void ticket_free(struct ticket *ticket)
{
	transfer_free(&ticket->transfer);
	pthread_cond_destroy(&ticket->changed);
}

static int perform(struct http_transport *transport, const struct http_request *request,
		   struct http_response *response, struct http_failure *failure,
		   struct scanreq_error *err)
{
	struct curl_transport *c = (struct curl_transport *)transport;
	struct ticket ticket CLEANUP(ticket_free) = { .changed = PTHREAD_COND_INITIALIZER };
	struct transfer *t = &ticket.transfer;
	int failed = transfer_init(t, request, response, err);

	*failure = (struct http_failure){ .sent = false };
	if (failed)
		return failed;
	if (c->offline)
		return error_set(err, SCANREQ_CODE_OFFLINE,
				 "%s is not asked: offline switches the network off",
				 t->host);
	http_response_free(response);
	response->body.max = request->max_body;
	failed = http_curl_run(c, &ticket);
	failure->sent = request->body_len > 0 ? t->body_read : t->started;
	failure->foreign = failed == SCANREQ_E_UNAVAILABLE && t->foreign;
	failure->unconnected = failed == SCANREQ_E_UNAVAILABLE && t->unconnected;
	failure->temporary = failed == SCANREQ_E_UNAVAILABLE && t->temporary;
	if (!failed)
		return 0;
	http_response_free(response);
	if (err)
		error_member(err->host, sizeof(err->host), t->host);
	return failed;
}

/* --- waiting and cancelling -------------------------------------------------------- */

static void add_ms(struct timespec *time, int64_t ms)
{
	time->tv_sec += (time_t)(ms / 1000);
	time->tv_nsec += (long)(ms % 1000) * 1000000;
	if (time->tv_nsec >= 1000000000) {
		time->tv_sec++;
		time->tv_nsec -= 1000000000;
	}
}

static int wait_curl(struct http_transport *transport, int64_t ms, struct scanreq_error *err)
{
	struct curl_transport *c = (struct curl_transport *)transport;
	struct timespec until;
	int timed_out = 0;
	bool cancelled;

	clock_gettime(CLOCK_MONOTONIC, &until);
	add_ms(&until, ms);
	pthread_mutex_lock(&c->mutex);
	while (!c->cancelled && !timed_out)
		timed_out = pthread_cond_timedwait(&c->ended, &c->mutex, &until);
	cancelled = c->cancelled;
	pthread_mutex_unlock(&c->mutex);
	return cancelled ? set_cancelled(err) : 0;
}

static int64_t now_curl(struct http_transport *transport)
{
	struct timespec now;

	(void)transport;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void cancel_curl(struct http_transport *transport)
{
	struct curl_transport *c = (struct curl_transport *)transport;

	pthread_mutex_lock(&c->mutex);
	c->cancelled = true;
	if (c->led)
		curl_multi_wakeup(c->multi);
	pthread_cond_broadcast(&c->ended);
	pthread_mutex_unlock(&c->mutex);
}

/* --- the transport ----------------------------------------------------------------- */

static void close_curl(struct http_transport *transport)
{
	struct curl_transport *c = (struct curl_transport *)transport;

	curl_multi_cleanup(c->multi);
	paces_free(&c->transport.paces);
	spoken_free(&c->transport.spoken);
	trust_free(&c->trust);
	tls_hosts_free(&c->hosts);
	pthread_cond_destroy(&c->ended);
	pthread_mutex_destroy(&c->mutex);
	strv_free(&c->unverified);
	free(c->ca_file);
	free(c->cert_file);
	free(c->key_file);
	free(c->user_agent);
	free(c);
}

static void init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

static long clamp_ms(int64_t ms)
{
	return ms > LONG_MAX - 1000 ? LONG_MAX - 1000 : ms < 0 ? 0 : (long)ms;
}

static int copy_texts(struct curl_transport *c, const struct http_curl_options *options)
{
	if (str_copy(&c->ca_file, options->ca_file) ||
	    str_copy(&c->cert_file, options->cert_file) ||
	    str_copy(&c->key_file, options->key_file) ||
	    str_copy(&c->user_agent, options->user_agent))
		return SCANREQ_E_NOMEM;
	for (size_t i = 0; options->unverified && i < options->unverified->count; i++)
		if (strv_add(&c->unverified, options->unverified->items[i]))
			return SCANREQ_E_NOMEM;
	return 0;
}

int http_curl_new(const struct http_curl_options *options, struct http_transport **transport,
		  struct scanreq_error *err)
{
	struct curl_transport *c = calloc(1, sizeof(*c));

	if (!c)
		return error_nomem(err);
	pthread_mutex_init(&c->mutex, NULL);
	init_condition(&c->ended);
	c->transport = (struct http_transport){
		.perform = perform,
		.wait = wait_curl,
		.now_us = now_curl,
		.cancel = cancel_curl,
		.close = close_curl,
		.retries = options->retries,
		.retry_deadline_ms = options->retry_deadline_ms,
	};
	c->offline = options->offline;
	c->host_connections = options->host_connections > 0 ? options->host_connections
							    : HOST_CONNECTIONS;
	c->transport.paces = paces_new();
	c->transport.spoken = spoken_new();
	if (!c->transport.paces || !c->transport.spoken || copy_texts(c, options)) {
		close_curl(&c->transport);
		return error_nomem(err);
	}
	c->options = (struct transfer_options){
		.user_agent = c->user_agent,
		.ca_file = c->ca_file,
		.timeout_ms = clamp_ms(options->timeout_ms),
		.connect_timeout_ms = clamp_ms(options->connect_timeout_ms),
		.idle_s = (clamp_ms(options->idle_ms) + 999) / 1000,
	};
	*transport = &c->transport;
	return 0;
}
