/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "base/time.h"
#include "net/retry.h"

#define MS_PER_SECOND 1000
#define FIRST_WAIT_MS 1000

bool retry_status(int status)
{
	return status == 408 || status == 429 || status == 500 || status == 502 ||
	       status == 503 || status == 504;
}

int64_t retry_delay(unsigned int n, uint32_t chance)
{
	int64_t most = FIRST_WAIT_MS;

	for (unsigned int i = 1; i < n && most < RETRY_WAIT_MAX_MS; i++)
		most *= 2;
	if (most > RETRY_WAIT_MAX_MS)
		most = RETRY_WAIT_MAX_MS;
	return (int64_t)(((uint64_t)most * chance) >> 32);
}

/* --- dates ------------------------------------------------------------------------- */

static int month_number(const char *name)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = strlen(name) == 3 ? strstr(names, name) : NULL;

	return at && (at - names) % 3 == 0 ? (int)(at - names) / 3 + 1 : 0;
}

/* What the three forms say. */
struct date {
	char month[4];
	int day, year;
	int hour, minute, second;
	int end; /* where the text was at its end; 0: it did not match */
};

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
static bool read_imf(const char *text, struct date *d)
{
	sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &d->day, d->month,
	       &d->year, &d->hour, &d->minute, &d->second, &d->end);
	return d->end > 0 && text[d->end] == '\0';
}

/* "Sunday, 06-Nov-94 08:49:37 GMT" */
static bool read_rfc850(const char *text, struct date *d)
{
	sscanf(text, "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT%n", &d->day, d->month,
	       &d->year, &d->hour, &d->minute, &d->second, &d->end);
	return d->end > 0 && text[d->end] == '\0';
}

/* "Sun Nov  6 08:49:37 1994" */
static bool read_asctime(const char *text, struct date *d)
{
	sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", d->month, &d->day,
	       &d->hour, &d->minute, &d->second, &d->year, &d->end);
	return d->end > 0 && text[d->end] == '\0';
}

static bool to_ms(const struct date *d, int64_t *ms)
{
	char text[80];
	int month = month_number(d->month);

	/* RFC 3339's reader knows the calendar; it takes nothing but digits. */
	if (month == 0 || d->day < 0 || d->year < 0 || d->hour < 0 || d->minute < 0 ||
	    d->second < 0)
		return false;
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", d->year, month, d->day,
		 d->hour, d->minute, d->second);
	return time_parse(text, ms);
}

/* RFC 9110 section 5.6.7: more than 50 years ahead stands for the past. */
static void settle_century(struct date *d, int64_t now_ms)
{
	char now[TIME_TEXT_SIZE];
	int year = 0;

	time_format(now_ms, now);
	sscanf(now, "%4d", &year);
	d->year += year - year % 100;
	if (d->year > year + 50)
		d->year -= 100;
}

bool http_date_parse(const char *text, int64_t now_ms, int64_t *ms)
{
	struct date d = { .end = 0 };

	if (read_imf(text, &d))
		return to_ms(&d, ms);
	d = (struct date){ .end = 0 };
	if (read_asctime(text, &d))
		return to_ms(&d, ms);
	d = (struct date){ .end = 0 };
	if (!read_rfc850(text, &d))
		return false;
	settle_century(&d, now_ms);
	return to_ms(&d, ms);
}

/* --- Retry-After ------------------------------------------------------------------- */

static int64_t from_seconds(const char *digits)
{
	int64_t seconds;

	if (!str_to_int64(digits, &seconds) || seconds > INT64_MAX / MS_PER_SECOND)
		return INT64_MAX;
	return seconds * MS_PER_SECOND;
}

int64_t retry_after(const char *value, int64_t now_ms)
{
	int64_t at;

	if (*value != '\0' && value[strspn(value, "0123456789")] == '\0')
		return from_seconds(value);
	if (!http_date_parse(value, now_ms, &at))
		return -1;
	return at > now_ms ? at - now_ms : 0;
}

int64_t retry_after_of(const struct http_response *response)
{
	const char *value = http_header(response, "Retry-After", 0);
	const char *date = http_header(response, "Date", 0);
	int64_t now = time_now(), theirs;

	if (date && http_date_parse(date, now, &theirs))
		now = theirs;
	return value ? retry_after(value, now) : -1;
}

/* --- waiting ----------------------------------------------------------------------- */

/* Without random numbers the longest wait is the one that is right in any case. */
static uint32_t chance(void)
{
	uint32_t number;

	return getentropy(&number, sizeof(number)) == 0 ? number : UINT32_MAX;
}

int64_t retry_wait_ms(struct log *log, unsigned int n, int64_t asked_ms)
{
	if (asked_ms > RETRY_WAIT_MAX_MS) {
		log_info(log, "the server says to come back in %lld s: not waited for",
			 (long long)(asked_ms / MS_PER_SECOND));
		return -1;
	}
	/* Those who were told the same second do not come in the same. */
	return (asked_ms > 0 ? asked_ms : 0) + retry_delay(asked_ms >= 0 ? 1 : n, chance());
}

int retry_wait(struct http_transport *transport, struct log *log, const struct url *url,
	       int64_t ms, struct scanreq_error *err)
{
	char *host CLEANUP_FREE = url_host_port(url);

	if (!host)
		return error_nomem(err);
	log_info(log, "%s: another attempt in %lld ms", host, (long long)ms);
	return http_transport_wait(transport, ms, err);
}

/* --- for all that is sent to a host ------------------------------------------------- */

void retry_hold(struct http_transport *transport, const struct url *url, int64_t asked_ms)
{
	if (transport->holds && asked_ms > 0)
		holds_add(transport->holds, url, asked_ms);
}

int retry_held(struct http_transport *transport, struct log *log, const struct url *url,
	       struct scanreq_error *err)
{
	int failed = 0;

	for (int i = 0; transport->holds && i < RETRY_HOLDS && !failed; i++) {
		int64_t left_ms = holds_left(transport->holds, url);

		if (left_ms == 0)
			break;
		failed = retry_wait(transport, log, url, left_ms + retry_delay(1, chance()), err);
	}
	return failed;
}

/* --- a GET ------------------------------------------------------------------------- */

int retry_get(struct http_transport *transport, struct log *log,
	      const struct http_request *request, struct http_response *response,
	      struct scanreq_error *err)
{
	for (unsigned int n = 1;; n++) {
		struct http_failure failure;
		int failed = retry_held(transport, log, request->url, err);
		int64_t asked_ms, ms;
		bool again;

		if (failed)
			return failed;
		failed = http_send(transport, log, request, response, &failure, err);
		again = failed ? failure.temporary : retry_status(response->status);
		if (!again || transport->retries <= 0 || n > (unsigned int)transport->retries)
			return failed;
		asked_ms = failed ? -1 : retry_after_of(response);
		ms = retry_wait_ms(log, n, asked_ms);
		if (ms < 0)
			return failed;
		retry_hold(transport, request->url, asked_ms);
		/* What is overcome is no part of a later error. */
		if (failed && err)
			*err = (struct scanreq_error)SCANREQ_ERROR_INIT;
		failed = retry_wait(transport, log, request->url, ms, err);
		if (failed)
			return failed;
	}
}
