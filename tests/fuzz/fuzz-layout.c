/* SPDX-License-Identifier: MIT */
/*
 * A layout's documents, however they hang together: what is read of it has the digest that
 * was asked for. The input is texts with NULs between: oci-layout, index.json and up to
 * eight blobs. "@N" in a text stands for the digest of blob N, when that comes after it,
 * since no fuzzer finds digests by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "source/oci-index.h"
#include "source/layout/layout.h"
#include "source/verify-layers.h"
#include "tests/fuzz/target.h"

#define TEXTS 10
#define FIRST_BLOB 2
#define TEXT_MAX (64 * KIB)

const char fuzz_target_name[] = "layout";

struct layout {
	char directory[64];
	struct digest digests[TEXTS];
	size_t count;
};

static void write_file(const struct layout *l, const char *name, const struct buf *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", l->directory, name);
	file = fopen(path, "wb");
	PROMISE(file && fwrite(buf_str(text), 1, text->len, file) == text->len);
	fclose(file);
}

/* The text with the digests of later texts in it. */
static void fill(const struct layout *l, size_t number, const char *text, size_t len,
		 struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		size_t blob = i + 1 < len && text[i] == '@' && text[i + 1] >= '0'
				      ? FIRST_BLOB + (size_t)(text[i + 1] - '0')
				      : 0;
		char digest[DIGEST_TEXT_MAX];

		if (blob <= number || blob >= l->count) {
			buf_putc(out, text[i]);
			continue;
		}
		buf_puts(out, digest_format(&l->digests[blob], digest));
		i++;
	}
}

static void write_text(struct layout *l, size_t number, const char *text, size_t len)
{
	struct buf out CLEANUP_BUF = BUF_INIT(TEXT_MAX * 80);
	char path[BLOB_PATH_SIZE];

	fill(l, number, text, len, &out);
	PROMISE(!out.failed && digest_of(DIGEST_SHA256, buf_str(&out), out.len,
					 &l->digests[number], NULL) == 0);
	if (number == 0)
		write_file(l, "oci-layout", &out);
	else if (number == 1)
		write_file(l, "index.json", &out);
	else
		write_file(l, blob_path(&l->digests[number], path), &out);
}

static void make_layout(struct layout *l, const char *data, size_t len)
{
	const char *texts[TEXTS];
	size_t lens[TEXTS];

	for (l->count = 0; l->count < TEXTS; l->count++) {
		const char *end = memchr(data, '\0', len);

		texts[l->count] = data;
		lens[l->count] = end ? (size_t)(end - data) : len;
		if (!end) {
			l->count++;
			break;
		}
		len -= lens[l->count] + 1;
		data = end + 1;
	}
	for (size_t i = l->count; i-- > 0;)
		write_text(l, i, texts[i], lens[i]);
}

static void make_directory(struct layout *l)
{
	char path[128];
	static const char *const parts[] = { "", "/blobs", "/blobs/sha256" };

	snprintf(l->directory, sizeof(l->directory), "/tmp/scanreq-fuzz-XXXXXX");
	PROMISE(mkdtemp(l->directory));
	for (size_t i = 1; i < ARRAY_LENGTH(parts); i++) {
		snprintf(path, sizeof(path), "%s%s", l->directory, parts[i]);
		PROMISE(mkdir(path, 0700) == 0);
	}
}

static void remove_layout(const struct layout *l)
{
	static const char *const parts[] = { "oci-layout", "index.json", "blobs/sha256",
					     "blobs", "" };
	char path[256], blob[BLOB_PATH_SIZE];

	for (size_t i = FIRST_BLOB; i < l->count; i++) {
		snprintf(path, sizeof(path), "%s/%s", l->directory,
			 blob_path(&l->digests[i], blob));
		remove(path);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
		snprintf(path, sizeof(path), "%s/%s", l->directory, parts[i]);
		remove(path);
	}
}

static void read_image(struct source *source, const struct candidate *candidate,
		       const struct document *manifest)
{
	struct image_config config CLEANUP_IMAGE_CONFIG = { 0 };
	struct buf bytes CLEANUP_BUF = BUF_INIT(LIMIT_CONFIG);
	struct layer_claims claims = { candidate, manifest, &config };
	struct digest digest;

	if (source_config(source, candidate, &manifest->config, &bytes, &digest, NULL) ||
	    image_config_parse(buf_str(&bytes), bytes.len, &config, NULL))
		return;
	PROMISE(digest_equal(&digest, &manifest->config.digest));
	if (source_verify_layers(source, &claims, NULL) == 0)
		PROMISE(config.diff_id_count == manifest->count);
}

/* Reads what a descriptor leads to, and what that leads to. */
static void read_tree(struct source *source, const struct candidate *candidate,
		      const struct descriptor *want, int depth)
{
	struct source_document raw CLEANUP(source_document_free) = { 0 };
	struct document document CLEANUP_DOCUMENT = { 0 };
	struct digest digest;

	if (source_manifest(source, candidate, want, &raw, &digest, NULL) ||
	    document_parse(buf_str(&raw.bytes), raw.bytes.len, raw.media_type, &document,
			   NULL))
		return;
	PROMISE(digest_equal(&digest, &want->digest));
	if (document.kind == DOCUMENT_MANIFEST)
		read_image(source, candidate, &document);
	else if (depth < LIMIT_INDEX_DEPTH && document.count > 0)
		read_tree(source, candidate, &document.entries[0], depth + 1);
}

static void read_layout(const struct layout *l)
{
	struct source_options options = { .verify_layers = true };
	struct source source CLEANUP_SOURCE = { 0 };
	struct candidates candidates CLEANUP(candidates_free) = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;
	int failed = source_layout_open(l->directory, &options, &source, &err);

	if (!failed)
		failed = source_list(&source, &candidates, &err);
	PROMISE(!failed || (*err.message && !strchr(err.message, '\n')));
	PROMISE(failed || candidates.count > 0);
	for (size_t i = 0; i < candidates.count && i < 4 && !failed; i++)
		read_tree(&source, &candidates.items[i], &candidates.items[i].descriptor, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct layout l = { .count = 0 };

	if (len > TEXT_MAX)
		return 0;
	make_directory(&l);
	make_layout(&l, (const char *)data, len);
	read_layout(&l);
	remove_layout(&l);
	return 0;
}
