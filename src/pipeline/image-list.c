/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "pipeline/image-list.h"

#define BLOCK 65536

struct image_list {
	int fd;
	int stop;     /* the list ends once this is readable; -1: none */
	bool stopped; /* it was */
	int number;   /* errno of a failed read, or 0 */
	char *name;   /* for errors */
	size_t line;
	struct buf text; /* the line */
	size_t at, len;	 /* the unread part of the block */
	char block[BLOCK];
};

void image_entry_free(struct image_entry *entry)
{
	free(entry->image);
	strv_free(&entry->names);
	strv_free(&entry->values);
	memset(entry, 0, sizeof(*entry));
}

void image_list_close(struct image_list **list)
{
	struct image_list *l = *list;

	if (!l)
		return;
	if (l->fd > STDIN_FILENO)
		close(l->fd);
	buf_free(&l->text);
	free(l->name);
	free(l);
	*list = NULL;
}

int image_list_open(const char *path, struct image_list **list, struct scanreq_error *err)
{
	struct image_list *made CLEANUP(image_list_close) = calloc(1, sizeof(*made));
	bool standard = strcmp(path, "-") == 0;

	if (!made)
		return error_nomem(err);
	made->stop = -1;
	made->text.max = LIMIT_LIST_LINE;
	made->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (str_copy(&made->name, standard ? "standard input" : path))
		return error_nomem(err);
	if (made->fd < 0)
		return error_system(err, SCANREQ_CODE_FILE_UNREADABLE, errno,
				    "cannot read the list %s", path);
	*list = TAKE(made);
	return 0;
}

void image_list_stop_at(struct image_list *list, int fd)
{
	struct stat st;

	/* Reading a regular file never blocks, so it is read to its end. */
	list->stop = fstat(list->fd, &st) == 0 && S_ISREG(st.st_mode) ? -1 : fd;
}

/* Waits for bytes. False: the list ends before there are any. */
static bool wait_for_bytes(struct image_list *list)
{
	struct pollfd fds[] = { { .fd = list->fd, .events = POLLIN },
				{ .fd = list->stop, .events = POLLIN } };

	if (list->stop < 0)
		return true;
	while (poll(fds, ARRAY_LENGTH(fds), -1) < 0)
		if (errno != EINTR && errno != EAGAIN)
			return true;
	list->stopped = fds[1].revents != 0;
	return !list->stopped;
}

static bool fill_block(struct image_list *list)
{
	ssize_t n = -1;

	while (wait_for_bytes(list)) {
		n = read(list->fd, list->block, sizeof(list->block));
		if (n >= 0 || errno != EINTR)
			break;
	}
	if (n < 0 && !list->stopped)
		list->number = errno;
	list->at = 0;
	list->len = n > 0 ? (size_t)n : 0;
	return n > 0;
}

static int next_byte(struct image_list *list)
{
	if (list->at == list->len && !fill_block(list))
		return EOF;
	return (unsigned char)list->block[list->at++];
}

/* Reads a line without its newline. Returns whether there was one. */
static bool image_list_read_line(struct image_list *list)
{
	int c;

	buf_clear(&list->text);
	while ((c = next_byte(list)) != EOF && c != '\n')
		buf_putc(&list->text, (char)c);
	list->line++;
	if (c == EOF && (list->stopped || list->number))
		return false; /* drop a partial line */
	return c != EOF || list->text.len > 0 || list->text.failed;
}

static void image_list_trim(struct buf *text)
{
	const char *data = text->data;
	size_t len = text->len;

	if (!data)
		return;
	text_trim(&data, &len);
	memmove(text->data, data, len);
	text->len = len;
	text->data[len] = '\0';
}

/* --- one entry --------------------------------------------------------------------- */

static int add_override(struct image_entry *entry, const char *name, struct json_object *value)
{
	char *option CLEANUP_FREE = strdup(name);
	char number[JSON_NUMBER_SIZE];
	const char *text = json_text(value, number);

	if (!option)
		return error_nomem(&entry->error);
	for (char *p = option; *p; p++)
		*p = *p == '_' ? '-' : *p;
	if (!json_object_is_type(value, json_type_string) &&
	    !json_object_is_type(value, json_type_int))
		return error_set(&entry->error, SCANREQ_CODE_LIST_INVALID,
				 "\"%s\" must be a string or a number", name);
	/* C strings end at a NUL. */
	if (!text)
		return error_set(&entry->error, SCANREQ_CODE_LIST_INVALID, "\"%s\" contains a NUL",
				 name);
	if (strv_add(&entry->names, option) ||
	    strv_add(&entry->values, text))
		return error_nomem(&entry->error);
	return 0;
}

static int read_object(const struct buf *text, struct image_entry *entry)
{
	struct json_object *root CLEANUP_JSON = NULL;
	struct scanreq_error *err = &entry->error;
	const char *image;
	int failed = json_parse(buf_str(text), text->len, "the line", &root, err);

	if (!failed)
		failed = json_string(root, "image", &image, err);
	if (!failed && (!image || !*image))
		failed = error_set(err, SCANREQ_CODE_LIST_INVALID, "the object has no \"image\"");
	if (failed)
		return failed;
	free(entry->image);
	entry->image = strdup(image);
	if (!entry->image)
		return error_nomem(err);
	json_object_object_foreach(root, name,
				   value) if (strcmp(name, "image") != 0 && value && !failed)
		failed = add_override(entry, name, value);
	return failed;
}

bool image_is_stdin(const char *image)
{
	const char *path = image;

	if (!str_prefix(image, "docker-archive:", &path))
		str_prefix(image, "oci-archive:", &path);
	/* "-:REF" selects an image of the archive. */
	return *path == '-' && (path[1] == '\0' || (path != image && path[1] == ':'));
}

/* Why an IMAGE of a list is refused, or NULL. */
static const char *wrong_image(const char *image)
{
	if (*image == '-')
		return "begins with \"-\": a list holds images, not options";
	return image_is_stdin(image) ? "is standard input, which a list cannot name" : NULL;
}

static int image_list_read_entry(const struct image_list *list, struct image_entry *entry)
{
	struct scanreq_error *err = &entry->error;
	const struct buf *text = &list->text;
	const char *wrong;

	entry->image = strdup(buf_str(text));
	if (!entry->image)
		return error_nomem(err);
	if (text->failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (text->failed)
		return error_set(err, SCANREQ_CODE_LIST_INVALID,
				 "the line is longer than %ld bytes", LIMIT_LIST_LINE);
	if (strlen(buf_str(text)) != text->len || !utf8_valid(text->data, text->len))
		return error_set(err, SCANREQ_CODE_LIST_INVALID, "the line is not UTF-8 text");
	if (*entry->image == '{') {
		int failed = read_object(text, entry);

		if (failed)
			return err->klass =
				       failed == SCANREQ_E_NOMEM ? failed : SCANREQ_E_USAGE;
	}
	wrong = wrong_image(entry->image);
	return wrong ? error_set(err, SCANREQ_CODE_LIST_INVALID, "\"%s\" %s", entry->image,
				 wrong)
		     : 0;
}

int image_list_next(struct image_list *list, struct image_entry *entry,
		    struct scanreq_error *err)
{
	int failed;

	do {
		if (!image_list_read_line(list))
			return !list->number
				       ? 0
				       : error_system(err, SCANREQ_CODE_FILE_UNREADABLE,
						      list->number,
						      "cannot read the list %s", list->name);
		image_list_trim(&list->text);
	} while (!list->text.failed && (list->text.len == 0 || *list->text.data == '#'));
	failed = image_list_read_entry(list, entry);
	if (failed == SCANREQ_E_NOMEM)
		return error_nomem(err);
	if (failed)
		error_prefix(&entry->error, failed, "%s, line %zu", list->name, list->line);
	return 1;
}
