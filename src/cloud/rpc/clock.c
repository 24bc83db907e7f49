/* SPDX-License-Identifier: MIT */
#include <strings.h>

#include "base/time.h"
#include "cloud/rpc/clock.h"
#include "net/retry.h"

/* The service accepts dates that are up to 15 minutes off; a Date has whole seconds. */
#define WORTH_TELLING_MS 60000
/*
 * A difference of more than a day is not believed: a false Date must not make us sign
 * requests that are valid at another time.
 */
#define BELIEVED_MS (24 * 60 * 60 * INT64_C(1000))

int64_t service_clock_now(const struct service_clock *clock)
{
	return time_now() + (clock ? atomic_load(&clock->skew_ms) : 0);
}

static void clock_tell(struct log *log, const char *host, int64_t skew_ms)
{
	long long seconds = (long long)(skew_ms / 1000);

	log_write(log, LOG_LEVEL_WARNING,
		  "the clock of this machine is %lld s %s the clock of %s, whose time is used "
		  "for signatures now: set the clock",
		  seconds < 0 ? -seconds : seconds, seconds < 0 ? "ahead of" : "behind", host);
}

bool service_clock_skew(const struct http_response *response, int64_t *skew_ms)
{
	const char *date = http_header(response, "Date", 0);
	int64_t now_ms = time_now(), theirs_ms;

	if (!date || !http_date_parse(date, now_ms, &theirs_ms))
		return false;
	*skew_ms = theirs_ms - now_ms;
	return true;
}

bool service_clock_correct(struct service_clock *clock, struct log *log, const char *host,
			   const char *code, const struct http_response *response)
{
	int64_t skew_ms, change_ms;

	if (!clock || !code || strcasecmp(code, "InvalidTimeStamp.Expired") != 0 ||
	    !service_clock_skew(response, &skew_ms))
		return false;
	if (skew_ms > BELIEVED_MS || skew_ms < -BELIEVED_MS) {
		log_write(log, LOG_LEVEL_WARNING,
			  "the clock of this machine is %lld days %s the clock of %s, too far "
			  "to use its time for signatures: set the clock",
			  (long long)((skew_ms < 0 ? -skew_ms : skew_ms) / BELIEVED_MS),
			  skew_ms < 0 ? "ahead of" : "behind", host);
		return false;
	}
	change_ms = skew_ms - atomic_exchange(&clock->skew_ms, skew_ms);
	if (change_ms > WORTH_TELLING_MS || change_ms < -WORTH_TELLING_MS)
		clock_tell(log, host, skew_ms);
	return true;
}
