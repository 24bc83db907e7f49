/* SPDX-License-Identifier: MIT */
/* Helpers that are real: scripts of a line or two. None of the waits decides a test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/str.h"

#define LONG_MS 60000
#define OUTPUT_MAX 4096

/* --- making helpers ---------------------------------------------------------------- */

struct place {
	char *directory;
	struct strv paths;
};

static struct place place_make(void)
{
	char template[] = "/tmp/scanreq-child-XXXXXX";
	struct place place = { 0 };

	assert_non_null(mkdtemp(template));
	place.directory = strdup(template);
	return place;
}

static void place_remove(struct place *place)
{
	for (size_t i = 0; i < place->paths.count; i++)
		unlink(place->paths.items[i]);
	rmdir(place->directory);
	strv_free(&place->paths);
	free(place->directory);
}

/* Writes a file below the place and gives its path, which the place owns. */
static const char *place_file(struct place *place, const char *name, const char *text,
			      mode_t mode)
{
	const char *path;
	FILE *file;

	assert_int_equal(strv_addf(&place->paths, "%s/%s", place->directory, name), 0);
	path = place->paths.items[place->paths.count - 1];
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

struct ran {
	struct child_result result;
	struct buf out;
};

static void ran_free(struct ran *ran)
{
	buf_free(&ran->out);
}
#define CLEANUP_RAN CLEANUP(ran_free)

static struct ran run_whole(const struct child_run *run)
{
	struct ran ran = { .out = BUF_SECRET_INIT(OUTPUT_MAX) };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	if (child_run(run, &ran.out, &ran.result, &err))
		fail_msg("%s", err.message);
	return ran;
}

/* Runs a line of shell: the shell is the helper here, and the line its program. */
static struct ran run_line(const char *line, const char *input, int64_t timeout_ms)
{
	const char *const argv[] = { "/bin/sh", "-c", line, NULL };

	return run_whole(&(struct child_run){ .argv = argv, .input = input,
					      .timeout_ms = timeout_ms });
}

static void assert_ended(const struct ran *ran, enum child_end end, int status)
{
	if (ran->result.end != end || ran->result.status != status)
		fail_msg("ended as %d with %d: %s", ran->result.end, ran->result.status,
			 buf_str(&ran->out));
}

static void assert_says(const char *line, const char *input, const char *said)
{
	struct ran ran CLEANUP_RAN = run_line(line, input, LONG_MS);

	assert_ended(&ran, CHILD_EXITED, 0);
	assert_string_equal(buf_str(&ran.out), said);
}

/* --- what it gets ------------------------------------------------------------------ */

static void passes_input_and_output(void **state)
{
	(void)state;
	assert_says("cat", "https://index.docker.io/v1/", "https://index.docker.io/v1/");
	assert_says("cat /dev/stdin", "twice", "twice");
	assert_says("cat; echo end", NULL, "end\n");
	assert_says("cat; echo end", "", "end\n");
	assert_says("echo secret >&2; echo said", NULL, "said\n");
}

static void arguments_are_no_shell_text(void **state)
{
	const char *const argv[] = { "printf", "%s|", "a b", "$HOME;`id`", "", NULL };
	struct ran ran CLEANUP_RAN =
		run_whole(&(struct child_run){ .argv = argv, .timeout_ms = LONG_MS });

	(void)state;
	assert_ended(&ran, CHILD_EXITED, 0);
	assert_string_equal(buf_str(&ran.out), "a b|$HOME;`id`||");
}

static void says_how_it_ended(void **state)
{
	struct ran failed CLEANUP_RAN = run_line("echo why; exit 3", NULL, LONG_MS);
	struct ran killed CLEANUP_RAN = run_line("kill -TERM $$", NULL, LONG_MS);
	struct buf text CLEANUP_BUF = BUF_INIT(200);

	(void)state;
	assert_ended(&failed, CHILD_EXITED, 3);
	assert_string_equal(buf_str(&failed.out), "why\n");
	assert_ended(&killed, CHILD_SIGNALLED, SIGTERM);
	child_describe(&failed.result, &text);
	buf_puts(&text, ", ");
	child_describe(&killed.result, &text);
	assert_string_equal(buf_str(&text), "exited with status 3, was ended by signal 15");
}

/* A writer that nobody reads from: neither a signal nor a fault. */
static void input_may_be_ignored(void **state)
{
	char *text CLEANUP_FREE = malloc(1 << 20);

	(void)state;
	memset(text, 'x', (1 << 20) - 1);
	text[(1 << 20) - 1] = '\0';
	assert_says("exec 0<&-; echo ignored", text, "ignored\n");
	assert_says("wc -c", text, "1048575\n");
}

static void keys_are_taken_out(void **state)
{
	static const char *const names[] = { "SCANREQ_TOKEN", "ALIBABA_CLOUD_ACCESS_KEY_ID",
					     "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
					     "ALIBABA_CLOUD_SECURITY_TOKEN" };
	const char *const argv[] = { "/bin/sh", "-c",
				     "env | grep -E 'SCANREQ|ALIBABA|^PATH='", NULL };
	struct child_run run = { .argv = argv, .timeout_ms = LONG_MS };
	struct ran without CLEANUP_RAN = { .result = { 0 } }, with CLEANUP_RAN = without;

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		setenv(names[i], "hunter2", 1);
	setenv("SCANREQ_TOKEN_OTHER", "kept", 1);
	without = run_whole(&run);
	run.keep_keys = true;
	with = run_whole(&run);
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		assert_non_null(strstr(buf_str(&with.out), names[i]));
		unsetenv(names[i]);
	}
	unsetenv("SCANREQ_TOKEN_OTHER");
	assert_null(strstr(buf_str(&without.out), "hunter2"));
	assert_non_null(strstr(buf_str(&without.out), "SCANREQ_TOKEN_OTHER=kept"));
	assert_non_null(strstr(buf_str(&without.out), "PATH="));
}

/* Not even a descriptor that was left open for children. */
static void no_other_descriptor_is_open(void **state)
{
	int fd = fcntl(2, F_DUPFD, 50);

	(void)state;
	assert_true(fd >= 50);
	assert_says("for i in 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$i ] && echo $i; done;"
		    " ls /proc/$$/fd | grep -c '^[5-9][0-9]'; true", NULL, "0\n");
	close(fd);
}

static void signals_are_as_a_shell_gives_them(void **state)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	sigset_t some, old;

	(void)state;
	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigaction(SIGPIPE, &ignore, &before);
	pthread_sigmask(SIG_BLOCK, &some, &old);
	/* The C library keeps the first two real-time signals for itself: nobody resets them. */
	assert_says("while read -r name mask; do case $name in SigBlk:|SigIgn:)"
		    " printf '%s%x ' $name $((0x$mask & 0x7fffffff));; esac;"
		    " done </proc/self/status", NULL, "SigBlk:0 SigIgn:0 ");
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	sigaction(SIGPIPE, &before, NULL);
}

static void it_has_a_group_of_its_own(void **state)
{
	(void)state;
	assert_says("[ $(cut -d' ' -f5 /proc/$$/stat) = $$ ] && echo own", NULL, "own\n");
}

/* --- finding it -------------------------------------------------------------------- */

static struct ran run_named(const char *name)
{
	const char *const argv[] = { name, NULL };

	return run_whole(&(struct child_run){ .argv = argv, .timeout_ms = LONG_MS });
}

static void finds_it_in_path(void **state)
{
	struct place place CLEANUP(place_remove) = place_make();
	char *before = strdup(getenv("PATH")), *path = NULL;
	struct ran found CLEANUP_RAN = { .result = { 0 } }, data CLEANUP_RAN = found,
			 relative CLEANUP_RAN = found, absent CLEANUP_RAN = found;

	(void)state;
	place_file(&place, "scanreq-test-helper", "#!/bin/sh\necho \"$0\"\n", 0700);
	place_file(&place, "scanreq-test-data", "no program\n", 0600);
	assert_true(asprintf(&path, "/nonexistent:%s:%s", place.directory, before) > 0);
	setenv("PATH", path, 1);
	found = run_named("scanreq-test-helper");
	data = run_named("scanreq-test-data");
	absent = run_named("scanreq-test-absent");
	assert_int_equal(chdir(place.directory), 0);
	setenv("PATH", "::.:", 1);
	relative = run_named("scanreq-test-helper");
	setenv("PATH", before, 1);
	assert_int_equal(chdir("/"), 0);
	free(path);
	free(before);
	assert_ended(&found, CHILD_EXITED, 0);
	assert_non_null(strstr(buf_str(&found.out), place.directory));
	assert_ended(&data, CHILD_NOT_FOUND, 0);
	assert_ended(&absent, CHILD_NOT_FOUND, 0);
	assert_ended(&relative, CHILD_NOT_FOUND, 0);
}

static void tells_absent_from_unfit(void **state)
{
	struct place place CLEANUP(place_remove) = place_make();
	const char *data = place_file(&place, "data", "#!/bin/sh\n", 0600);
	const char *script = place_file(&place, "script", "#!/nonexistent/sh\n", 0700);
	struct ran absent CLEANUP_RAN = run_named("/nonexistent/helper");
	struct ran unfit CLEANUP_RAN = run_named(data);
	struct ran broken CLEANUP_RAN = run_named(script);
	struct buf text CLEANUP_BUF = BUF_INIT(200);

	(void)state;
	assert_ended(&absent, CHILD_NOT_FOUND, 0);
	assert_ended(&unfit, CHILD_NOT_STARTED, EACCES);
	assert_ended(&broken, CHILD_NOT_STARTED, ENOENT);
	child_describe(&broken.result, &text);
	assert_non_null(strstr(buf_str(&text), "could not be started: No such file"));
}

/* --- ending it --------------------------------------------------------------------- */

/* Whether a process is gone or waits to be reaped, within LONG_MS. */
static bool goes_away(const char *pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	for (int i = 0; i < LONG_MS / 10; i++) {
		FILE *file = fopen(path, "re");
		char name[64] = "", how = 'Z';

		if (!file)
			return true;
		if (fscanf(file, "%*d %63s %c", name, &how) != 2)
			how = 'Z';
		fclose(file);
		if (how == 'Z' || how == 'X')
			return true;
		usleep(10000);
	}
	return false;
}

static void is_killed_with_its_group_at_the_time_out(void **state)
{
	struct ran ran CLEANUP_RAN =
		run_line("trap '' TERM; sleep 1000 & printf %s $!; wait", NULL, 300);

	(void)state;
	assert_ended(&ran, CHILD_TIMED_OUT, 0);
	if (ran.out.len > 0)
		assert_true(goes_away(buf_str(&ran.out)));
}

static void is_killed_when_it_writes_too_much(void **state)
{
	struct ran ran CLEANUP_RAN = run_line("yes", NULL, LONG_MS);
	struct buf text CLEANUP_BUF = BUF_INIT(200);

	(void)state;
	assert_ended(&ran, CHILD_FLOODED, 0);
	assert_true(ran.out.len <= OUTPUT_MAX);
	child_describe(&ran.result, &text);
	assert_string_equal(buf_str(&text), "wrote more than it may");
}

/* What stays behind keeps the pipe open for longer than anybody wants to wait. */
static void a_grandchild_does_not_hold_it_up(void **state)
{
	struct ran ran CLEANUP_RAN = run_line("sleep 1000 & printf %s $!", NULL, LONG_MS);
	int64_t pid = 0;

	(void)state;
	assert_ended(&ran, CHILD_EXITED, 0);
	assert_true(str_to_int64(buf_str(&ran.out), &pid) && pid > 1);
	assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
}

static void its_output_may_end_before_it(void **state)
{
	struct ran ran CLEANUP_RAN = run_line("echo all; exec >&-; sleep 0.1; exit 4", NULL,
					      LONG_MS);

	(void)state;
	assert_ended(&ran, CHILD_EXITED, 4);
	assert_string_equal(buf_str(&ran.out), "all\n");
}

static void *run_many(void *arg)
{
	size_t *wrong = arg;

	for (int i = 0; i < 20; i++) {
		struct ran ran CLEANUP_RAN = run_line("read -r line; echo \"$line\"; exit 7",
						      "line", LONG_MS);

		*wrong += ran.result.end != CHILD_EXITED || ran.result.status != 7 ||
			  strcmp(buf_str(&ran.out), "line\n") != 0;
	}
	return NULL;
}

static void many_threads_may_run_helpers(void **state)
{
	size_t wrong[4] = { 0 };
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run_many, &wrong[i]), 0);
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(wrong[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_input_and_output),
		cmocka_unit_test(arguments_are_no_shell_text),
		cmocka_unit_test(says_how_it_ended),
		cmocka_unit_test(input_may_be_ignored),
		cmocka_unit_test(keys_are_taken_out),
		cmocka_unit_test(no_other_descriptor_is_open),
		cmocka_unit_test(signals_are_as_a_shell_gives_them),
		cmocka_unit_test(it_has_a_group_of_its_own),
		cmocka_unit_test(finds_it_in_path),
		cmocka_unit_test(tells_absent_from_unfit),
		cmocka_unit_test(is_killed_with_its_group_at_the_time_out),
		cmocka_unit_test(is_killed_when_it_writes_too_much),
		cmocka_unit_test(a_grandchild_does_not_hold_it_up),
		cmocka_unit_test(its_output_may_end_before_it),
		cmocka_unit_test(many_threads_may_run_helpers),
	};

	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
