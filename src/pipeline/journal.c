/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "pipeline/journal.h"

/* The first member of a line. */
#define STATE_NAME "state"

/* The names of states in the file; a request that made no task is "failed". */
#define STATE_SENDING "sending"
#define STATE_ACCEPTED "accepted"
#define STATE_UNKNOWN "unknown"
#define STATE_FAILED "failed"

/* Slots of the table at first, and how full it may become: three quarters. */
#define FIRST_SLOTS 1024

struct record {
	char hex[65]; /* of the key; "": free */
	enum journal_state state;
	bool in_hand;  /* a thread of this run sends it */
	char *task_id; /* or NULL */
};

struct journal {
	char *path;
	int fd;
	pthread_mutex_t mutex;	/* guards what follows and the order of lines */
	pthread_cond_t settled; /* a request is in hand no more */
	off_t end;		/* of the last whole line */
	struct record *records; /* open addressing; a power of two */
	size_t slots;
	size_t count;
};

/* --- the table --------------------------------------------------------------------- */

/* The key's slot, or the free one where it belongs. */
static struct record *find(const struct journal *j, const char *hex)
{
	char first[16];
	size_t i;

	memcpy(first, hex, 15);
	first[15] = '\0';
	for (i = strtoull(first, NULL, 16) & (j->slots - 1); *j->records[i].hex;
	     i = (i + 1) & (j->slots - 1))
		if (strcmp(j->records[i].hex, hex) == 0)
			break;
	return &j->records[i];
}

static int grow(struct journal *j)
{
	struct journal larger = { .slots = j->slots ? 2 * j->slots : FIRST_SLOTS };

	if (j->slots && j->count < j->slots / 4 * 3)
		return 0;
	larger.records = calloc(larger.slots, sizeof(*larger.records));
	if (!larger.records)
		return SCANREQ_E_NOMEM;
	for (size_t i = 0; i < j->slots; i++)
		if (*j->records[i].hex)
			*find(&larger, j->records[i].hex) = j->records[i];
	free(j->records);
	j->records = larger.records;
	j->slots = larger.slots;
	return 0;
}

static int set(struct journal *j, const char *hex, enum journal_state state,
	       const char *task_id)
{
	struct record *record;
	char *copy CLEANUP_FREE = NULL;

	if (grow(j) || str_copy(&copy, task_id))
		return SCANREQ_E_NOMEM;
	record = find(j, hex);
	if (!*record->hex) {
		memcpy(record->hex, hex, sizeof(record->hex));
		j->count++;
	}
	record->state = state;
	free(record->task_id);
	record->task_id = TAKE(copy);
	return 0;
}

/* --- reading ----------------------------------------------------------------------- */

static bool valid_key(const char *hex)
{
	return hex && strlen(hex) == 64 && strspn(hex, "0123456789abcdef") == 64;
}

static bool to_state(const char *name, enum journal_state *state)
{
	if (strcmp(name, STATE_SENDING) == 0 || strcmp(name, STATE_UNKNOWN) == 0)
		*state = JOURNAL_SENDING;
	else if (strcmp(name, STATE_ACCEPTED) == 0)
		*state = JOURNAL_ACCEPTED;
	else if (strcmp(name, STATE_FAILED) == 0)
		*state = JOURNAL_NONE;
	else
		return false;
	return true;
}

static int read_line(struct journal *j, const char *line, size_t len)
{
	struct json_object *root CLEANUP_JSON = NULL;
	const char *key = NULL, *name = NULL, *task_id = NULL;
	enum journal_state state;

	if (json_parse(line, len, "the line", &root, NULL) ||
	    json_string(root, "key", &key, NULL) ||
	    json_string(root, STATE_NAME, &name, NULL) ||
	    json_string(root, "task_id", &task_id, NULL) || !valid_key(key) || !name ||
	    !to_state(name, &state))
		return SCANREQ_E_UNREADABLE;
	return set(j, key, state, state == JOURNAL_ACCEPTED ? task_id : NULL);
}

static int not_ours(const struct journal *j, size_t number, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_E_USAGE,
			 "%s, line %zu, is not of a journal: is it the right file?", j->path,
			 number);
}

/* Whether a text without a newline, the only one of its file, can be cut off as ours. */
static bool begins_line(const char *text, size_t len)
{
	static const char beginning[] = "{\"" STATE_NAME "\":\"";
	size_t most = sizeof(beginning) - 1;

	return memcmp(text, beginning, len < most ? len : most) == 0;
}

/* Reads all whole lines. */
static int read_lines(struct journal *j, FILE *in, struct scanreq_error *err)
{
	char *line CLEANUP_FREE = NULL;
	size_t size = 0, number = 0;
	ssize_t len;

	while ((len = getline(&line, &size, in)) > 0 && line[len - 1] == '\n') {
		int failed = len > LIMIT_LIST_LINE ? SCANREQ_E_UNREADABLE
						   : read_line(j, line, (size_t)len - 1);

		number++;
		if (failed == SCANREQ_E_NOMEM)
			return error_nomem(err);
		if (failed)
			return not_ours(j, number, err);
		j->end += len;
	}
	if (len > 0 && number == 0 && !begins_line(line, (size_t)len))
		return not_ours(j, 1, err);
	return ferror(in) ? error_system(err, SCANREQ_E_USAGE, errno, "%s cannot be read",
					 j->path)
			  : 0;
}

static int read_journal(struct journal *j, struct scanreq_error *err)
{
	int fd = dup(j->fd);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	int failed;

	if (!in) {
		if (fd >= 0)
			close(fd);
		return error_nomem(err);
	}
	failed = read_lines(j, in, err);
	fclose(in);
	if (!failed && ftruncate(j->fd, j->end) != 0)
		failed = error_system(err, SCANREQ_E_USAGE, errno, "%s cannot be written",
				      j->path);
	return failed;
}

/* --- opening ----------------------------------------------------------------------- */

void journal_free(struct journal **journal)
{
	struct journal *j = *journal;

	if (!j)
		return;
	for (size_t i = 0; i < j->slots; i++)
		free(j->records[i].task_id);
	free(j->records);
	if (j->fd >= 0)
		close(j->fd);
	pthread_cond_destroy(&j->settled);
	pthread_mutex_destroy(&j->mutex);
	free(j->path);
	free(j);
	*journal = NULL;
}

/* A new file's name is on disk as well once its directory is synced. */
static void sync_directory(const char *path)
{
	char *directory CLEANUP_FREE = strdup(path);
	char *slash = directory ? strrchr(directory, '/') : NULL;
	int fd CLEANUP_CLOSE = -1;

	if (slash)
		slash[slash == directory] = '\0';
	fd = open(slash ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		fsync(fd);
}

static int open_file(struct journal *j, struct scanreq_error *err)
{
	struct stat st;

	j->fd = open(j->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0600);
	if (j->fd < 0)
		return error_system(err, SCANREQ_E_USAGE, errno,
				    "the journal %s cannot be opened", j->path);
	if (fstat(j->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return error_set(err, SCANREQ_E_USAGE, "the journal %s is no regular file",
				 j->path);
	if (flock(j->fd, LOCK_EX | LOCK_NB) != 0)
		return error_set(
			err, SCANREQ_E_USAGE,
			"the journal %s is in use: another run writes it, wait for its end",
			j->path);
	sync_directory(j->path);
	return 0;
}

int journal_open(const char *path, struct journal **journal, struct scanreq_error *err)
{
	struct journal *made CLEANUP(journal_free) = calloc(1, sizeof(*made));
	int failed;

	if (!made)
		return error_nomem(err);
	made->fd = -1;
	pthread_mutex_init(&made->mutex, NULL);
	pthread_cond_init(&made->settled, NULL);
	made->path = strdup(path);
	if (!made->path || grow(made))
		return error_nomem(err);
	failed = open_file(made, err);
	if (!failed)
		failed = read_journal(made, err);
	if (!failed)
		*journal = TAKE(made);
	return failed;
}

/* With the mutex. */
static int look_up(const struct record *record, struct journal_past *past,
		   struct scanreq_error *err)
{
	past->state = record->state;
	return str_copy(&past->task_id, record->task_id) ? error_nomem(err) : 0;
}

int journal_find(struct journal *journal, const struct digest *key, struct journal_past *past,
		 struct scanreq_error *err)
{
	int failed;

	pthread_mutex_lock(&journal->mutex);
	failed = look_up(find(journal, key->hex), past, err);
	pthread_mutex_unlock(&journal->mutex);
	return failed;
}

/* --- writing ----------------------------------------------------------------------- */

static bool write_whole(int fd, const struct buf *line)
{
	size_t at = 0;

	while (at < line->len) {
		ssize_t n = write(fd, line->data + at, line->len - at);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* A line is there whole or not at all: what a full disk left of it is taken back. */
static int write_line(struct journal *j, const struct buf *line, struct scanreq_error *err)
{
	if (!write_whole(j->fd, line)) {
		int failed = error_system(err, SCANREQ_E_INTERNAL, errno,
					  "the journal %s cannot be written", j->path);

		if (ftruncate(j->fd, j->end) != 0)
			return error_prefix(err, failed, "and the line stays cut");
		return failed;
	}
	j->end += (off_t)line->len;
	if (fdatasync(j->fd) != 0)
		return error_system(err, SCANREQ_E_INTERNAL, errno,
				    "the journal %s cannot be synced to disk", j->path);
	return 0;
}

/* What a line says beside its key. */
struct event {
	const char *state;
	const char *input;   /* or NULL */
	const char *task_id; /* or NULL */
};

static void format_line(const struct digest *key, const struct event *event, struct buf *line)
{
	struct json_writer w = { .out = line, .compact = true };
	char now[TIME_TEXT_SIZE];

	time_format(time_now(), now);
	json_write_begin(&w, '{');
	json_write_name(&w, STATE_NAME);
	json_write_string(&w, event->state);
	json_write_name(&w, "key");
	json_write_string(&w, key->hex);
	if (event->input) {
		json_write_name(&w, "input");
		json_write_string(&w, event->input);
	}
	if (event->task_id) {
		json_write_name(&w, "task_id");
		json_write_string(&w, event->task_id);
	}
	json_write_name(&w, "time");
	json_write_string(&w, now);
	json_write_end(&w, '}');
	buf_putc(line, '\n');
}

static int make_line(const struct digest *key, const struct event *event, struct buf *line,
		     struct scanreq_error *err)
{
	format_line(key, event, line);
	return buf_check(line, "a line of the journal", err);
}

/* With the mutex. */
static int append(struct journal *j, const struct buf *line, const char *hex,
		  const struct journal_end *now, struct scanreq_error *err)
{
	int failed = write_line(j, line, err);

	if (!failed && set(j, hex, now->state, now->task_id))
		failed = error_nomem(err);
	return failed;
}

int journal_begin(struct journal *journal, const struct digest *key, const char *input,
		  struct journal_past *past, struct scanreq_error *err)
{
	static const struct journal_end now = { .state = JOURNAL_SENDING };
	const struct event event = { .state = STATE_SENDING, .input = input };
	struct buf line CLEANUP_BUF = BUF_INIT(LIMIT_LIST_LINE);
	int failed = make_line(key, &event, &line, err);

	if (failed)
		return failed;
	pthread_mutex_lock(&journal->mutex);
	while (find(journal, key->hex)->in_hand)
		pthread_cond_wait(&journal->settled, &journal->mutex);
	failed = look_up(find(journal, key->hex), past, err);
	if (!failed && past->state == JOURNAL_NONE) {
		failed = append(journal, &line, key->hex, &now, err);
		find(journal, key->hex)->in_hand = !failed;
	}
	pthread_mutex_unlock(&journal->mutex);
	return failed;
}

int journal_end(struct journal *journal, const struct digest *key,
		const struct journal_end *end, struct scanreq_error *err)
{
	static const char *const names[] = {
		[JOURNAL_NONE] = STATE_FAILED,
		[JOURNAL_SENDING] = STATE_UNKNOWN,
		[JOURNAL_ACCEPTED] = STATE_ACCEPTED,
	};
	const struct event event = { .state = names[end->state], .task_id = end->task_id };
	struct buf line CLEANUP_BUF = BUF_INIT(LIMIT_LIST_LINE);
	int failed = make_line(key, &event, &line, err);

	pthread_mutex_lock(&journal->mutex);
	if (!failed)
		failed = append(journal, &line, key->hex, end, err);
	find(journal, key->hex)->in_hand = false;
	pthread_cond_broadcast(&journal->settled);
	pthread_mutex_unlock(&journal->mutex);
	return failed;
}
