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

/* The first line of every journal, whole: what does not begin with it is not ours. */
#define HEADER "{\"journal\":\"scanreq\",\"format\":1}"
#define ANY_HEADER "{\"journal\":\"scanreq\","

/* The first member of any other line. */
#define STATE_NAME "state"
#define BEGINNING "{\"" STATE_NAME "\":\""

/*
 * The last one: the first 16 hex digits of the SHA-256 of what is before it in the line, so
 * that sha256sum can check it. A line whose bytes have changed is no record.
 */
#define CHECK_BEFORE ",\"check\":\""
#define CHECK_AFTER "\"}"
#define CHECK_DIGITS 16
#define CHECK_LENGTH (strlen(CHECK_BEFORE) + CHECK_DIGITS + strlen(CHECK_AFTER))

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
	bool own;      /* this run has sent it */
	char *task_id; /* or NULL */
};

struct journal {
	char *path;
	int fd; /* -1: it is in memory alone */
	pthread_mutex_t mutex;	/* guards what follows and the order of lines */
	pthread_cond_t settled; /* a request is in hand no more */
	off_t end;		/* of the last whole line */
	bool unended;		/* whose newline is missing */
	bool cut;		/* half a line is left behind it, and must stay the last */
	struct record *records; /* open addressing; a power of two */
	size_t slots;
	size_t count;
};

/* --- the table --------------------------------------------------------------------- */

/* The key's slot, or the free one where it belongs. */
static struct record *journal_find(const struct journal *j, const char *hex)
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

static int journal_grow(struct journal *j)
{
	struct journal larger = { .slots = j->slots ? 2 * j->slots : FIRST_SLOTS };

	if (j->slots && j->count < j->slots / 4 * 3)
		return 0;
	larger.records = calloc(larger.slots, sizeof(*larger.records));
	if (!larger.records)
		return SCANREQ_E_NOMEM;
	for (size_t i = 0; i < j->slots; i++)
		if (*j->records[i].hex)
			*journal_find(&larger, j->records[i].hex) = j->records[i];
	free(j->records);
	j->records = larger.records;
	j->slots = larger.slots;
	return 0;
}

static int journal_set(struct journal *j, const char *hex, enum journal_state state,
		       const char *task_id)
{
	struct record *record;
	char *copy CLEANUP_FREE = NULL;

	if (journal_grow(j) || str_copy(&copy, task_id))
		return SCANREQ_E_NOMEM;
	record = journal_find(j, hex);
	if (!*record->hex) {
		memcpy(record->hex, hex, sizeof(record->hex));
		j->count++;
	}
	record->state = state;
	free(record->task_id);
	record->task_id = TAKE(copy);
	return 0;
}

/* --- the file ---------------------------------------------------------------------- */

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
	if (j->fd < 0 || line->len == 0)
		return 0;
	if (j->cut)
		return error_set(err, SCANREQ_CODE_WRITE_FAILED,
				 "the journal %s cannot be written: its last line is cut",
				 j->path);
	if (!write_whole(j->fd, line)) {
		int failed = error_system(err, SCANREQ_CODE_WRITE_FAILED, errno,
					  "the journal %s cannot be written", j->path);

		j->cut = ftruncate(j->fd, j->end) != 0;
		return failed;
	}
	j->end += (off_t)line->len;
	if (fdatasync(j->fd) != 0)
		return error_system(err, SCANREQ_CODE_WRITE_FAILED, errno,
				    "the journal %s cannot be synced to disk", j->path);
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

/* Writes what a line ends with, by what is there of it. Errors: SCANREQ_E_NOMEM. */
static int add_check(struct buf *line)
{
	struct digest digest;

	if (line->failed ||
	    digest_of(DIGEST_SHA256, buf_str(line), line->len, &digest, NULL))
		return SCANREQ_E_NOMEM;
	buf_addf(line, CHECK_BEFORE "%.*s" CHECK_AFTER, CHECK_DIGITS, digest.hex);
	return 0;
}

/* Whether the line ends with the check of what is before it; SCANREQ_E_UNREADABLE if not. */
static int verify_check(const struct buf *line)
{
	struct buf again CLEANUP_BUF = BUF_INIT(LIMIT_LIST_LINE);

	if (line->len <= CHECK_LENGTH)
		return SCANREQ_E_UNREADABLE;
	buf_add(&again, line->data, line->len - CHECK_LENGTH);
	if (add_check(&again) || again.failed)
		return SCANREQ_E_NOMEM;
	return memcmp(again.data, line->data, line->len) == 0 ? 0 : SCANREQ_E_UNREADABLE;
}

static int read_record(struct journal *j, const struct buf *line)
{
	struct json_object *root CLEANUP_JSON = NULL;
	const char *key = NULL, *name = NULL, *task_id = NULL;
	enum journal_state state;
	int failed = verify_check(line);

	if (!failed)
		failed = json_parse(line->data, line->len, "the line", &root, NULL);
	if (failed)
		return failed;
	if (json_string(root, "key", &key, NULL) ||
	    json_string(root, STATE_NAME, &name, NULL) ||
	    json_string(root, "task_id", &task_id, NULL) || !valid_key(key) || !name ||
	    !to_state(name, &state))
		return SCANREQ_E_UNREADABLE;
	return journal_set(j, key, state, state == JOURNAL_ACCEPTED ? task_id : NULL);
}

static int journal_refuse(const struct journal *j, const struct buf *line, size_t number,
			  struct scanreq_error *err)
{
	if (number > 1)
		return error_set(err, SCANREQ_CODE_JOURNAL_INVALID,
				 "the journal %s, line %zu, is not as it was written: restore the"
				 " file, or remove the line, whose request may then be filed"
				 " again", j->path, number);
	if (str_prefix(buf_str(line), ANY_HEADER, NULL))
		return error_set(err, SCANREQ_CODE_JOURNAL_INVALID,
				 "the journal %s is of another version of scanreq: name a new file",
				 j->path);
	return error_set(err, SCANREQ_CODE_JOURNAL_INVALID,
			 "%s is no journal, by its first line, and is left as it is: is it the"
			 " right file?", j->path);
}

/* A whole line, be its newline there or not. */
static int read_whole(struct journal *j, const struct buf *line, size_t number,
		      struct scanreq_error *err)
{
	int failed = line->failed;

	if (!failed && number == 1)
		failed = strcmp(buf_str(line), HEADER) == 0 && line->len == strlen(HEADER)
				 ? 0
				 : SCANREQ_E_UNREADABLE;
	else if (!failed)
		failed = read_record(j, line);
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		return journal_refuse(j, line, number, err);
	j->end += (off_t)line->len;
	return 0;
}

/*
 * The last line without its newline. A run that was killed leaves the beginning of a record,
 * which is cut off; an editor leaves a whole one, which counts.
 */
static int read_rest(struct journal *j, const struct buf *line, size_t number,
		     struct scanreq_error *err)
{
	size_t most = strlen(BEGINNING);

	if (line->len == 0)
		return 0;
	if (number > 1 && !line->failed &&
	    memcmp(line->data, BEGINNING, line->len < most ? line->len : most) == 0 &&
	    verify_check(line) == SCANREQ_E_UNREADABLE)
		return 0;
	j->unended = true;
	return read_whole(j, line, number, err);
}

/* Reads up to a newline, which is not kept. Returns whether there was one. */
static bool journal_read_line(FILE *in, struct buf *line)
{
	int c = 0;

	buf_clear(line);
	while (!line->failed && (c = getc_unlocked(in)) != EOF && c != '\n')
		buf_putc(line, (char)c);
	return c == '\n' || line->failed;
}

static int read_lines(struct journal *j, FILE *in, struct scanreq_error *err)
{
	struct buf line CLEANUP_BUF = BUF_INIT(LIMIT_LIST_LINE);
	size_t number = 1;

	for (; journal_read_line(in, &line); number++) {
		int failed = read_whole(j, &line, number, err);

		if (failed)
			return failed;
		j->end++;
	}
	if (ferror(in))
		return error_system(err, SCANREQ_CODE_JOURNAL_INVALID, errno,
				    "%s cannot be read", j->path);
	return read_rest(j, &line, number, err);
}

/* Makes the file one of whole lines, the header first. */
static int mend(struct journal *j, struct scanreq_error *err)
{
	struct buf line CLEANUP_BUF = BUF_INIT(LIMIT_LIST_LINE);

	if (j->end == 0)
		buf_puts(&line, HEADER "\n");
	else if (j->unended)
		buf_putc(&line, '\n');
	if (line.failed)
		return error_nomem(err);
	if (ftruncate(j->fd, j->end) != 0)
		return error_system(err, SCANREQ_CODE_JOURNAL_INVALID, errno,
				    "%s cannot be written", j->path);
	return write_line(j, &line, err) ? error_recast(err, SCANREQ_CODE_JOURNAL_INVALID) : 0;
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
	return failed ? failed : mend(j, err);
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
		return error_system(err, SCANREQ_CODE_JOURNAL_INVALID, errno,
				    "the journal %s cannot be opened", j->path);
	if (fstat(j->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return error_set(err, SCANREQ_CODE_JOURNAL_INVALID,
				 "the journal %s is no regular file", j->path);
	if (flock(j->fd, LOCK_EX | LOCK_NB) != 0)
		return error_set(
			err, SCANREQ_CODE_JOURNAL_BUSY,
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
	if (str_copy(&made->path, path) || journal_grow(made))
		return error_nomem(err);
	failed = path ? open_file(made, err) : 0;
	if (!failed && path)
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
	past->own = record->own;
	return str_copy(&past->task_id, record->task_id) ? error_nomem(err) : 0;
}

/* --- writing ----------------------------------------------------------------------- */

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
	/* The end of the object is the check's. */
}

static int make_line(const struct digest *key, const struct event *event, struct buf *line,
		     struct scanreq_error *err)
{
	int failed;

	format_line(key, event, line);
	failed = buf_check(line, "a line of the journal", err);
	if (failed)
		return failed;
	if (add_check(line))
		return error_nomem(err);
	buf_putc(line, '\n');
	return buf_check(line, "a line of the journal", err);
}

/* With the mutex. */
static int journal_append(struct journal *j, const struct buf *line, const char *hex,
			  const struct journal_end *now, struct scanreq_error *err)
{
	int failed = write_line(j, line, err);

	if (failed)
		return failed;
	if (journal_set(j, hex, now->state, now->task_id))
		return error_nomem(err);
	journal_find(j, hex)->own = true;
	return 0;
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
	while (journal_find(journal, key->hex)->in_hand)
		pthread_cond_wait(&journal->settled, &journal->mutex);
	failed = look_up(journal_find(journal, key->hex), past, err);
	if (!failed && past->state == JOURNAL_NONE) {
		failed = journal_append(journal, &line, key->hex, &now, err);
		journal_find(journal, key->hex)->in_hand = !failed;
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
		failed = journal_append(journal, &line, key->hex, end, err);
	journal_find(journal, key->hex)->in_hand = false;
	pthread_cond_broadcast(&journal->settled);
	pthread_mutex_unlock(&journal->mutex);
	return failed;
}
