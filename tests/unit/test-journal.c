/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/limits.h"
#include "pipeline/journal.h"

#define KEY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static char path[64];

static int set_up(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/scanreq-journal-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static struct digest key_of(const char *text)
{
	struct digest key;

	assert_int_equal(digest_of(DIGEST_SHA256, text, strlen(text), &key, NULL), 0);
	return key;
}

static struct journal *open_journal(void)
{
	struct journal *journal = NULL;
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (journal_open(path, &journal, &err))
		fail_msg("%s", err.message);
	return journal;
}

static void end(struct journal *journal, const char *text, enum journal_state state,
		const char *task)
{
	const struct digest key = key_of(text);
	const struct journal_end what = { .state = state, .task_id = task };

	assert_int_equal(journal_end(journal, &key, &what, NULL), 0);
}

/* Asks as a run does, and lets go of what it is given in hand. */
static void expect(struct journal *journal, const char *text, enum journal_state expected,
		   const char *task)
{
	struct journal_past past = { .state = JOURNAL_NONE };
	const struct digest key = key_of(text);

	assert_int_equal(journal_begin(journal, &key, text, &past, NULL), 0);
	assert_int_equal(past.state, expected);
	if (task)
		assert_string_equal(past.task_id, task);
	else
		assert_null(past.task_id);
	free(past.task_id);
	if (past.state == JOURNAL_NONE)
		end(journal, text, JOURNAL_NONE, NULL);
}

static void begin(struct journal *journal, const char *text)
{
	struct journal_past past = { .state = JOURNAL_ACCEPTED };
	const struct digest key = key_of(text);

	assert_int_equal(journal_begin(journal, &key, text, &past, NULL), 0);
	assert_int_equal(past.state, JOURNAL_NONE);
}

static void expect_all(struct journal *journal)
{
	expect(journal, "accepted", JOURNAL_ACCEPTED, "t-1");
	expect(journal, "failed", JOURNAL_NONE, NULL);
	expect(journal, "unknown", JOURNAL_SENDING, NULL);
	expect(journal, "cut off", JOURNAL_SENDING, NULL);
	expect(journal, "never seen", JOURNAL_NONE, NULL);
}

static void test_remembers(void **state)
{
	struct journal *journal CLEANUP(journal_free) = open_journal();

	(void)state;
	begin(journal, "accepted");
	begin(journal, "failed");
	begin(journal, "unknown");
	begin(journal, "cut off");
	end(journal, "failed", JOURNAL_NONE, NULL);
	end(journal, "accepted", JOURNAL_ACCEPTED, "t-1");
	end(journal, "unknown", JOURNAL_SENDING, NULL);
	expect(journal, "accepted", JOURNAL_ACCEPTED, "t-1");
	expect(journal, "unknown", JOURNAL_SENDING, NULL);
	journal_free(&journal);
	journal = open_journal();
	expect_all(journal);
	/* What failed may be tried again, and may then succeed. */
	begin(journal, "failed");
	end(journal, "failed", JOURNAL_ACCEPTED, "t-2");
	journal_free(&journal);
	journal = open_journal();
	expect(journal, "failed", JOURNAL_ACCEPTED, "t-2");
}

static void test_many(void **state)
{
	struct journal *journal CLEANUP(journal_free) = open_journal();
	char text[32], task[32];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "image %d", i);
		snprintf(task, sizeof(task), "t-%d", i);
		end(journal, text, JOURNAL_ACCEPTED, task);
	}
	journal_free(&journal);
	journal = open_journal();
	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "image %d", i);
		snprintf(task, sizeof(task), "t-%d", i);
		expect(journal, text, JOURNAL_ACCEPTED, task);
	}
}

static void write_file(const void *data, size_t len)
{
	int fd CLEANUP_CLOSE = open(path, O_WRONLY | O_TRUNC);

	assert_int_equal(write(fd, data, len), (ssize_t)len);
}

static off_t file_size(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* The bytes of a journal with an accepted request: its header and two records. */
static void make_accepted(struct buf *whole, size_t ends[3])
{
	struct journal *journal CLEANUP(journal_free) = open_journal();

	ends[0] = (size_t)file_size();
	begin(journal, "a");
	ends[1] = (size_t)file_size();
	end(journal, "a", JOURNAL_ACCEPTED, "t-1");
	assert_int_equal(file_read(path, whole, NULL), 0);
	ends[2] = whole->len;
}

/* A killed run leaves the beginning of a record, at whatever byte; an editor all but its end. */
static void test_cut_line(void **state)
{
	struct buf whole CLEANUP_BUF = BUF_INIT(4096);
	size_t ends[3];

	(void)state;
	make_accepted(&whole, ends);
	for (size_t len = ends[0] - 1; len <= whole.len; len++) {
		struct journal *journal CLEANUP(journal_free) = NULL;
		size_t last = len + 1 >= ends[2] ? 2 : len + 1 >= ends[1] ? 1 : 0;

		write_file(whole.data, len);
		journal = open_journal();
		assert_int_equal(file_size(), ends[last]);
		if (last == 0)
			expect(journal, "a", JOURNAL_NONE, NULL);
		else if (last == 1)
			expect(journal, "a", JOURNAL_SENDING, NULL);
		else
			expect(journal, "a", JOURNAL_ACCEPTED, "t-1");
	}
	write_file("", 0);
	journal_free(&(struct journal *){ open_journal() });
	assert_int_equal(file_size(), ends[0]);
}

static void expect_refused(const void *data, size_t len, const char *says)
{
	struct buf after CLEANUP_BUF = BUF_INIT(LIMIT_LIST_LINE + 4096);
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct journal *journal = NULL;

	write_file(data, len);
	if (journal_open(path, &journal, &err) != SCANREQ_E_USAGE ||
	    !strstr(err.message, says) || !strstr(err.message, path))
		fail_msg("%.*s: %s", (int)len, (const char *)data, err.message);
	assert_null(journal);
	/* And it is left as it was. */
	assert_int_equal(file_read(path, &after, NULL), 0);
	assert_int_equal(after.len, len);
	assert_memory_equal(after.data, data, len);
}

/* One bit of a record, or a line too many, and nothing is believed, nor written. */
static void test_damage(void **state)
{
	struct buf whole CLEANUP_BUF = BUF_INIT(4096), joined CLEANUP_BUF = BUF_INIT(8192);
	size_t ends[3];

	(void)state;
	make_accepted(&whole, ends);
	for (size_t at = ends[0]; at < ends[2]; at++) {
		/* What a newline becomes is told by the line, and the last one by an append. */
		if (whole.data[at] == '\n')
			continue;
		whole.data[at] ^= 1;
		expect_refused(whole.data, whole.len,
			       whole.data[at] == '\n' ? ""
			       : at < ends[1]         ? "line 2, is not as it was written"
						      : "line 3, is not as it was written");
		whole.data[at] ^= 1;
	}
	buf_add(&joined, whole.data, whole.len);
	buf_add(&joined, whole.data, whole.len);
	expect_refused(joined.data, joined.len, "line 4, is not as it was written");
	/* A line that was left out is one that was never there. */
	buf_clear(&joined);
	buf_add(&joined, whole.data, ends[0]);
	buf_add(&joined, "a note", 6);
	expect_refused(joined.data, joined.len, "line 2, is not as it was written");
}

/* Anybody can check a line: sha256sum over what is before the check. */
static void test_check(void **state)
{
	static const char before[] = ",\"check\":\"";
	struct buf whole CLEANUP_BUF = BUF_INIT(4096);
	struct digest digest;
	size_t ends[3];
	char *record, *check;

	(void)state;
	make_accepted(&whole, ends);
	record = whole.data + ends[1];
	check = strstr(record, before);
	assert_int_equal(digest_of(DIGEST_SHA256, record, (size_t)(check - record), &digest, NULL),
			 0);
	assert_memory_equal(check + strlen(before), digest.hex, 16);
	assert_string_equal(check + strlen(before) + 16, "\"}\n");
}

static void test_other_files(void **state)
{
	static const char *const texts[] = {
		"hello\n", "hello", "{}\n", "{", "{\"state\":\"", "\n", "{\"journal\":\"scan",
		"{\"state\":\"accepted\"}\n",
		"{\"state\":\"on\",\"lamps\":[1,2]}\n{\"state\":\"off\"}\n",
		"{\"state\":\"sending\",\"key\":\"" KEY "\"}\n",
		"{\"journal\":\"other\",\"format\":1}\n",
		"{\"journal\":\"scanreq\",\"format\":1} \n",
	};
	size_t large = LIMIT_LIST_LINE + 1;
	char *bytes CLEANUP_FREE = calloc(1, large);
	struct scanreq_error err;
	struct journal *journal = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
		expect_refused(texts[i], strlen(texts[i]), strstr(texts[i], "scanreq") ? ""
								: "is no journal");
	expect_refused("{\"journal\":\"scanreq\",\"format\":2}\n", 34, "another version");
	expect_refused(bytes, 5, "is no journal");
	expect_refused(bytes, large, "is no journal");
	assert_int_equal(journal_open("/dev/null", &journal, &err), SCANREQ_E_USAGE);
	assert_int_equal(journal_open("/nonexistent/j", &journal, &err), SCANREQ_E_USAGE);
}

/* Without a file it knows what this run has sent, and of others nothing. */
static void test_in_memory(void **state)
{
	struct journal *journal CLEANUP(journal_free) = NULL;
	struct journal_past past = { .state = JOURNAL_NONE };
	const struct digest key = key_of("a");

	(void)state;
	assert_int_equal(journal_open(NULL, &journal, NULL), 0);
	begin(journal, "a");
	end(journal, "a", JOURNAL_ACCEPTED, "t-1");
	assert_int_equal(journal_begin(journal, &key, "a", &past, NULL), 0);
	assert_int_equal(past.state, JOURNAL_ACCEPTED);
	assert_true(past.own);
	free(past.task_id);
	expect(journal, "b", JOURNAL_NONE, NULL);
}

/* What an earlier run has sent is told apart from what this one has. */
static void test_own(void **state)
{
	struct journal *journal CLEANUP(journal_free) = open_journal();
	struct journal_past past = { .state = JOURNAL_NONE };
	const struct digest key = key_of("a");

	(void)state;
	begin(journal, "a");
	journal_free(&journal);
	journal = open_journal();
	assert_int_equal(journal_begin(journal, &key, "a", &past, NULL), 0);
	assert_int_equal(past.state, JOURNAL_SENDING);
	assert_false(past.own);
}

static void test_in_use(void **state)
{
	struct journal *first = open_journal(), *second = NULL;
	struct scanreq_error err;

	(void)state;
	assert_int_equal(journal_open(path, &second, &err), SCANREQ_E_USAGE);
	assert_non_null(strstr(err.message, "in use"));
	journal_free(&first);
}

/* A disk that is full: the request must not be sent, and the file stays whole. */
static void test_full_disk(void **state)
{
	struct journal *journal CLEANUP(journal_free) = open_journal();
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	struct journal_past past = { .state = JOURNAL_NONE };
	const struct digest key = key_of("after");
	struct rlimit before, small;
	struct stat st;
	off_t size;

	(void)state;
	begin(journal, "before");
	assert_int_equal(stat(path, &st), 0);
	size = st.st_size;
	/* Room for half of the next line. */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = (rlim_t)size + 20;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(journal_begin(journal, &key, "after", &past, &err),
			 SCANREQ_E_INTERNAL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, size);
	expect(journal, "after", JOURNAL_NONE, NULL);
	begin(journal, "after");
	journal_free(&journal);
	journal = open_journal();
	expect(journal, "after", JOURNAL_SENDING, NULL);
}

/* Threads that file the same request. */
struct twins {
	struct journal *journal;
	pthread_mutex_t mutex;
	enum journal_state end;
	int sent, accepted_before, unknown_before;
};

static void count(struct twins *t, int *counter)
{
	pthread_mutex_lock(&t->mutex);
	++*counter;
	pthread_mutex_unlock(&t->mutex);
}

static void *file_one(void *arg)
{
	struct twins *t = arg;
	struct journal_past past = { .state = JOURNAL_NONE };
	const struct digest key = key_of("twin");

	if (journal_begin(t->journal, &key, "twin", &past, NULL) != 0)
		return NULL;
	if (past.state == JOURNAL_NONE) {
		count(t, &t->sent);
		/* Whoever did not wait would be here by now. */
		for (int i = 0; i < 1000; i++)
			sched_yield();
		end(t->journal, "twin", t->end, t->end == JOURNAL_ACCEPTED ? "t-1" : NULL);
	} else {
		count(t, past.state == JOURNAL_ACCEPTED ? &t->accepted_before
							: &t->unknown_before);
	}
	free(past.task_id);
	return NULL;
}

static void file_twins(struct twins *t)
{
	pthread_t threads[8];

	pthread_mutex_init(&t->mutex, NULL);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, file_one, t), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&t->mutex);
}

/* A list that names an image twice: one files it, and the other one sees the outcome. */
static void test_same_request_at_once(void **state)
{
	struct journal *journal CLEANUP(journal_free) = open_journal();
	struct twins accepted = { .journal = journal, .end = JOURNAL_ACCEPTED };

	(void)state;
	file_twins(&accepted);
	assert_int_equal(accepted.sent, 1);
	assert_int_equal(accepted.accepted_before, 7);
}

static void test_same_request_unknown(void **state)
{
	struct journal *journal CLEANUP(journal_free) = open_journal();
	struct twins unknown = { .journal = journal, .end = JOURNAL_SENDING };

	(void)state;
	file_twins(&unknown);
	assert_int_equal(unknown.sent, 1);
	assert_int_equal(unknown.unknown_before, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_remembers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_damage, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_check, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_in_memory, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_request_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_request_unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_in_use, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_full_disk, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
