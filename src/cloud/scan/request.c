/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"
#include "cloud/scan/odd-value.h"
#include "cloud/scan/request.h"

/* Sets value, how and note of one parameter from an image. 0 or SCANREQ_E_NOMEM. */
typedef int (*fill_fn)(struct scan_param *param, const struct scanreq_image *image);

/* --- values from an image ---------------------------------------------------------- */

static int __attribute__((format(printf, 2, 3)))
scan_request_note(struct scan_param *param, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&param->note, format, args);
	va_end(args);
	if (len < 0)
		param->note = NULL;
	return len < 0 ? SCANREQ_E_NOMEM : 0;
}

static int learn(struct scan_param *param, enum scanreq_how how, const char *value)
{
	param->how = how;
	return str_copy(&param->value, value);
}

/* Parameters are sha256 even if the document was fetched by another algorithm. */
static int learn_sha256(struct scan_param *param, enum scanreq_how how,
			const struct digest *digest, const struct buf *bytes)
{
	struct digest own = *digest;

	if (own.algorithm != DIGEST_SHA256 &&
	    digest_of(DIGEST_SHA256, buf_str(bytes), bytes->len, &own, NULL))
		return SCANREQ_E_NOMEM;
	return learn(param, how, own.hex);
}

/* Names the registry that was asked: the reference may be another one (name). */
static int note_served(struct scan_param *param, const struct scanreq_image *image,
		       const char *what)
{
	const char *input = image->facts[SCANREQ_FACT_INPUT];
	struct reference opened CLEANUP_REFERENCE = { 0 };
	bool known;

	if (input)
		str_prefix(input, "docker://", &input);
	known = input && reference_parse(input, &opened, NULL) == 0;
	return scan_request_note(param, "sha256 of the %s served by %s", what,
				 known ? opened.domain : "the registry");
}

static int fill_reported_digest(struct scan_param *param, const struct scanreq_image *image)
{
	const struct reported *r = image->reported;
	const char *what = "manifest";
	const struct digest *digest = &image->manifest_digest;

	if (image->digest_of_index && image->index_digest.algorithm != DIGEST_NONE) {
		digest = &image->index_digest;
		what = "index";
	} else if (r->by_name.algorithm != DIGEST_NONE) {
		digest = &r->by_name;
		what = "manifest, or of an index above it";
	}
	if (digest->algorithm == DIGEST_NONE)
		return scan_request_note(param, "%s",
					 r->no_digest ? r->no_digest
						      : "the engine reports none");
	if (digest->algorithm != DIGEST_SHA256)
		return scan_request_note(param, "the engine reports no sha256 of it");
	if (learn(param, SCANREQ_HOW_REPORTED, digest->hex))
		return SCANREQ_E_NOMEM;
	return scan_request_note(param, "digest of the %s, by %s; not seen in a registry", what,
				 r->engine);
}

static int fill_digest(struct scan_param *param, const struct scanreq_image *image)
{
	bool index = image->digest_of_index && image->index_digest.algorithm != DIGEST_NONE;
	bool served = image->origin == MANIFEST_REGISTRY;
	const char *what = index ? "index" : "manifest";

	if (image->reported)
		return fill_reported_digest(param, image);
	if (image->origin == MANIFEST_NONE)
		return scan_request_note(param,
					 "a saved image of this kind has no registry manifest");
	if (image->origin == MANIFEST_MADE)
		return scan_request_note(
			param, "saving the image made its manifest: it exists in no registry");
	if (learn_sha256(param, served ? SCANREQ_HOW_VERIFIED : SCANREQ_HOW_COMPUTED,
			 index ? &image->index_digest : &image->manifest_digest,
			 index ? &image->index_bytes : &image->manifest_bytes))
		return SCANREQ_E_NOMEM;
	return served ? note_served(param, image, what)
		      : scan_request_note(param, "archive %s, not seen in a registry", what);
}

static enum scanreq_how how_of_config(const struct scanreq_image *image)
{
	if (image->reported)
		return SCANREQ_HOW_REPORTED;
	return image->config_verified ? SCANREQ_HOW_VERIFIED : SCANREQ_HOW_COMPUTED;
}

static int fill_reported_id(struct scan_param *param, const struct scanreq_image *image)
{
	if (image->config_digest.algorithm != DIGEST_SHA256)
		return scan_request_note(
			param, "the engine's id may not be the digest of the config: "
			       "containerd's store does not report that digest");
	if (learn(param, SCANREQ_HOW_REPORTED, image->config_digest.hex))
		return SCANREQ_E_NOMEM;
	return scan_request_note(param, "the image's id, by %s", image->reported->engine);
}

static int fill_image_id(struct scan_param *param, const struct scanreq_image *image)
{
	if (image->reported)
		return fill_reported_id(param, image);
	if (learn_sha256(param, how_of_config(image), &image->config_digest, &image->config_bytes))
		return SCANREQ_E_NOMEM;
	return scan_request_note(param, image->config_verified
						? "sha256 of the config that the manifest names"
						: "sha256 of the config in the archive");
}

static int fill_size(struct scan_param *param, const struct scanreq_image *image)
{
	const char *basis = image->facts[SCANREQ_FACT_SIZE_BASIS];
	const char *verified = image->layers_verified ? ", verified," : "";
	const char *plural = image->layer_count == 1 ? "" : "s";
	char value[24];

	if (image->size_total < 0)
		return scan_request_note(param, "%s",
					 image->size_unknown ? image->size_unknown
							     : "the sizes are not known");
	snprintf(value, sizeof(value), "%" PRId64, image->size_total);
	if (image->reported)
		return learn(param, SCANREQ_HOW_REPORTED, value) ||
				       scan_request_note(param, "as %s counts it",
							 image->reported->engine)
			       ? SCANREQ_E_NOMEM
			       : 0;
	/* A verified manifest lists the sizes; an archive's are computed. */
	if (learn(param, image->origin == MANIFEST_REGISTRY || image->layers_verified
				 ? SCANREQ_HOW_VERIFIED
				 : SCANREQ_HOW_COMPUTED, value))
		return SCANREQ_E_NOMEM;
	if (image->size_unique == image->size_total)
		return scan_request_note(
			param, "%s: config %" PRId64 " + %zu layer%s%s %" PRId64 " bytes",
			basis ? basis : "stored", image->size_total - image->size_layers,
			image->layer_count, plural, verified, image->size_layers);
	return scan_request_note(param,
				 "%s: config %" PRId64 " + %zu layer%s%s %" PRId64
				 " bytes; %" PRId64 " with each distinct layer once",
				 basis ? basis : "stored",
				 image->size_total - image->size_layers, image->layer_count,
				 plural, verified, image->size_layers, image->size_unique);
}

static int fill_create(struct scan_param *param, const struct scanreq_image *image)
{
	const struct image_config *config = &image->config;
	const char *whose = image->reported ? image->reported->engine : "the config";
	char value[24];

	switch (config->created_state) {
	case CREATED_ABSENT:
		return scan_request_note(param, "%s has no creation time", whose);
	case CREATED_UNREADABLE:
		return scan_request_note(param, "%s has a creation time that cannot be read",
					 whose);
	case CREATED_TOO_OLD:
		return scan_request_note(param, "%s has a creation time before 1970", whose);
	case CREATED_OK:
		break;
	}
	snprintf(value, sizeof(value), "%" PRId64, config->created_ms);
	if (learn(param, how_of_config(image), value))
		return SCANREQ_E_NOMEM;
	/* Cut: an RFC 3339 time may have any number of digits. */
	return scan_request_note(param, "created %.64s %s %s",
				 config->created ? config->created : value,
				 image->reported ? "by" : "in", whose);
}

/* Only engines record when an image was tagged. */
static int fill_update(struct scan_param *param, const struct scanreq_image *image)
{
	char value[24];

	if (!image->reported)
		return scan_request_note(param, "%s",
					 "not given: no image says when it was updated");
	if (image->reported->tagged_ms < 0)
		return scan_request_note(param, "%s does not report when it was tagged",
					 image->reported->engine);
	snprintf(value, sizeof(value), "%" PRId64, image->reported->tagged_ms);
	if (learn(param, SCANREQ_HOW_REPORTED, value))
		return SCANREQ_E_NOMEM;
	return scan_request_note(param, "when it was tagged last, by %s",
				 image->reported->engine);
}

/* Takes `value`, a part of the reference; if NULL, the note is `absent`. */
static int learn_name(struct scan_param *param, const struct scanreq_image *image,
		      const char *value, const char *absent)
{
	char *whole CLEANUP_FREE = NULL;

	if (!value)
		return scan_request_note(param, "%s", absent);
	whole = reference_format(&image->reference);
	if (!whole || learn(param, image->reference_given ? SCANREQ_HOW_GIVEN
							  : SCANREQ_HOW_REPORTED, value))
		return SCANREQ_E_NOMEM;
	return scan_request_note(
		param, "from the reference %s%s", whole,
		image->reference_given ? "" : ", by which the source knows the image");
}

static int no_reference(struct scan_param *param, const struct scanreq_image *image)
{
	struct scanreq_error why = SCANREQ_ERROR_INIT;

	return scan_request_note(param, "%s", image_check_name(image, &why)
						      ? why.message
						      : "no name is known: set name to one");
}

static int fill_path(struct scan_param *param, const struct scanreq_image *image,
		     bool want_namespace)
{
	char *ns CLEANUP_FREE = NULL;
	char *repo_name CLEANUP_FREE = NULL;

	if (!image->reference.domain)
		return no_reference(param, image);
	if (reference_split_path(&image->reference, &ns, &repo_name))
		return SCANREQ_E_NOMEM;
	return learn_name(param, image, want_namespace ? ns : repo_name,
			  "the repository's path has one element");
}

static int fill_namespace(struct scan_param *param, const struct scanreq_image *image)
{
	return fill_path(param, image, true);
}

static int fill_repo_name(struct scan_param *param, const struct scanreq_image *image)
{
	return fill_path(param, image, false);
}

static int fill_tag(struct scan_param *param, const struct scanreq_image *image)
{
	if (!image->reference.domain)
		return no_reference(param, image);
	return learn_name(param, image, image->reference.tag, "the reference has no tag");
}

/* --- the table --------------------------------------------------------------------- */

enum kind { KIND_TEXT, KIND_NUMBER, KIND_DIGEST, KIND_TIME };

static const struct row {
	const char *name;    /* on the wire */
	const char *setting; /* for errors */
	enum kind kind;
	bool in_query;
	odd_fn odd;
	fill_fn fill;        /* NULL: images do not have it */
	const char *absent;  /* why it is left out when it is not set */
} rows[SCANREQ_PARAM_COUNT_] = {
	[SCANREQ_PARAM_TOKEN] = {
		.name = "Token", .setting = "token-file", .odd = odd_token,
		.absent = "not given",
	},
	[SCANREQ_PARAM_NAMESPACE] = {
		.name = "Namespace", .setting = "namespace", .odd = odd_path,
		.fill = fill_namespace,
	},
	[SCANREQ_PARAM_REPO_NAME] = {
		.name = "RepoName", .setting = "repo-name", .odd = odd_repo_name,
		.fill = fill_repo_name,
	},
	[SCANREQ_PARAM_TAG] = {
		.name = "Tag", .setting = "tag", .odd = odd_tag, .fill = fill_tag,
	},
	[SCANREQ_PARAM_DIGEST] = {
		.name = "Digest", .setting = "digest", .kind = KIND_DIGEST,
		.odd = odd_digest, .fill = fill_digest,
	},
	[SCANREQ_PARAM_IMAGE_ID] = {
		.name = "ImageId", .setting = "image-id", .kind = KIND_DIGEST,
		.odd = odd_digest, .fill = fill_image_id,
	},
	[SCANREQ_PARAM_IMAGE_SIZE] = {
		.name = "ImageSize", .setting = "image-size", .kind = KIND_NUMBER,
		.odd = odd_number, .fill = fill_size,
	},
	[SCANREQ_PARAM_IMAGE_CREATE] = {
		.name = "ImageCreate", .setting = "image-create", .kind = KIND_NUMBER,
		.odd = odd_number, .fill = fill_create,
	},
	[SCANREQ_PARAM_IMAGE_UPDATE] = {
		.name = "ImageUpdate", .setting = "image-update", .kind = KIND_TIME,
		.odd = odd_number, .fill = fill_update,
	},
	[SCANREQ_PARAM_UUID] = {
		.name = "Uuid", .setting = "uuid", .odd = odd_uuid,
		.absent = "not given: the service names the asset in its answer",
	},
	[SCANREQ_PARAM_SOURCE_IP] = {
		.name = "SourceIp", .setting = "source-ip", .in_query = true, .odd = odd_ip,
		.absent = "not given: the service fills it in",
	},
	[SCANREQ_PARAM_JENKINS_ENV] = {
		.name = "JenkinsEnv", .setting = "jenkins-env", .in_query = true,
		.odd = odd_jenkins_env, .absent = "not given",
	},
};

const char *scanreq_param_name(enum scanreq_param param)
{
	return (unsigned int)param < SCANREQ_PARAM_COUNT_ ? rows[param].name : "";
}

const char *scanreq_how_name(enum scanreq_how how)
{
	switch (how) {
	case SCANREQ_HOW_VERIFIED:
		return "verified";
	case SCANREQ_HOW_COMPUTED:
		return "computed";
	case SCANREQ_HOW_REPORTED:
		return "reported";
	case SCANREQ_HOW_GIVEN:
		return "given";
	case SCANREQ_HOW_ABSENT:
		break;
	}
	return "absent";
}

/* --- the request ------------------------------------------------------------------- */

static void clear(struct scan_param *param)
{
	str_wipe(&param->value);
	free(param->note);
	memset(param, 0, sizeof(*param));
}

/* Drops a parameter's warnings, which begin with its name. */
static void drop_warnings(struct scanreq_request *request, const struct row *row)
{
	struct strv *v = &request->warnings;
	size_t kept = 0;

	for (size_t i = 0; i < v->count; i++) {
		const char *rest;

		if (str_prefix(v->items[i], row->name, &rest) && *rest == ' ')
			free(v->items[i]);
		else
			v->items[kept++] = v->items[i];
	}
	v->count = kept;
}

static int check_value(const struct row *row, const char *value, struct scanreq_error *err)
{
	const char *name = row->name;
	int64_t number;

	if (strlen(value) > LIMIT_PARAMETER)
		return error_set(err, SCANREQ_CODE_PARAMETER_INVALID,
				 "%s: the value is longer than %ld bytes", name, LIMIT_PARAMETER);
	if (!utf8_valid(value, strlen(value)))
		return error_set(err, SCANREQ_CODE_PARAMETER_INVALID, "%s: the value is not UTF-8",
				 name);
	if (row->kind == KIND_NUMBER && !str_to_int64(value, &number))
		return error_set(err, SCANREQ_CODE_PARAMETER_INVALID,
				 "%s: \"%.64s\" is not a decimal number of 64 bits", name, value);
	if (row->kind == KIND_TIME && !image_update_word(value) &&
	    !image_update_parse(value, &number))
		return error_set(err, SCANREQ_CODE_PARAMETER_INVALID,
				 "%s: \"%.64s\" is not a time: use now, mtime, created, "
				 "last-modified, a time like 2024-06-03T10:00:00Z, or milliseconds "
				 "since 1970", name, value);
	return 0;
}

/* The service takes digests without their algorithm. */
static const char *without_algorithm(const struct row *row, const char *value)
{
	const char *hex;

	if (row->kind == KIND_DIGEST && str_prefix(value, "sha256:", &hex) && !odd_digest(hex))
		return hex;
	return value;
}

static int scan_request_set_text(struct scan_param *p, const struct row *row, const char *value)
{
	const char *sent = without_algorithm(row, value);

	return learn(p, SCANREQ_HOW_GIVEN, sent) ||
	       scan_request_note(p, "set by the caller%s",
				 sent != value ? ", without \"sha256:\"" : "");
}

/* A word is resolved when the request is filled; a time is sent in milliseconds. */
static int set_time(struct scan_param *p, const char *value)
{
	char number[24];
	int64_t ms;

	p->update = image_update_word(value);
	if (p->update)
		return scan_request_note(p, "%s, not resolved yet", value);
	if (str_to_int64(value, &ms) || !time_parse(value, &ms))
		return learn(p, SCANREQ_HOW_GIVEN, value) ||
		       scan_request_note(p, "set by the caller");
	snprintf(number, sizeof(number), "%" PRId64, ms);
	return learn(p, SCANREQ_HOW_GIVEN, number) ||
	       scan_request_note(p, "set by the caller: %.64s", value);
}

int scan_request_set(struct scanreq_request *request, enum scanreq_param param,
		     const char *value, struct scanreq_error *err)
{
	const struct row *row = &rows[param];
	struct scan_param *p = &request->params[param];
	const char *odd;
	int failed;

	if (!value && !p->set)
		return 0;
	failed = value ? check_value(row, value, err) : 0;
	if (failed)
		return error_about(failed, row->setting, err);
	clear(p);
	drop_warnings(request, row);
	if (!value)
		return 0;
	p->set = true;
	failed = row->kind == KIND_TIME ? set_time(p, value)
					: scan_request_set_text(p, row, value);
	odd = p->value ? row->odd(p->value) : NULL;
	if (failed || (odd && strv_addf(&request->warnings, "%s %s; it is sent as it is",
					row->name, odd))) {
		clear(p);
		return error_nomem(err);
	}
	return 0;
}

static int fill_one(struct scan_param *param, const struct row *row,
		    const struct scanreq_image *image)
{
	clear(param);
	if (!row->fill)
		return scan_request_note(param, "%s", row->absent);
	return image ? row->fill(param, image)
		     : scan_request_note(param, "there is no image to take it from");
}

/* Keeps the word: the next image may have another time. */
static int fill_word(struct scan_param *param, const struct scanreq_image *image,
		     struct scanreq_error *err)
{
	struct image_update_time found = { 0 };
	enum image_update word = param->update;
	int failed = image_update_find(word, image, &found, err);
	char value[24];

	if (failed)
		return error_about(failed, "image-update", err);
	clear(param);
	snprintf(value, sizeof(value), "%" PRId64, found.ms);
	*param = (struct scan_param){ .set = true, .update = word, .note = found.note };
	return learn(param, found.how, value) ? error_nomem(err) : 0;
}

int scan_request_fill(struct scanreq_request *request, const struct scanreq_image *image,
		      struct scanreq_error *err)
{
	int failed = 0;

	for (size_t i = 0; i < SCANREQ_PARAM_COUNT_; i++)
		if (!request->params[i].set && fill_one(&request->params[i], &rows[i], image))
			return error_nomem(err);
	if (request->params[SCANREQ_PARAM_IMAGE_UPDATE].update)
		failed = fill_word(&request->params[SCANREQ_PARAM_IMAGE_UPDATE], image, err);
	if (failed || request->params[SCANREQ_PARAM_TOKEN].set)
		return failed;
	drop_warnings(request, &rows[SCANREQ_PARAM_TOKEN]);
	if (strv_add(&request->warnings,
		     "Token is not given: older documents of the service call it required"))
		return error_nomem(err);
	return 0;
}

size_t scan_request_pairs(const struct scanreq_request *request, bool query,
			  struct acs3_pair *pairs)
{
	size_t count = 0;

	for (size_t i = 0; i < SCANREQ_PARAM_COUNT_; i++)
		if (request->params[i].value && rows[i].in_query == query)
			pairs[count++] = (struct acs3_pair){ rows[i].name,
							     request->params[i].value };
	return count;
}

void scan_request_free(struct scanreq_request **request)
{
	if (!*request)
		return;
	for (size_t i = 0; i < SCANREQ_PARAM_COUNT_; i++)
		clear(&(*request)->params[i]);
	strv_free(&(*request)->warnings);
	free(*request);
	*request = NULL;
}
