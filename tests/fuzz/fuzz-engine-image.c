/* SPDX-License-Identifier: MIT */
/* An answer of an engine that is read gives one image, and no digest that cannot be one. */
#include "source/engine/image.h"
#include "tests/fuzz/target.h"

const char fuzz_target_name[] = "engine-image";

static void check(const struct candidate *image, bool podman)
{
	const struct reported *r = image->reported;

	PROMISE(image->flags == CANDIDATE_REPORTED && r && r->engine);
	PROMISE(r->id.algorithm != DIGEST_NONE);
	PROMISE(r->size >= -1 && r->tagged_ms >= -1);
	PROMISE(r->config.label_names.count == r->config.label_values.count);
	/* containerd's store, which alone says what is what, does not tell the config. */
	PROMISE(!r->id_is_config || (!r->manifest.algorithm && !r->index.algorithm));
	PROMISE(!podman || r->id_is_config);
	PROMISE(r->manifest.algorithm || r->by_name.algorithm || r->no_digest);
}

static void read_answer(const uint8_t *data, size_t len, const char *name, bool podman)
{
	struct candidates candidates CLEANUP(candidates_free) = { 0 };
	const struct engine_asked asked = { .name = name, .engine = "it", .podman = podman };

	if (engine_image_list((const char *)data, len, &asked, &candidates, NULL))
		return;
	PROMISE(candidates.count == 1);
	check(&candidates.items[0], podman);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	read_answer(data, len, "registry.example.com/shop/web:1.4.2", false);
	read_answer(data, len, "web", true);
	read_answer(data, len, "a8c9f3765684", false);
	return 0;
}
