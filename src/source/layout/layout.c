/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "source/oci-index.h"
#include "source/layout/layout.h"

#define LAYOUT_FILE "oci-layout"
/* One member, "imageLayoutVersion". */
#define LAYOUT_FILE_MAX (64 * KIB)
#define BLOCK 16384

struct layout_source {
	struct log *log;
	char *path;
	int directory;
	struct proof_budget budget;
	const struct progress *progress; /* or NULL */
	int64_t proved;                  /* bytes of layers read so far */
};

static void layout_close(void *context)
{
	struct layout_source *s = context;

	cleanup_close(&s->directory);
	free(s->path);
	free(s);
}

static void layout_source_free(struct layout_source **source)
{
	if (*source)
		layout_close(*source);
}

/* --- files of the directory -------------------------------------------------------- */

static int layout_absent(const char *name, struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_BLOB_MISSING, "%s is not in the directory", name);
}

static int open_failed(const char *name, struct scanreq_error *err)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return layout_absent(name, err);
	return error_system(err, SCANREQ_CODE_IMAGE_UNREADABLE, errno, "cannot read %s", name);
}

/*
 * Opens the file of `found`, an O_PATH descriptor of `name`, for reading. Without /proc it
 * opens the name again; O_NONBLOCK, since a FIFO could have taken its place.
 */
static int open_found(const struct layout_source *s, const char *name, int found)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	char path[sizeof("/proc/self/fd/") + 12];
	int opened;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	opened = open(path, flags);
	return opened < 0 && errno == ENOENT ? openat(s->directory, name, flags) : opened;
}

/*
 * Opens a file of the layout. Links are followed: build systems and shared blobs use links
 * to files elsewhere, and the digest of the file must match in any case. Only regular files
 * are opened: opening a device may have effects, and opening a FIFO waits for its writer.
 */
static int open_file(const struct layout_source *s, const char *name, int *fd,
		     struct scanreq_error *err)
{
	int found CLEANUP_CLOSE = openat(s->directory, name, O_PATH | O_CLOEXEC);
	int opened CLEANUP_CLOSE = -1;
	struct stat st;

	if (found < 0 || fstat(found, &st) != 0)
		return open_failed(name, err);
	if (S_ISREG(st.st_mode)) {
		opened = open_found(s, name, found);
		if (opened < 0 || fstat(opened, &st) != 0)
			return open_failed(name, err);
	}
	if (!S_ISREG(st.st_mode))
		return error_set(err, SCANREQ_CODE_IMAGE_UNREADABLE, "%s is no regular file", name);
	*fd = opened;
	opened = -1;
	return 0;
}

/* Writes a file into the sink, whose cap applies: the file may grow while it is read. */
static int layout_read_file(const struct layout_source *s, const char *name, struct sink *sink,
			    struct scanreq_error *err)
{
	int fd CLEANUP_CLOSE = -1;
	char block[BLOCK];
	int failed = open_file(s, name, &fd, err);

	while (!failed) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n == 0)
			break;
		if (n > 0)
			failed = sink->write(sink->arg, block, (size_t)n, err);
		else if (errno != EINTR)
			failed = open_failed(name, err);
	}
	return failed;
}

/* A text while it is read, and its name in errors. */
struct text {
	struct buf *bytes;
	const char *name;
};

static int layout_add(void *arg, const void *data, size_t len, struct scanreq_error *err)
{
	struct text *text = arg;

	buf_add(text->bytes, data, len);
	return buf_check(text->bytes, text->name, err);
}

static int read_text(const struct layout_source *s, const char *name, struct buf *bytes,
		     struct scanreq_error *err)
{
	struct text text = { .bytes = bytes, .name = name };
	struct sink sink = { .write = layout_add, .arg = &text };

	return layout_read_file(s, name, &sink, err);
}

/* --- the kind of directory --------------------------------------------------------- */

static bool layout_contains(const struct layout_source *s, const char *name)
{
	return faccessat(s->directory, name, F_OK, 0) == 0;
}

/* Explains a directory without oci-layout. */
static int no_layout(const struct layout_source *s, struct scanreq_error *err)
{
	if (layout_contains(s, OCI_INDEX))
		return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE,
				 "no OCI layout: it has " OCI_INDEX " but not the file "
				 LAYOUT_FILE " that names the layout's version");
	if (layout_contains(s, "manifest.json") && layout_contains(s, "version"))
		return error_set(err, SCANREQ_CODE_FORMAT_UNSUPPORTED,
				 "a dir: layout, which is not supported: copy the image with "
				 "skopeo to oci:DIR or docker-archive:FILE");
	if (layout_contains(s, "manifest.json"))
		return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE,
				 "an unpacked archive and no OCI layout: pack it again, "
				 "tar -C %s -cf - . | scanreq inspect -", s->path);
	return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE,
			 "a directory that holds no OCI layout: it has neither " LAYOUT_FILE
			 " nor " OCI_INDEX);
}

/* "imageLayoutVersion" is 1.0.0 since image-spec 1.0. */
static int check_version(const struct layout_source *s, struct scanreq_error *err)
{
	struct buf bytes CLEANUP_BUF = BUF_INIT(LAYOUT_FILE_MAX);
	struct json_object *layout CLEANUP_JSON = NULL;
	const char *version = NULL;
	int failed;

	if (!layout_contains(s, LAYOUT_FILE))
		return no_layout(s, err);
	failed = read_text(s, LAYOUT_FILE, &bytes, err);
	if (!failed)
		failed = json_parse(buf_str(&bytes), bytes.len, LAYOUT_FILE, &layout, err);
	if (!failed && !json_object_is_type(layout, json_type_object))
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
				 LAYOUT_FILE " is no JSON object");
	if (!failed)
		failed = json_string(layout, "imageLayoutVersion", &version, err);
	if (failed)
		return failed;
	if (!version)
		return error_set(err, SCANREQ_CODE_DOCUMENT_INVALID,
				 LAYOUT_FILE " has no \"imageLayoutVersion\"");
	if (!str_prefix(version, "1.", NULL))
		return error_set(err, SCANREQ_CODE_FORMAT_UNSUPPORTED,
				 "the layout has version %s; 1.x is supported", version);
	return 0;
}

/* --- the source -------------------------------------------------------------------- */

static int layout_list(void *context, struct candidates *candidates,
		       struct scanreq_error *err)
{
	struct layout_source *s = context;
	struct buf bytes CLEANUP_BUF = BUF_INIT(LIMIT_MANIFEST);
	int failed = read_text(s, OCI_INDEX, &bytes, err);

	candidates->kind = "oci";
	if (!failed)
		failed = oci_index_list(buf_str(&bytes), bytes.len, candidates, err);
	if (failed)
		return error_prefix(err, failed, "%s", s->path);
	log_debug(s->log, "%s: " OCI_INDEX " lists %zu images", s->path, candidates->count);
	return 0;
}

static int read_blob(struct layout_source *s, const struct digest *digest, struct sink *sink,
		     struct scanreq_error *err)
{
	char path[BLOB_PATH_SIZE];
	int failed = layout_read_file(s, blob_path(digest, path), sink, err);

	return failed ? error_prefix(err, failed, "%s", s->path) : 0;
}

static int layout_manifest(void *context, const struct candidate *candidate,
			   const struct descriptor *want, struct source_document *document,
			   struct scanreq_error *err)
{
	const struct descriptor *d = want ? want : &candidate->descriptor;
	struct text text = { .bytes = &document->bytes, .name = "the manifest" };
	struct sink sink = { .write = layout_add, .arg = &text };
	int failed = read_blob(context, &d->digest, &sink, err);

	if (!failed && str_copy(&document->media_type, d->media_type))
		return error_nomem(err);
	return failed;
}

static int layout_blob(void *context, const struct candidate *candidate,
		       const struct descriptor *want, struct sink *sink,
		       struct scanreq_error *err)
{
	(void)candidate;
	return read_blob(context, &want->digest, sink, err);
}

static bool layout_has(void *context, const struct digest *digest)
{
	char path[BLOB_PATH_SIZE];

	return layout_contains(context, blob_path(digest, path));
}

/* A layer's file, read block by block. */
struct blocks {
	struct layout_source *source;
	const char *path;
	int fd;
	unsigned char block[4 * BLOCK];
};

static int next_block(void *arg, const unsigned char **data, size_t *len,
		      struct scanreq_error *err)
{
	struct blocks *b = arg;
	ssize_t n;

	do
		n = read(b->fd, b->block, sizeof(b->block));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return open_failed(b->path, err);
	b->source->proved += n;
	progress_tell(b->source->progress, b->source->path, b->source->proved, -1);
	*data = b->block;
	*len = (size_t)n;
	return 0;
}

static int layout_layer(void *context, const struct stored_layer *layer,
			struct layer_proof *proof, struct scanreq_error *err)
{
	struct layout_source *s = context;
	char path[BLOB_PATH_SIZE];
	struct blocks blocks = { .source = s, .path = blob_path(&layer->digest, path), .fd = -1 };
	struct byte_reader from = { next_block, &blocks };
	int failed = open_file(s, path, &blocks.fd, err);

	if (!failed)
		failed = layer_proof_read(&from, layer->digest.algorithm, &s->budget, proof,
					  err);
	cleanup_close(&blocks.fd);
	return failed;
}

static const struct source_ops layout_ops = {
	.list = layout_list,
	.manifest = layout_manifest,
	.blob = layout_blob,
	.has = layout_has,
	.layer = layout_layer,
	.close = layout_close,
};

static int open_directory(struct layout_source *s, struct scanreq_error *err)
{
	s->directory = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->directory >= 0)
		return 0;
	if (errno == ENOTDIR)
		return error_set(err, SCANREQ_CODE_NOT_AN_IMAGE,
				 "%s is no directory: an OCI layout in a tar is oci-archive:",
				 s->path);
	return error_system(err, errno == ENOENT ? SCANREQ_CODE_FILE_NOT_FOUND
						 : SCANREQ_CODE_IMAGE_UNREADABLE,
			    errno, "cannot open %s", s->path);
}

int source_layout_open(const char *path, const struct source_options *options,
		       struct source *source, struct scanreq_error *err)
{
	struct layout_source *made CLEANUP(layout_source_free) = calloc(1, sizeof(*made));
	int failed;

	if (!made)
		return error_nomem(err);
	made->log = options->log;
	made->progress = options->progress;
	made->directory = -1;
	if (str_copy(&made->path, path))
		return error_nomem(err);
	failed = open_directory(made, err);
	if (failed)
		return failed;
	failed = check_version(made, err);
	if (failed)
		return error_prefix(err, failed, "%s", path);
	source->ops = &layout_ops;
	source->context = TAKE(made);
	return 0;
}
