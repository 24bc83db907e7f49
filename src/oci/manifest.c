/* SPDX-License-Identifier: MIT */
/*
 * A document is read in three steps: its members into a struct, the checks that they
 * agree, and only then the descriptors.
 */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/str.h"
#include "oci/manifest.h"
#include "oci/media-type.h"

#define refuse(err, ...) error_set((err), SCANREQ_CODE_DOCUMENT_INVALID, __VA_ARGS__)

#define ANNOTATION_REF_NAME "org.opencontainers.image.ref.name"
#define ANNOTATION_IMAGE_NAME "io.containerd.image.name"
#define ANNOTATION_REFERENCE_TYPE "vnd.docker.reference.type"
#define ATTESTATION "attestation-manifest"

/* --- descriptors ------------------------------------------------------------------- */

static int copy_string(struct json_object *object, const char *name, char **to,
		       struct scanreq_error *err)
{
	const char *value;
	int failed = json_string(object, name, &value, err);

	if (failed)
		return failed;
	return str_copy(to, value) ? error_nomem(err) : 0;
}

static int read_digest(struct json_object *object, struct digest *digest,
		       struct scanreq_error *err)
{
	const char *text;
	int failed = json_string(object, "digest", &text, err);

	if (failed)
		return failed;
	if (!text)
		return refuse(err, "\"digest\" is missing");
	if (!digest_parse(text, strlen(text), digest))
		return refuse(err, "\"digest\" is no sha256 or sha512 digest");
	return 0;
}

static int read_size(struct json_object *object, int64_t *size, struct scanreq_error *err)
{
	int failed;

	*size = -1;
	failed = json_size(object, "size", size, err);
	if (!failed && *size < 0)
		return refuse(err, "\"size\" is missing");
	return failed;
}

static int manifest_read_platform(struct json_object *object, struct platform *platform,
				  struct scanreq_error *err)
{
	static const char *const names[] = { "os", "architecture", "variant" };
	const char *values[ARRAY_LENGTH(names)];
	struct json_object *member;
	int failed = json_member(object, "platform", json_type_object, &member, err);

	if (failed || !member)
		return failed;
	failed = json_refuse_case_variants(member, names, ARRAY_LENGTH(names), err);
	for (size_t i = 0; !failed && i < ARRAY_LENGTH(names); i++)
		failed = json_string(member, names[i], &values[i], err);
	if (failed)
		return failed;
	return platform_make(platform, values[0], values[1], values[2]) ? error_nomem(err) : 0;
}

static int read_annotations(struct json_object *object, struct descriptor *descriptor,
			    struct scanreq_error *err)
{
	struct json_object *annotations;
	const char *type;
	int failed = json_member(object, "annotations", json_type_object, &annotations, err);

	if (failed || !annotations)
		return failed;
	failed = copy_string(annotations, ANNOTATION_REF_NAME, &descriptor->ref_name, err);
	if (!failed)
		failed = copy_string(annotations, ANNOTATION_IMAGE_NAME,
				     &descriptor->image_name, err);
	if (!failed)
		failed = json_string(annotations, ANNOTATION_REFERENCE_TYPE, &type, err);
	if (!failed)
		descriptor->attestation = type && strcmp(type, ATTESTATION) == 0;
	return failed;
}

/* Go writes a member that is not set as "". */
static int read_data(struct json_object *object, struct descriptor *descriptor,
		     struct scanreq_error *err)
{
	const char *data;
	int failed = json_string(object, "data", &data, err);

	if (failed || !data || !*data)
		return failed;
	return str_copy(&descriptor->data, data) ? error_nomem(err) : 0;
}

/* `descriptor` is all-zero, and its owner frees it when this fails. */
static int read_descriptor(struct json_object *object, struct descriptor *descriptor,
			   struct scanreq_error *err)
{
	static const char *const names[] = {
		"mediaType", "digest", "size", "platform", "annotations", "data",
	};
	int failed = json_refuse_case_variants(object, names, ARRAY_LENGTH(names), err);

	if (!failed)
		failed = copy_string(object, "mediaType", &descriptor->media_type, err);
	if (!failed)
		failed = read_digest(object, &descriptor->digest, err);
	if (!failed)
		failed = read_size(object, &descriptor->size, err);
	if (!failed)
		failed = read_data(object, descriptor, err);
	if (!failed)
		failed = manifest_read_platform(object, &descriptor->platform, err);
	if (!failed)
		failed = read_annotations(object, descriptor, err);
	return failed;
}

void descriptor_free(struct descriptor *descriptor)
{
	free(descriptor->media_type);
	platform_free(&descriptor->platform);
	free(descriptor->ref_name);
	free(descriptor->image_name);
	free(descriptor->data);
	*descriptor = (struct descriptor){ 0 };
}

int descriptor_copy(struct descriptor *to, const struct descriptor *from)
{
	struct descriptor copy CLEANUP_DESCRIPTOR = {
		.digest = from->digest,
		.size = from->size,
		.attestation = from->attestation,
	};

	if (str_copy(&copy.media_type, from->media_type) ||
	    platform_copy(&copy.platform, &from->platform) ||
	    str_copy(&copy.ref_name, from->ref_name) ||
	    str_copy(&copy.image_name, from->image_name) ||
	    str_copy(&copy.data, from->data))
		return SCANREQ_E_NOMEM;
	*to = copy;
	copy = (struct descriptor){ 0 };
	return 0;
}

/* --- members ----------------------------------------------------------------------- */

/* The members that decide on the kind. Borrowed from the JSON; NULL is absent or null. */
struct members {
	const char *media_type;
	const char *artifact_type;
	int64_t schema_version; /* -1: absent */
	struct json_object *config;
	struct json_object *layers;
	struct json_object *manifests;
	bool has_manifests;     /* perhaps null: how Docker 25.0 writes an empty list */
	bool schema1;           /* a member that Docker schema 1 alone has */
};

static bool manifest_has(struct json_object *root, const char *name)
{
	return json_object_object_get_ex(root, name, NULL);
}

static bool has_value(struct json_object *root, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(root, name, &value) && value;
}

static int read_types(struct json_object *root, struct members *m, struct scanreq_error *err)
{
	int failed = json_string(root, "mediaType", &m->media_type, err);

	if (!failed)
		failed = json_string(root, "artifactType", &m->artifact_type, err);
	if (failed)
		return failed;
	/* Go writes a member that is not set as "". */
	if (m->media_type && *m->media_type == '\0')
		m->media_type = NULL;
	if (m->artifact_type && *m->artifact_type == '\0')
		m->artifact_type = NULL;
	m->schema_version = -1;
	return json_size(root, "schemaVersion", &m->schema_version, err);
}

static int manifest_read_members(struct json_object *root, struct members *m,
				 struct scanreq_error *err)
{
	static const char *const names[] = {
		"schemaVersion", "mediaType", "artifactType", "config", "layers",
		"manifests", "fsLayers", "history", "signatures",
	};
	int failed;

	if (!json_object_is_type(root, json_type_object))
		return refuse(err, "it is no JSON object");
	failed = json_refuse_case_variants(root, names, ARRAY_LENGTH(names), err);
	if (!failed)
		failed = read_types(root, m, err);
	if (!failed)
		failed = json_member(root, "config", json_type_object, &m->config, err);
	if (!failed)
		failed = json_member(root, "layers", json_type_array, &m->layers, err);
	if (!failed)
		failed = json_member(root, "manifests", json_type_array, &m->manifests, err);
	m->has_manifests = manifest_has(root, "manifests");
	m->schema1 = has_value(root, "fsLayers") || has_value(root, "history") ||
		     has_value(root, "signatures");
	return failed;
}

/* --- kinds ------------------------------------------------------------------------- */

static int schema1(struct scanreq_error *err)
{
	return refuse(err, "it is a Docker schema 1 manifest, which has neither a config nor "
			   "sizes: push the image again with a current client");
}

static int artifact(const char *type, struct scanreq_error *err)
{
	return refuse(err, "it is an OCI artifact (%s) and no image: it has no image config",
		      type);
}

/* Decides on the kind. A document with the members of several kinds is refused. */
static int decide_kind(const struct members *m, enum document_kind *kind,
		       struct scanreq_error *err)
{
	bool image = m->config || m->layers;
	bool index = m->manifests || (m->has_manifests && !image && !m->schema1);

	if (image + index + m->schema1 > 1)
		return refuse(err, "it has the members of several kinds of manifest, so that "
				   "readers would disagree about it");
	if (m->schema1 || m->schema_version == 1 || media_kind(m->media_type) == MEDIA_SCHEMA1)
		return schema1(err);
	if (!image && !index && m->artifact_type)
		return artifact(m->artifact_type, err);
	if (!image && !index)
		return refuse(err, "it is neither an image manifest nor an index: it has no "
				   "\"config\" and no \"manifests\"");
	*kind = index ? DOCUMENT_INDEX : DOCUMENT_MANIFEST;
	return 0;
}

static int check_required(const struct members *m, enum document_kind kind,
			  struct scanreq_error *err)
{
	if (m->schema_version != 2)
		return refuse(err, "\"schemaVersion\" is %s: it must be 2",
			      m->schema_version < 0 ? "missing" : "unknown");
	if (kind == DOCUMENT_MANIFEST && !m->config && m->artifact_type)
		return artifact(m->artifact_type, err);
	if (kind == DOCUMENT_MANIFEST && !m->config)
		return refuse(err, "\"config\" is missing");
	if (kind == DOCUMENT_MANIFEST && !m->layers)
		return refuse(err, "\"layers\" is missing");
	return 0;
}

/* The media type of the header or of the descriptor that lists the document. */
struct claim {
	const char *media_type; /* or NULL */
	bool same_kind;         /* OCI's type and Docker's of one kind agree */
};

/*
 * The document's own "mediaType" must be exactly as specified; the claimed one may be a
 * header's value with parameters.
 */
static int check_media_types(const struct members *m, enum document_kind kind,
			     const struct claim *claim, struct scanreq_error *err)
{
	enum media_kind shape = kind == DOCUMENT_INDEX ? MEDIA_INDEX : MEDIA_MANIFEST;
	const char *shape_name = kind == DOCUMENT_INDEX ? "an index" : "an image manifest";
	const char *came_as = media_type_canonical(claim->media_type);

	if (m->media_type && (media_kind(m->media_type) != shape ||
			      strcmp(m->media_type, media_type_canonical(m->media_type)) != 0))
		return refuse(err, "\"mediaType\" is %s, but it has the members of %s",
			      m->media_type, shape_name);
	if (!came_as)
		return 0;
	if (media_kind(claim->media_type) != shape)
		return refuse(err, "it was served or listed as %s, but has the members of %s",
			      came_as, shape_name);
	if (m->media_type && !claim->same_kind && strcmp(came_as, m->media_type) != 0)
		return refuse(err,
			      "it was served or listed as %s, but its \"mediaType\" is %s",
			      came_as, m->media_type);
	return 0;
}

static int check_config_type(const struct members *m, const char *media_type,
			     struct scanreq_error *err)
{
	if (media_type_image_config(media_type))
		return 0;
	if (!media_type_vague_config(media_type))
		return artifact(m->artifact_type ? m->artifact_type : media_type, err);
	return m->artifact_type ? artifact(m->artifact_type, err) : 0;
}

/* --- documents --------------------------------------------------------------------- */

static int read_entries(struct json_object *array, const char *name,
			struct document *document, struct scanreq_error *err)
{
	size_t count = array ? json_object_array_length(array) : 0;

	if (count > LIMIT_LAYERS)
		return refuse(err, "\"%s\" has more than %d entries", name, LIMIT_LAYERS);
	if (count == 0)
		return 0;
	document->entries = calloc(count, sizeof(*document->entries));
	if (!document->entries)
		return error_nomem(err);
	document->count = count;
	for (size_t i = 0; i < count; i++) {
		int failed = read_descriptor(json_object_array_get_idx(array, i),
					     &document->entries[i], err);

		if (failed)
			return error_prefix(err, failed, "%s[%zu]", name, i);
	}
	return 0;
}

static int manifest_read_image(const struct members *m, struct document *document,
			       struct scanreq_error *err)
{
	int failed = read_descriptor(m->config, &document->config, err);

	if (failed)
		return error_prefix(err, failed, "config");
	failed = check_config_type(m, document->config.media_type, err);
	return failed ? failed : read_entries(m->layers, "layers", document, err);
}

static int name_type(const struct members *m, const char *claimed, struct document *document,
		     struct scanreq_error *err)
{
	bool index = document->kind == DOCUMENT_INDEX;
	const char *type = m->media_type ? m->media_type : media_type_canonical(claimed);

	if (!type)
		type = index ? MEDIA_TYPE_OCI_INDEX : MEDIA_TYPE_OCI_MANIFEST;
	return str_copy(&document->media_type, type) ? error_nomem(err) : 0;
}

static int manifest_read_document(struct json_object *root, const struct claim *claim,
				  struct document *document, struct scanreq_error *err)
{
	struct members m = { 0 };
	int failed = manifest_read_members(root, &m, err);

	if (!failed)
		failed = decide_kind(&m, &document->kind, err);
	if (!failed)
		failed = check_required(&m, document->kind, err);
	if (!failed)
		failed = check_media_types(&m, document->kind, claim, err);
	if (!failed)
		failed = name_type(&m, claim->media_type, document, err);
	if (failed)
		return failed;
	if (document->kind == DOCUMENT_INDEX)
		return read_entries(m.manifests, "manifests", document, err);
	return manifest_read_image(&m, document, err);
}

static int parse_claimed(const char *bytes, size_t len, const struct claim *claim,
			 struct document *document, struct scanreq_error *err)
{
	struct json_object *root CLEANUP_JSON = NULL;
	struct document parsed CLEANUP_DOCUMENT = { 0 };
	int failed = json_parse(bytes, len, "the manifest", &root, err);

	if (failed)
		return failed;
	failed = manifest_read_document(root, claim, &parsed, err);
	if (failed)
		return error_prefix(err, failed, "the manifest");
	*document = parsed;
	parsed = (struct document){ 0 };
	return 0;
}

int document_parse(const char *bytes, size_t len, const char *claimed,
		   struct document *document, struct scanreq_error *err)
{
	const struct claim claim = { .media_type = claimed };

	return parse_claimed(bytes, len, &claim, document, err);
}

int document_parse_saved(const char *bytes, size_t len, const char *claimed,
			 struct document *document, struct scanreq_error *err)
{
	const struct claim claim = { .media_type = claimed, .same_kind = true };

	return parse_claimed(bytes, len, &claim, document, err);
}

void document_free(struct document *document)
{
	free(document->media_type);
	descriptor_free(&document->config);
	for (size_t i = 0; i < document->count; i++)
		descriptor_free(&document->entries[i]);
	free(document->entries);
	*document = (struct document){ 0 };
}
