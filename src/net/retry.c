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
#include "net/spoken.h"

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

/* sscanf() would accept more than HTTP-date allows: signs, blanks, fewer digits. */
enum { DAY, MONTH, YEAR, YEAR_OF_CENTURY, HOUR, MINUTE, SECOND, FIELDS };

struct date {
	int fields[FIELDS];
};

/* Reads one of `count` names of `len` characters each. Returns its index, or -1. */
static int read_name(const char **text, const char *names, int count, size_t len)
{
	for (int i = 0; i < count; i++)
		if (strncmp(*text, names + (size_t)i * len, len) == 0) {
			*text += len;
			return i;
		}
	return -1;
}

static bool read_short_day(const char **text)
{
	return read_name(text, "SunMonTueWedThuFriSat", 7, 3) >= 0;
}

static bool read_long_day(const char **text)
{
	static const char *const names[] = { "Sunday", "Monday", "Tuesday", "Wednesday",
					     "Thursday", "Friday", "Saturday" };

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (str_prefix(*text, names[i], text))
			return true;
	return false;
}

static bool read_number(const char **text, size_t digits, int *number)
{
	*number = 0;
	for (size_t i = 0; i < digits; i++, ++*text) {
		if (**text < '0' || **text > '9')
			return false;
		*number = *number * 10 + (**text - '0');
	}
	return true;
}

static bool read_month(const char **text, int *month)
{
	*month = read_name(text, "JanFebMarAprMayJunJulAugSepOctNovDec", 12, 3) + 1;
	return *month > 0;
}

/* asctime() pads the day with a blank. */
static bool read_padded_day(const char **text, int *day)
{
	if (**text != ' ')
		return read_number(text, 2, day);
	++*text;
	return read_number(text, 1, day);
}

/* Reads one item of a pattern, like strptime(). */
static bool read_item(char item, const char **text, int *f)
{
	switch (item) {
	case 'a':
		return read_short_day(text);
	case 'A':
		return read_long_day(text);
	case 'd':
		return read_number(text, 2, &f[DAY]);
	case 'e':
		return read_padded_day(text, &f[DAY]);
	case 'b':
		return read_month(text, &f[MONTH]);
	case 'Y':
		return read_number(text, 4, &f[YEAR]);
	case 'y':
		return read_number(text, 2, &f[YEAR_OF_CENTURY]);
	case 'H':
		return read_number(text, 2, &f[HOUR]);
	case 'M':
		return read_number(text, 2, &f[MINUTE]);
	default:
		return item == 'S' && read_number(text, 2, &f[SECOND]);
	}
}

static bool read_date(const char *pattern, const char *text, struct date *d)
{
	for (; *pattern; pattern++) {
		if (*pattern == '%' ? !read_item(*++pattern, &text, d->fields)
				    : *text++ != *pattern)
			return false;
	}
	return *text == '\0';
}

static bool to_ms(const struct date *d, int64_t *ms)
{
	const int *f = d->fields;
	char text[80];

	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", f[YEAR], f[MONTH],
		 f[DAY], f[HOUR], f[MINUTE], f[SECOND]);
	return time_parse(text, ms);
}

/* A year more than 50 years ahead is in the past (RFC 9110 section 5.6.7). */
static void settle_century(struct date *d, int64_t now_ms)
{
	char now[TIME_TEXT_SIZE];
	int year = 0;

	time_format(now_ms, now);
	sscanf(now, "%4d", &year);
	d->fields[YEAR] = year - year % 100 + d->fields[YEAR_OF_CENTURY];
	if (d->fields[YEAR] > year + 50)
		d->fields[YEAR] -= 100;
}

bool http_date_parse(const char *text, int64_t now_ms, int64_t *ms)
{
	struct date d = { { 0 } };

	if (read_date("%a, %d %b %Y %H:%M:%S GMT", text, &d) ||
	    read_date("%a %b %e %H:%M:%S %Y", text, &d))
		return to_ms(&d, ms);
	if (!read_date("%A, %d-%b-%y %H:%M:%S GMT", text, &d))
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

/* Without random numbers, wait as long as possible. */
static uint32_t chance(void)
{
	uint32_t number;

	return getentropy(&number, sizeof(number)) == 0 ? number : UINT32_MAX;
}

int64_t retry_backoff(unsigned int n)
{
	return retry_delay(n, chance());
}

int retry_turn(struct http_transport *transport, struct log *log, const struct url *url,
	       struct scanreq_error *err)
{
	struct pace_turn turn;

	do {
		int64_t now_us = transport->now_us(transport), ms;
		int failed;

		turn = pace_take(transport->paces, url, now_us);
		ms = (turn.at_us - now_us + 999) / 1000;
		if (ms == 0)
			return 0;
		log_debug(log, "%s: the next request goes out in %lld ms", url->host,
			  (long long)ms);
		failed = http_transport_wait(transport, ms, err);
		if (failed)
			return failed;
	} while (!pace_keeps(transport->paces, url, &turn));
	return 0;
}

void retry_refused(struct http_transport *transport, const struct url *url,
		   const struct retry_hint *hint)
{
	pace_refused(transport->paces, url, hint->asked_ms, transport->now_us(transport));
}

void retry_passed(struct http_transport *transport, const struct url *url)
{
	pace_passed(transport->paces, url);
}

/* Logs why there is another attempt, and when. */
static void retry_tell(const struct retry *retry, const struct scanreq_error *err, int64_t ms)
{
	if (err && *err->message)
		log_info(retry->log, "%s", err->message);
	log_info(retry->log, "%s: another attempt in %lld ms", retry->url->host, (long long)ms);
}

/* The host said when to come back: it is left alone so long. */
static bool retry_obeys(struct retry *retry, const struct retry_hint *hint,
			const struct scanreq_error *err)
{
	struct http_transport *transport = retry->transport;
	int64_t now_us = transport->now_us(transport), left_ms;

	if (retry->began_us == 0)
		retry->began_us = now_us;
	left_ms = transport->retry_deadline_ms - (now_us - retry->began_us) / 1000;
	if (hint->asked_ms >= left_ms) {
		log_info(retry->log, "%s asks to wait for %lld s, past the retry deadline",
			 retry->url->host, (long long)(hint->asked_ms / MS_PER_SECOND));
		return false;
	}
	retry_tell(retry, err, hint->asked_ms);
	retry_refused(transport, retry->url, hint);
	return true;
}

bool retry_again(struct retry *retry, const struct retry_hint *hint, int *failed,
		 struct scanreq_error *err)
{
	struct http_transport *transport = retry->transport;
	int64_t ms;

	*failed = 0;
	if (transport->retries <= 0)
		return false;
	if (hint->asked_ms >= 0)
		return retry_obeys(retry, hint, err);
	if (hint->refused)
		retry_refused(transport, retry->url, hint);
	if (retry->failures >= (unsigned int)transport->retries)
		return false;
	ms = retry_backoff(++retry->failures);
	retry_tell(retry, err, ms);
	*failed = http_transport_wait(transport, ms, err);
	return *failed == 0;
}

/* --- a GET ------------------------------------------------------------------------- */

int retry_get(struct http_transport *transport, struct log *log,
	      const struct http_request *request, struct http_response *response,
	      struct scanreq_error *err)
{
	struct retry retry = { .transport = transport, .log = log, .url = request->url };

	for (;;) {
		struct retry_hint hint = { .asked_ms = -1 };
		struct http_failure failure;
		int failed = retry_turn(transport, log, request->url, err), cancelled;

		if (failed)
			return failed;
		failed = spoken_send(transport, log, request, response, &failure, err);
		if (failed ? !failure.temporary : !retry_status(response->status)) {
			retry_passed(transport, request->url);
			return failed;
		}
		if (!failed)
			hint = (struct retry_hint){ .refused = response->status == 429,
						    .asked_ms = retry_after_of(response) };
		if (!retry_again(&retry, &hint, &cancelled, err))
			return cancelled ? cancelled : failed;
		if (failed && err) /* Resets err before retrying. */
			*err = (struct scanreq_error)SCANREQ_ERROR_INIT;
	}
}
