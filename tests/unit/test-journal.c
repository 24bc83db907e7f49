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

static void expect(struct journal *journal, const char *text, enum journal_state expected,
		   const char *task)
{
	struct journal_past past = { .state = JOURNAL_NONE };
	const struct digest key = key_of(text);

	assert_int_equal(journal_find(journal, &key, &past, NULL), 0);
	assert_int_equal(past.state, expected);
	if (task)
		assert_string_equal(past.task_id, task);
	else
		assert_null(past.task_id);
	free(past.task_id);
}

static void begin(struct journal *journal, const char *text)
{
	struct journal_past past = { .state = JOURNAL_ACCEPTED };
	const struct digest key = key_of(text);

	assert_int_equal(journal_begin(journal, &key, text, &past, NULL), 0);
	assert_int_equal(past.state, JOURNAL_NONE);
}

static void end(struct journal *journal, const char *text, enum journal_state state,
		const char *task)
{
	const struct digest key = key_of(text);
	const struct journal_end what = { .state = state, .task_id = task };

	assert_int_equal(journal_end(journal, &key, &what, NULL), 0);
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
	expect_all(journal);
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

/* A killed run leaves the beginning of a line, at whatever byte. */
static void test_cut_line(void **state)
{
	struct buf whole CLEANUP_BUF = BUF_INIT(4096);
	struct journal *journal CLEANUP(journal_free) = open_journal();
	size_t first;

	(void)state;
	begin(journal, "a");
	assert_int_equal(file_read(path, &whole, NULL), 0);
	first = whole.len;
	end(journal, "a", JOURNAL_ACCEPTED, "t-1");
	buf_clear(&whole);
	assert_int_equal(file_read(path, &whole, NULL), 0);
	for (size_t len = 0; len <= whole.len; len++) {
		struct stat st;

		journal_free(&journal);
		assert_int_equal(truncate(path, 0), 0);
		{
			int fd CLEANUP_CLOSE = open(path, O_WRONLY);

			assert_int_equal(write(fd, whole.data, len), (ssize_t)len);
		}
		journal = open_journal();
		if (len < first)
			expect(journal, "a", JOURNAL_NONE, NULL);
		else if (len < whole.len)
			expect(journal, "a", JOURNAL_SENDING, NULL);
		else
			expect(journal, "a", JOURNAL_ACCEPTED, "t-1");
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_size, len < first       ? 0
					     : len < whole.len ? first
							       : whole.len);
	}
}

static void test_other_files(void **state)
{
	static const char *const texts[] = {
		"hello\n",
		"{}\n",
		"{\"state\":\"accepted\"}\n",
		"{\"state\":\"odd\",\"key\":\"" KEY "\"}\n",
		"{\"state\":\"sending\",\"key\":\"aaaa\"}\n",
		"\n",
	};
	struct scanreq_error err;
	struct journal *journal = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		struct buf after CLEANUP_BUF = BUF_INIT(4096);
		int fd CLEANUP_CLOSE = open(path, O_WRONLY | O_TRUNC);

		assert_int_equal(write(fd, texts[i], strlen(texts[i])),
				 (ssize_t)strlen(texts[i]));
		assert_int_equal(journal_open(path, &journal, &err), SCANREQ_E_USAGE);
		assert_null(journal);
		/* And it is left as it was. */
		assert_int_equal(file_read(path, &after, NULL), 0);
		assert_string_equal(buf_str(&after), texts[i]);
	}
	assert_int_equal(journal_open("/dev/null", &journal, &err), SCANREQ_E_USAGE);
	assert_int_equal(journal_open("/nonexistent/j", &journal, &err), SCANREQ_E_USAGE);
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
		cmocka_unit_test_setup_teardown(test_other_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_request_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_request_unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_in_use, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_full_disk, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
