/* SPDX-License-Identifier: MIT */
/*
 * The transport over libcurl. One multi handle keeps the connections; a request is driven
 * by the thread that makes it, one at a time.
 */
#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "net/http-curl.h"
#include "net/http-failure.h"
#include "net/trust.h"

/* Kept connections: a registry, its token server, its blob store, the cloud's endpoint. */
#define CONNECTIONS 16L
#define WAIT_MS 100

struct curl_transport {
	struct http_transport transport; /* first: the two share an address */
	char *ca_file;
	char *user_agent;
	long timeout_ms;
	long connect_timeout_ms;
	bool offline;
	pthread_mutex_t state; /* guards `cancelled` */
	pthread_cond_t ended;
	bool cancelled;
	pthread_mutex_t mutex; /* guards what follows: one request at a time */
	CURLM *multi;          /* NULL until the first request */
	CURL *easy;
	struct trust trust;
};

/* One request under way. */
struct transfer {
	struct curl_transport *transport;
	const struct http_request *request;
	struct http_response *response;
	struct scanreq_error *err;
	char *url;
	char *host;           /* host[:port] */
	struct curl_slist *headers;
	bool started;         /* a connection stands, and the request is going out */
	bool body_read;       /* libcurl took some of the body */
	bool answered;        /* something of the answer came */
	bool in_head;         /* between a status line and its blank line */
	bool head_done;       /* the final head is whole: what comes now are trailers */
	bool temporary;       /* see struct http_failure */
	int failed;           /* class of a failure found in a callback */
	char detail[CURL_ERROR_SIZE];
};

/* --- what libcurl calls ------------------------------------------------------------ */

static size_t fail_transfer(struct transfer *t, int klass)
{
	t->failed = klass;
	return 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	char what[300];
	int failed;

	buf_add(&t->response->body, data, size * count);
	if (!t->response->body.failed)
		return size * count;
	snprintf(what, sizeof(what), "the answer of %s", t->host);
	failed = buf_check(&t->response->body, what, t->err);
	return fail_transfer(t, failed);
}

static size_t malformed_head(struct transfer *t, const char *what)
{
	return fail_transfer(t, error_set(t->err, SCANREQ_E_UNREADABLE, "%s sends %s", t->host,
					  what));
}

/* RFC 9112 section 5.2: a line that begins with white space goes on with the field before. */
static int unfold(struct strv *fields, const char *line)
{
	char **last = &fields->items[fields->count - 1];
	char *joined = NULL;

	if (strlen(*last) + strlen(line) > LIMIT_HEADER_FIELD)
		return SCANREQ_E_UNREADABLE;
	if (asprintf(&joined, "%s %s", *last, line + strspn(line, " \t")) < 0)
		return SCANREQ_E_NOMEM;
	free(*last);
	*last = joined;
	return 0;
}

static size_t add_field(struct transfer *t, const char *line)
{
	struct strv *fields = &t->response->headers;
	bool folded = *line == ' ' || *line == '\t';
	int failed;

	if (folded && fields->count > 0)
		failed = unfold(fields, line);
	else if (fields->count >= LIMIT_HEADERS)
		return malformed_head(t, "too many header fields");
	else
		failed = folded ? 0 : strv_add(fields, line);
	if (failed == SCANREQ_E_UNREADABLE)
		return malformed_head(t, "a header field that is too long");
	return failed ? fail_transfer(t, error_nomem(t->err)) : 1;
}

/*
 * Heads come one after the other: of interim answers (100, 103), then the final one, and
 * after the body its trailers. Only the fields of the final head are kept.
 */
static size_t on_line(struct transfer *t, const char *line)
{
	long status = 0;

	if (t->head_done)
		return 1;
	if (!t->in_head) {
		strv_free(&t->response->headers);
		t->in_head = true;
		return 1;
	}
	if (*line)
		return add_field(t, line);
	t->in_head = false;
	curl_easy_getinfo(t->transport->easy, CURLINFO_RESPONSE_CODE, &status);
	t->head_done = status >= 200;
	return 1;
}

static size_t on_header(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t whole = size * count, len = whole;
	char *line CLEANUP_FREE = NULL;

	t->answered = true;
	if (len > LIMIT_HEADER_FIELD)
		return malformed_head(t, "a header field that is too long");
	while (len > 0 && memchr(" \t\r\n", data[len - 1], 4))
		len--;
	if (memchr(data, '\0', len))
		return malformed_head(t, "a NUL in a header field");
	line = strndup(data, len);
	if (!line)
		return fail_transfer(t, error_nomem(t->err));
	return on_line(t, line) ? whole : 0;
}

/* The connection stands, TLS included: from here on bytes of the request may leave. */
static int on_start(void *arg, char *ip, char *local_ip, int port, int local_port)
{
	struct transfer *t = arg;

	(void)ip;
	(void)local_ip;
	(void)port;
	(void)local_port;
	t->started = true;
	return CURL_PREREQFUNC_OK;
}

struct upload {
	struct transfer *transfer;
	size_t at;
};

static size_t on_read(char *data, size_t size, size_t count, void *arg)
{
	struct upload *upload = arg;
	const struct http_request *request = upload->transfer->request;
	size_t n = request->body_len - upload->at;

	if (n > size * count)
		n = size * count;
	if (n == 0)
		return 0;
	upload->transfer->body_read = true;
	memcpy(data, (const char *)request->body + upload->at, n);
	upload->at += n;
	return n;
}

/*
 * Never rewinds: libcurl would send a body again when a kept connection turns out dead. (A
 * request without a body it does send again, which is right for a GET.)
 */
static int on_seek(void *arg, curl_off_t offset, int origin)
{
	(void)arg;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_FAIL;
}

/* --- options ----------------------------------------------------------------------- */

/* A request's options; the first that libcurl refuses is kept. */
struct options {
	CURL *easy;
	CURLcode failed;
};

static void keep(struct options *o, CURLcode code)
{
	if (!o->failed)
		o->failed = code;
}

static void set_number(struct options *o, CURLoption option, long value)
{
	keep(o, curl_easy_setopt(o->easy, option, value));
}

static void set_text(struct options *o, CURLoption option, const char *value)
{
	keep(o, curl_easy_setopt(o->easy, option, value));
}

static void set_safety(struct options *o, const struct curl_transport *c)
{
	set_text(o, CURLOPT_PROTOCOLS_STR, "http,https");
	set_number(o, CURLOPT_FOLLOWLOCATION, 0);
	set_number(o, CURLOPT_NETRC, CURL_NETRC_IGNORED);
	set_number(o, CURLOPT_NOSIGNAL, 1);
	set_number(o, CURLOPT_PATH_AS_IS, 1);
	set_number(o, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	set_number(o, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	/* One kept connection is enough here, and HTTP/2 costs a round trip at its start. */
	set_number(o, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	set_number(o, CURLOPT_TIMEOUT_MS, c->timeout_ms);
	set_number(o, CURLOPT_CONNECTTIMEOUT_MS, c->connect_timeout_ms);
	if (c->user_agent)
		set_text(o, CURLOPT_USERAGENT, c->user_agent);
}

static void set_trust(struct options *o, const struct trust *trust)
{
	struct curl_blob blob = {
		.data = trust->pem.data,
		.len = trust->pem.len,
		.flags = CURL_BLOB_NOCOPY,
	};

	if (trust->pem.len > 0)
		keep(o, curl_easy_setopt(o->easy, CURLOPT_CAINFO_BLOB, &blob));
	else if (trust->directory)
		set_text(o, CURLOPT_CAINFO, NULL);
	if (trust->directory)
		set_text(o, CURLOPT_CAPATH, trust->directory);
}

static void set_callbacks(struct options *o, struct transfer *t)
{
	keep(o, curl_easy_setopt(o->easy, CURLOPT_ERRORBUFFER, t->detail));
	keep(o, curl_easy_setopt(o->easy, CURLOPT_WRITEFUNCTION, on_body));
	keep(o, curl_easy_setopt(o->easy, CURLOPT_WRITEDATA, t));
	keep(o, curl_easy_setopt(o->easy, CURLOPT_HEADERFUNCTION, on_header));
	keep(o, curl_easy_setopt(o->easy, CURLOPT_HEADERDATA, t));
	keep(o, curl_easy_setopt(o->easy, CURLOPT_PREREQFUNCTION, on_start));
	keep(o, curl_easy_setopt(o->easy, CURLOPT_PREREQDATA, t));
}

static void set_post(struct options *o, struct upload *upload)
{
	curl_off_t len = (curl_off_t)upload->transfer->request->body_len;

	set_number(o, CURLOPT_POST, 1);
	keep(o, curl_easy_setopt(o->easy, CURLOPT_POSTFIELDSIZE_LARGE, len));
	keep(o, curl_easy_setopt(o->easy, CURLOPT_READFUNCTION, on_read));
	keep(o, curl_easy_setopt(o->easy, CURLOPT_READDATA, upload));
	keep(o, curl_easy_setopt(o->easy, CURLOPT_SEEKFUNCTION, on_seek));
	/* Nothing of an empty body refuses to be rewound: only a new connection is sure. */
	if (len == 0)
		set_number(o, CURLOPT_FRESH_CONNECT, 1);
}

static bool is_post(const struct http_request *request)
{
	return strcmp(request->method, "POST") == 0;
}

/* The path and query as they are in the URL, which libcurl would tidy up. */
static const char *request_target(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? strchr(host + 3, '/') : NULL;
}

static int set_options(struct transfer *t, struct upload *upload)
{
	struct options o = { .easy = t->transport->easy };

	curl_easy_reset(o.easy);
	set_safety(&o, t->transport);
	set_trust(&o, &t->transport->trust);
	set_callbacks(&o, t);
	set_text(&o, CURLOPT_URL, t->url);
	keep(&o, curl_easy_setopt(o.easy, CURLOPT_HTTPHEADER, t->headers));
	if (t->request->unix_socket)
		set_text(&o, CURLOPT_UNIX_SOCKET_PATH, t->request->unix_socket);
	if (t->request->unix_socket || host_is_loopback(t->request->url->host))
		set_text(&o, CURLOPT_NOPROXY, "*");
	if (t->request->exact_path)
		set_text(&o, CURLOPT_REQUEST_TARGET, request_target(t->url));
	if (is_post(t->request))
		set_post(&o, upload);
	if (o.failed == CURLE_OUT_OF_MEMORY)
		return error_nomem(t->err);
	if (o.failed)
		return error_set(t->err, SCANREQ_E_INTERNAL,
				 "this libcurl (%s) cannot do it: %s", curl_version(),
				 curl_easy_strerror(o.failed));
	return 0;
}

/* --- one request ------------------------------------------------------------------- */

static bool is_cancelled(struct curl_transport *c)
{
	bool cancelled;

	pthread_mutex_lock(&c->state);
	cancelled = c->cancelled;
	pthread_mutex_unlock(&c->state);
	return cancelled;
}

static int set_cancelled(struct scanreq_error *err)
{
	return error_set(err, SCANREQ_E_CANCELLED, "cancelled");
}

static int drive(struct curl_transport *c, CURLcode *code, struct scanreq_error *err)
{
	CURLMcode failed = curl_multi_add_handle(c->multi, c->easy);
	const CURLMsg *message;
	int running = 1, left;

	while (!failed && running > 0 && !is_cancelled(c)) {
		failed = curl_multi_perform(c->multi, &running);
		if (!failed && running > 0)
			failed = curl_multi_poll(c->multi, NULL, 0, WAIT_MS, NULL);
	}
	*code = CURLE_FAILED_INIT;
	while ((message = curl_multi_info_read(c->multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE)
			*code = message->data.result;
	curl_multi_remove_handle(c->multi, c->easy);
	if (!failed && running > 0)
		return set_cancelled(err);
	if (failed == CURLM_OUT_OF_MEMORY)
		return error_nomem(err);
	return failed ? error_set(err, SCANREQ_E_INTERNAL, "libcurl: %s",
				  curl_multi_strerror(failed)) : 0;
}

static int set_failure(struct transfer *t, CURLcode code)
{
	const struct curl_failure failure = {
		.easy = t->transport->easy,
		.code = code,
		.url = t->request->url,
		.host = t->host,
		.detail = t->detail,
		.started = t->started,
		.answered = t->answered,
	};

	t->temporary = http_failure_temporary(code);
	return t->failed ? t->failed : http_failure_set(&failure, t->err);
}

static int run(struct transfer *t)
{
	struct upload upload = { .transfer = t };
	CURLcode code;
	long status = 0;
	int failed = set_options(t, &upload);

	if (!failed)
		failed = drive(t->transport, &code, t->err);
	if (failed)
		return failed;
	/* libcurl takes an answer that ends in its head for one without a body. */
	if (code || !t->head_done)
		return set_failure(t, code);
	curl_easy_getinfo(t->transport->easy, CURLINFO_RESPONSE_CODE, &status);
	t->response->status = (int)status;
	return 0;
}

/* libcurl copies each text; the copies that we can reach are wiped in the end. */
static void free_headers(struct curl_slist **headers)
{
	for (struct curl_slist *h = *headers; h; h = h->next)
		explicit_bzero(h->data, strlen(h->data));
	curl_slist_free_all(*headers);
	*headers = NULL;
}

static int copy_headers(const struct strv *from, struct curl_slist **headers)
{
	for (size_t i = 0; from && i < from->count; i++) {
		struct curl_slist *longer = curl_slist_append(*headers, from->items[i]);

		if (!longer)
			return SCANREQ_E_NOMEM;
		*headers = longer;
	}
	return 0;
}

static void initialise_libcurl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int make_handles(struct curl_transport *c, struct scanreq_error *err)
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
	c->easy = c->easy ? c->easy : curl_easy_init();
	c->multi = c->easy ? curl_multi_init() : NULL;
	if (!c->multi)
		return error_nomem(err);
	curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS);
	return 0;
}

static int perform_locked(struct transfer *t)
{
	int failed = is_cancelled(t->transport) ? set_cancelled(t->err)
						: make_handles(t->transport, t->err);

	if (!failed && t->request->url->https)
		failed = trust_add_system(&t->transport->trust, t->err);
	if (!failed)
		failed = copy_headers(t->request->headers, &t->headers) ? error_nomem(t->err)
									: 0;
	if (!failed)
		failed = run(t);
	free_headers(&t->headers);
	return failed;
}

static void transfer_free(struct transfer *t)
{
	str_wipe(&t->url);
	free(t->host);
}

static int perform(struct http_transport *transport, const struct http_request *request,
		   struct http_response *response, struct http_failure *failure,
		   struct scanreq_error *err)
{
	struct curl_transport *c = (struct curl_transport *)transport;
	struct transfer t CLEANUP(transfer_free) = {
		.transport = c,
		.request = request,
		.response = response,
		.err = err,
		.url = url_format(request->url),
		.host = url_host_port(request->url),
	};
	int failed;

	*failure = (struct http_failure){ .sent = false };
	if (!t.url || !t.host)
		return error_nomem(err);
	if (c->offline)
		return error_set(err, SCANREQ_E_USAGE,
				 "%s is not asked: the network is off limits with --offline",
				 t.host);
	http_response_free(response);
	response->body.max = request->max_body;
	pthread_mutex_lock(&c->mutex);
	failed = perform_locked(&t);
	pthread_mutex_unlock(&c->mutex);
	failure->temporary = failed == SCANREQ_E_UNAVAILABLE && t.temporary;
	failure->sent = request->body_len > 0 ? t.body_read : t.started;
	if (!failed)
		return 0;
	http_response_free(response);
	if (err)
		error_member(err->host, sizeof(err->host), t.host);
	return failed;
}

/* --- the transport ----------------------------------------------------------------- */

static int wait_curl(struct http_transport *transport, int64_t ms, struct scanreq_error *err)
{
	struct curl_transport *c = (struct curl_transport *)transport;
	struct timespec until;
	int timed_out = 0;
	bool cancelled;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(ms / 1000);
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&c->state);
	while (!c->cancelled && !timed_out)
		timed_out = pthread_cond_timedwait(&c->ended, &c->state, &until);
	cancelled = c->cancelled;
	pthread_mutex_unlock(&c->state);
	return cancelled ? set_cancelled(err) : 0;
}

static void cancel_curl(struct http_transport *transport)
{
	struct curl_transport *c = (struct curl_transport *)transport;

	pthread_mutex_lock(&c->state);
	c->cancelled = true;
	pthread_cond_broadcast(&c->ended);
	pthread_mutex_unlock(&c->state);
}

static void close_curl(struct http_transport *transport)
{
	struct curl_transport *c = (struct curl_transport *)transport;

	curl_easy_cleanup(c->easy);
	curl_multi_cleanup(c->multi);
	trust_free(&c->trust);
	pthread_mutex_destroy(&c->mutex);
	pthread_mutex_destroy(&c->state);
	pthread_cond_destroy(&c->ended);
	free(c->ca_file);
	free(c->user_agent);
	free(c);
}

/* Waiting goes by a clock that nobody sets. */
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
	return ms > LONG_MAX ? LONG_MAX : ms < 0 ? 0 : (long)ms;
}

int http_curl_new(const struct http_curl_options *options, struct http_transport **transport,
		  struct scanreq_error *err)
{
	struct curl_transport *c = calloc(1, sizeof(*c));

	if (!c)
		return error_nomem(err);
	pthread_mutex_init(&c->mutex, NULL);
	pthread_mutex_init(&c->state, NULL);
	init_condition(&c->ended);
	c->transport.perform = perform;
	c->transport.wait = wait_curl;
	c->transport.cancel = cancel_curl;
	c->transport.close = close_curl;
	c->timeout_ms = clamp_ms(options->timeout_ms);
	c->connect_timeout_ms = clamp_ms(options->connect_timeout_ms);
	c->offline = options->offline;
	if (str_copy(&c->ca_file, options->ca_file) ||
	    str_copy(&c->user_agent, options->user_agent)) {
		close_curl(&c->transport);
		return error_nomem(err);
	}
	*transport = &c->transport;
	return 0;
}
