/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/limits.h"
#include "net/http-failure.h"
#include "net/http-transfer.h"

/* --- callbacks --------------------------------------------------------------------- */

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
	return fail_transfer(t, error_set(t->err, SCANREQ_CODE_ANSWER_INVALID, "%s sends %s",
					  t->host, what));
}

/* A line that begins with white space continues the field (RFC 9112 section 5.2). */
static int unfold(struct strv *fields, const char *line)
{
	char **last = &fields->items[fields->count - 1];
	char *joined;

	if (strlen(*last) + strlen(line) > LIMIT_HEADER_FIELD)
		return SCANREQ_E_UNREADABLE;
	joined = str_format("%s %s", *last, line + strspn(line, " \t"));
	if (!joined)
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
 * Keeps the fields of the final head only. Heads of interim answers (100, 103) come before
 * it, and trailers follow the body.
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
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->head_done = status >= 200;
	return 1;
}

static size_t on_header(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t whole = size * count, len = whole;
	char *line CLEANUP_FREE = NULL;

	t->answered = true;
	t->head_bytes += whole;
	if (t->head_bytes > LIMIT_HEAD)
		return malformed_head(t, "a head that is too long");
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

/* Returns whether the request may go to an address; an unreadable one (NAME) is refused. */
static bool within_reach(const struct transfer *t, enum address_place place)
{
	return t->request->reach == ADDRESS_NAME ||
	       (place != ADDRESS_NAME && place <= t->request->reach);
}

/* Refuses an address out of reach; libcurl then tries other addresses of the name. */
static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = arg;
	const void *any = &address->addr; /* libcurl aligns it for every family */
	const struct sockaddr_in *v4 = any;
	const struct sockaddr_in6 *v6 = any;
	int family = address->addr.sa_family;
	char text[INET6_ADDRSTRLEN];

	(void)purpose;
	if ((family != AF_INET && family != AF_INET6) ||
	    !inet_ntop(family, family == AF_INET ? (const void *)&v4->sin_addr : &v6->sin6_addr,
		       text, sizeof(text)) ||
	    !within_reach(t, address_place(text))) {
		t->out_of_reach = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/*
 * Runs when the connection, including TLS, is ready; bytes of the request may be sent after
 * it. A reused connection may come from a request with another reach, so check again.
 */
static int on_start(void *arg, char *ip, char *local_ip, int port, int local_port)
{
	struct transfer *t = arg;

	(void)local_ip;
	(void)port;
	(void)local_port;
	if (!t->proxy.url && !t->request->unix_socket)
		t->response->from = address_place(ip);
	if (!t->proxy.url && !within_reach(t, t->response->from)) {
		t->out_of_reach = true;
		return CURL_PREREQFUNC_ABORT;
	}
	t->started = true;
	return CURL_PREREQFUNC_OK;
}

static size_t http_transfer_on_read(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t n = t->request->body_len - t->uploaded;

	if (n > size * count)
		n = size * count;
	if (n == 0)
		return 0;
	t->body_read = true;
	memcpy(data, (const char *)t->request->body + t->uploaded, n);
	t->uploaded += n;
	return n;
}

/*
 * Refuses to rewind, so that libcurl does not send a body again if a reused connection turns
 * out to be dead. It still sends a request without body again, which is right for a GET.
 */
static int on_seek(void *arg, curl_off_t offset, int origin)
{
	(void)arg;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_FAIL;
}

/* --- setting up and finishing ------------------------------------------------------ */

/* libcurl copies each header; this wipes the copies in our list. */
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

/*
 * Connects a loopback name to loopback without a resolver, since requests in clear text may
 * go there.
 */
static int pin_loopback(const struct http_request *request, struct curl_slist **pins)
{
	const struct url *url = request->url;
	char *pin CLEANUP_FREE = NULL;

	if (request->unix_socket || !host_is_loopback_name(url->host))
		return 0;
	pin = str_format("%s:%d:127.0.0.1,[::1]", url->host, url->port);
	*pins = pin ? curl_slist_append(NULL, pin) : NULL;
	return *pins ? 0 : SCANREQ_E_NOMEM;
}

int transfer_init(struct transfer *t, const struct http_request *request,
		  struct http_response *response, struct scanreq_error *err)
{
	*t = (struct transfer){
		.request = request,
		.response = response,
		.err = err,
		.url = url_format(request->url),
		.host = request->unix_socket ? strdup(request->unix_socket)
					     : url_host_port(request->url),
	};
	return t->url && t->host && !copy_headers(request->headers, &t->headers) &&
			       !pin_loopback(request, &t->pins)
		       ? 0
		       : error_nomem(err);
}

void transfer_free(struct transfer *t)
{
	free_headers(&t->headers);
	curl_slist_free_all(t->pins);
	str_wipe(&t->url);
	free(t->host);
}

/* Keeps the first error. */
static void http_transfer_set(CURLcode *failed, CURLcode code)
{
	if (!*failed)
		*failed = code;
}

static void set_post(CURLcode *failed, struct transfer *t)
{
	curl_off_t len = (curl_off_t)t->request->body_len;

	http_transfer_set(failed, curl_easy_setopt(t->easy, CURLOPT_POST, 1L));
	http_transfer_set(failed,
			  curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, t->request->method));
	http_transfer_set(failed, curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, len));
	http_transfer_set(
		failed, curl_easy_setopt(t->easy, CURLOPT_READFUNCTION, http_transfer_on_read));
	http_transfer_set(failed, curl_easy_setopt(t->easy, CURLOPT_READDATA, t));
	http_transfer_set(failed, curl_easy_setopt(t->easy, CURLOPT_SEEKFUNCTION, on_seek));
	/* on_seek() does not protect an empty body; a new connection does. */
	if (len == 0)
		http_transfer_set(failed, curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L));
}

CURLcode transfer_prepare(struct transfer *t)
{
	CURLcode failed = CURLE_OK;

	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->detail));
	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body));
	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t));
	http_transfer_set(&failed,
			  curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header));
	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t));
	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_start));
	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t));
	if (t->request->reach != ADDRESS_NAME && !t->proxy.url) {
		http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION,
							    on_socket));
		http_transfer_set(&failed,
				  curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t));
	}
	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t));
	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_URL, t->url));
	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers));
	http_transfer_set(&failed, curl_easy_setopt(t->easy, CURLOPT_RESOLVE, t->pins));
	if (strcmp(t->request->method, "GET") != 0)
		set_post(&failed, t);
	return failed;
}

/* More than twice libcurl's limit of a header line. */
#define PROBE (256 * KIB)

static bool memory_is_left(void)
{
	void *probe = malloc(PROBE);

	free(probe);
	return probe != NULL;
}

/*
 * Returns whether a header line exceeded libcurl's own limit of 100 KiB, which on_header()
 * does not see. Versions before 8.6 report it as out of memory, so check whether memory is
 * left.
 */
static bool is_over_curls_limit(const struct transfer *t, CURLcode code)
{
	/* No field is too long before the status line or after the head. */
	if (!t->answered || t->head_done)
		return false;
#if LIBCURL_VERSION_NUM >= 0x080600
	if (code == CURLE_TOO_LARGE)
		return true;
#endif
	return code == CURLE_OUT_OF_MEMORY && memory_is_left();
}

static int http_transfer_fail(struct transfer *t, CURLcode code)
{
	/* If libcurl tried another address of the name, that one's error counts. */
	bool refused = t->out_of_reach &&
		       (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK);
	const struct curl_failure failure = {
		.easy = t->easy,
		.code = code,
		.url = t->request->url,
		.host = t->host,
		.detail = t->detail,
		.proxy = &t->proxy,
		.ca_file = t->ca_file,
		.started = t->started,
		.answered = t->answered,
	};

	if (t->failed)
		return t->failed;
	if (is_over_curls_limit(t, code)) {
		malformed_head(t, "a header field that is too long");
		return t->failed;
	}
	if (refused)
		return error_about(error_set(t->err, SCANREQ_CODE_REDIRECT_REFUSED,
					     "%s has a private, local or metadata address, where a"
					     " redirect from outside must not lead: not asked; to"
					     " allow it, set allow-redirect to %s", t->host,
					     t->host),
				   "allow-redirect", t->err);
	t->foreign = http_failure_foreign(&failure);
	t->unconnected = code == CURLE_COULDNT_CONNECT;
	t->temporary = http_failure_temporary(code);
	return http_failure_set(&failure, t->err);
}

int transfer_finish(struct transfer *t, CURLcode code)
{
	long status = 0;

	/* libcurl accepts an answer that ends within its head. */
	if (code || !t->head_done)
		return http_transfer_fail(t, code);
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->response->status = (int)status;
	return 0;
}
