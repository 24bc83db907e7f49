/* SPDX-License-Identifier: MIT */
/*
 * What an archive lists has sizes and names that may be trusted, and hashing its files on
 * the way changes nothing. Each input is read as it is and with the checksums of its
 * headers repaired, without which a changed header would never be looked into.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "source/archive/archive.h"
#include "source/verify-layers.h"
#include "tests/fuzz/target.h"

#define CHECKSUM_AT 148
#define MAGIC_AT 257

const char fuzz_target_name[] = "archive-index";

static void repair_checksums(uint8_t *data, size_t len)
{
	for (size_t at = 0; at + TAR_BLOCK <= len; at += TAR_BLOCK) {
		uint8_t *header = data + at;
		unsigned int sum = 0;
		char field[8];

		if (memcmp(header + MAGIC_AT, "ustar", 5) != 0)
			continue;
		memset(header + CHECKSUM_AT, ' ', sizeof(field));
		for (size_t i = 0; i < TAR_BLOCK; i++)
			sum += header[i];
		snprintf(field, sizeof(field), "%06o", sum);
		memcpy(header + CHECKSUM_AT, field, sizeof(field) - 1);
	}
}

/* Layers that are verified are what the image says; whether they are does not matter. */
static void read_image(struct source *source, const struct candidate *candidate)
{
	struct source_document raw CLEANUP(source_document_free) = { 0 };
	struct document manifest CLEANUP_DOCUMENT = { 0 };
	struct image_config config CLEANUP_IMAGE_CONFIG = { 0 };
	struct buf bytes CLEANUP_BUF = BUF_INIT(LIMIT_CONFIG);
	bool listed = candidate->flags & CANDIDATE_NO_MANIFEST;
	struct layer_claims claims = { candidate, listed ? NULL : &manifest, &config };
	struct digest digest;

	if (!listed && (source_manifest(source, candidate, NULL, &raw, &digest, NULL) ||
			document_parse(buf_str(&raw.bytes), raw.bytes.len, raw.media_type,
				       &manifest, NULL) ||
			manifest.kind != DOCUMENT_MANIFEST))
		return;
	if (source_config(source, candidate, listed ? &candidate->config : &manifest.config,
			  &bytes, &digest, NULL) ||
	    image_config_parse(buf_str(&bytes), bytes.len, &config, NULL))
		return;
	if (source_verify_layers(source, &claims, NULL) == 0)
		PROMISE(config.diff_id_count ==
			(listed ? candidate->layer_count : manifest.count));
}

static void check_candidate(const struct candidate *candidate)
{
	PROMISE(candidate->selector && candidate->config.size >= -1);
	PROMISE(candidate->layer_count <= LIMIT_LAYERS);
	for (size_t i = 0; i < candidate->layer_count; i++)
		PROMISE(candidate->layers[i].size >= -1 &&
			!candidate->layers[i].missing == (candidate->layers[i].size >= 0));
}

/* Returns how many images there are; 0 for an error. */
static size_t read_archive(const char *path, bool verify_layers)
{
	struct source_options options = { .verify_layers = verify_layers };
	struct source source CLEANUP_SOURCE = { 0 };
	struct candidates candidates CLEANUP(candidates_free) = { 0 };
	struct scanreq_error err = SCANREQ_ERROR_INIT;

	PROMISE(source_archive_open(path, &options, &source, &err) == 0);
	if (source_list(&source, &candidates, &err)) {
		PROMISE(err.klass < 0 && *err.message && !strchr(err.message, '\n'));
		return 0;
	}
	PROMISE(candidates.kind && candidates.count > 0);
	for (size_t i = 0; i < candidates.count; i++) {
		check_candidate(&candidates.items[i]);
		if (verify_layers && i < 3)
			read_image(&source, &candidates.items[i]);
	}
	return candidates.count;
}

static void read_bytes(const uint8_t *data, size_t len)
{
	char path[32];
	int fd CLEANUP_CLOSE = memfd_create("archive", MFD_CLOEXEC);
	size_t plain, verified;

	PROMISE(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	plain = read_archive(path, false);
	verified = read_archive(path, true);
	PROMISE(verified == 0 || verified == plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *repaired CLEANUP_FREE = malloc(len ? len : 1);

	PROMISE(repaired);
	read_bytes(data, len);
	if (len > 0)
		memcpy(repaired, data, len);
	repair_checksums(repaired, len);
	if (len > 0 && memcmp(repaired, data, len) != 0)
		read_bytes(repaired, len);
	return 0;
}
