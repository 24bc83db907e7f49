/* SPDX-License-Identifier: MIT */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "source/archive/index.h"
#include "source/archive/pax.h"
#include "source/stream/magic.h"
#include "source/archive/proofs.h"
#include "source/archive/documents.h"
#include "source/archive/members.h"

/* How many bytes of a member tell whether it is a document. */
#define DECIDED_AT (4 * KIB)

struct archive_index {
	struct member_table *table;
	struct archive_census census;
	struct kept_documents kept;
	struct archive_proofs *proofs; /* NULL: no bytes are verified */
};

/* The members that tell the form of an archive. */
static const char *const root_documents[] = {
	"manifest.json", "index.json", "repositories", "oci-layout",
};

/* One pass over the archive. */
struct walk {
	struct archive_index *index;
	struct archive_input *input;
	struct archive *tar;
	struct archive_entry *entry; /* libarchive does not check for its own being NULL */
	int64_t data_end;            /* the end of the last member's data, or -1 */
	struct pax_watch pax;
	int failed;                  /* of the input, with `reason` */
	struct scanreq_error reason;
	locale_t locale;
	locale_t outer_locale;
};

/* --- libarchive -------------------------------------------------------------------- */

static la_ssize_t archive_index_on_read(struct archive *tar, void *arg, const void **block)
{
	struct walk *w = arg;
	const unsigned char *data = NULL;
	size_t len;

	pax_watch_keep(&w->pax);
	w->failed = archive_input_read(w->input, &data, &len, &w->reason);
	if (w->failed) {
		archive_set_error(tar, EIO, "reading failed");
		return ARCHIVE_FATAL;
	}
	pax_watch_block(&w->pax, data, len);
	*block = data;
	return (la_ssize_t)len;
}

static la_int64_t on_skip(struct archive *tar, void *arg, la_int64_t request)
{
	struct walk *w = arg;
	int64_t skipped = archive_input_skip(w->input, request);

	(void)tar;
	if (skipped > 0)
		pax_watch_block(&w->pax, NULL, (size_t)skipped);
	return skipped;
}

static int truncated(struct scanreq_error *err)
{
	return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
			 "the tar is truncated: it ends within a member; get the file again");
}

/* Why libarchive stopped. */
static int archive_index_explain(const struct walk *w, struct scanreq_error *err)
{
	const char *text = archive_error_string(w->tar);

	if (w->failed) {
		if (err)
			*err = w->reason;
		return w->failed;
	}
	/* Some parts of libarchive stop without setting an error. */
	if (archive_errno(w->tar) == ENOMEM || (!text && errno == ENOMEM))
		return error_nomem(err);
	if (archive_input_ended(w->input))
		return truncated(err);
	return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
			 "the tar is damaged after member %zu: %s", w->index->census.members,
			 text ? text : "malformed");
}

static void walk_free(struct walk *w)
{
	archive_read_free(w->tar);
	archive_entry_free(w->entry);
	buf_free(&w->pax.headers);
	if (w->outer_locale)
		uselocale(w->outer_locale);
	if (w->locale)
		freelocale(w->locale);
}

/*
 * libarchive converts the UTF-8 names of pax headers to the locale's encoding, and would lose
 * all but ASCII in the C locale. So this thread's locale is UTF-8 during the walk.
 */
static int enter_utf8(struct walk *w, struct scanreq_error *err)
{
	errno = 0;
	w->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (w->locale)
		w->outer_locale = uselocale(w->locale);
	/* Without such a locale, names in ASCII still work. */
	return !w->locale && errno == ENOMEM ? error_nomem(err) : 0;
}

static int walk_open(struct walk *w, struct scanreq_error *err)
{
	w->tar = archive_read_new();
	w->entry = archive_entry_new();
	if (!w->tar || !w->entry)
		return error_nomem(err);
	if (enter_utf8(w, err))
		return SCANREQ_E_NOMEM;
	if (archive_read_support_format_tar(w->tar) != ARCHIVE_OK ||
	    archive_read_set_read_callback(w->tar, archive_index_on_read) != ARCHIVE_OK ||
	    archive_read_set_skip_callback(w->tar, on_skip) != ARCHIVE_OK ||
	    archive_read_set_callback_data(w->tar, w) != ARCHIVE_OK ||
	    archive_read_open1(w->tar) != ARCHIVE_OK)
		return archive_index_explain(w, err);
	return 0;
}

/*
 * Whether the tar ends after its last member's data and before the padding. All readers
 * accept that, but not an incomplete header.
 */
static bool only_padding_missing(const struct walk *w)
{
	int64_t position = archive_input_position(w->input);

	return !w->failed && archive_input_ended(w->input) && w->data_end >= 0 &&
	       w->data_end % TAR_BLOCK != 0 && position >= w->data_end &&
	       position / TAR_BLOCK == w->data_end / TAR_BLOCK;
}

/* --- documents --------------------------------------------------------------------- */

static bool is_root_document(const char *clean)
{
	for (size_t i = 0; i < ARRAY_LENGTH(root_documents); i++)
		if (strcmp(clean, root_documents[i]) == 0)
			return true;
	return false;
}

static size_t archive_index_skip_space(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len &&
	       (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n'))
		i++;
	return i;
}

static bool looks_like_json(const char *text, size_t len)
{
	size_t at = archive_index_skip_space(text, len);

	return at < len && (text[at] == '{' || text[at] == '[');
}

/*
 * in-toto statements (BuildKit's attestations and SBOMs) are megabytes of JSON that are no
 * manifest or config. They begin with "_type".
 */
static bool is_statement(const char *text, size_t len)
{
	static const char start[] = "\"_type\"";
	size_t at = archive_index_skip_space(text, len);

	if (at < len)
		at++; /* the brace */
	at += archive_index_skip_space(text + at, len - at);
	return len - at >= sizeof(start) - 1 &&
	       memcmp(text + at, start, sizeof(start) - 1) == 0;
}

/* Whether the beginning of a member is a document's. Marks a git-lfs pointer. */
static bool begins_document(const struct buf *bytes, struct member *member)
{
	const char *text = buf_str(bytes);

	if (magic_is_lfs_pointer(text, bytes->len))
		member->flags |= MEMBER_POINTER;
	return looks_like_json(text, bytes->len) && !is_statement(text, bytes->len);
}

/* A piece of the current member. */
struct piece {
	const void *data;
	size_t len;
	la_int64_t offset;
	bool more; /* false: the member has ended */
};

static int next_piece(struct walk *w, struct piece *piece, struct scanreq_error *err)
{
	int status;

	*piece = (struct piece){ 0 };
	status = archive_read_data_block(w->tar, &piece->data, &piece->len, &piece->offset);
	piece->more = status == ARCHIVE_OK || status == ARCHIVE_WARN;
	if (piece->more || status == ARCHIVE_EOF || only_padding_missing(w))
		return 0;
	return archive_index_explain(w, err);
}

/* What was read of the current member to see whether it is a document. */
struct begun {
	bool root; /* a root document, whatever it begins with */
	bool keep; /* it is a document, and `bytes` is all of it */
	struct buf *bytes;
};

/* Reads the current member until it turns out to be no document: JSON has no holes. */
static int archive_index_read_document(struct walk *w, struct member *member,
				       struct begun *begun, struct scanreq_error *err)
{
	struct buf *out = begun->bytes;
	struct piece piece = { .more = true };
	bool decided = false;

	begun->keep = true;
	while (piece.more && begun->keep) {
		int failed = next_piece(w, &piece, err);

		if (failed)
			return failed;
		if (piece.len > 0) {
			begun->keep = piece.offset == (la_int64_t)out->len;
			buf_add(out, piece.data, piece.len);
		}
		if (buf_check(out, "a document in the archive", err))
			return out->failed;
		if (begun->keep && !decided && (!piece.more || out->len >= DECIDED_AT)) {
			begun->keep = begins_document(out, member) || begun->root;
			decided = true;
		}
	}
	begun->keep = begun->keep && out->len > 0;
	return 0;
}

static const struct kept *kept_of(const struct archive_index *index,
				  const struct member *member)
{
	return member->extra == MEMBER_NO_EXTRA ? NULL : &index->kept.items[member->extra];
}

/* --- members ----------------------------------------------------------------------- */

/*
 * Of two members of one name skopeo and crane use the first, docker and containerd the last,
 * so they must be the same. Of files that are not kept only the size is used and compared.
 */
static bool same_content(const struct archive_index *index, const struct member *a,
			 const struct member *b)
{
	const struct kept *x, *y;

	if (a->kind != b->kind)
		return false;
	if (a->kind == MEMBER_LINK)
		return member_table_same_link(index->table, a, b);
	if (a->kind == MEMBER_OTHER)
		return true;
	x = kept_of(index, a);
	y = kept_of(index, b);
	if (a->size != b->size || a->flags != b->flags || !x != !y)
		return false;
	return !x || (x->bytes && y->bytes && memcmp(x->bytes, y->bytes, x->len) == 0);
}

/* With verification, the digests of two members of one name are compared as well. */
static bool other_bytes(const struct archive_index *index, const struct member *there)
{
	size_t number = (size_t)(there - member_table_at(index->table, 0));

	return index->proofs && archive_proofs_differ(index->proofs, number);
}

static int add_member(struct archive_index *index, const char *clean, struct member *member,
		      struct scanreq_error *err)
{
	struct member *there;
	int failed = member_table_add(index->table, clean, member, &there, err);

	if (!failed && !there && index->proofs)
		failed = archive_proofs_keep(index->proofs,
					     member_table_count(index->table) - 1, err);
	if (failed || !there)
		return failed;
	if (!same_content(index, there, member) || other_bytes(index, there))
		there->flags |= MEMBER_DIFFERS;
	if (member->kind == MEMBER_FILE && kept_of(index, member))
		kept_documents_drop_last(&index->kept);
	return 0;
}

/* A member to hash: the bytes that were read as a document, and the rest. */
struct content {
	struct walk *walk;
	const struct buf *begun;
	int64_t position; /* bytes returned */
	bool holes;       /* it is sparse: stop reading */
};

static int read_content(void *arg, const unsigned char **data, size_t *len,
			struct scanreq_error *err)
{
	struct content *c = arg;
	struct piece piece = { .data = buf_str(c->begun), .len = c->begun->len };
	int failed = 0;

	piece.more = c->position > 0 || piece.len == 0;
	while (!failed && piece.more) {
		failed = next_piece(c->walk, &piece, err);
		if (piece.len > 0)
			break;
	}
	if (piece.len > 0 && piece.offset != c->position)
		c->holes = true;
	*data = piece.data;
	*len = c->holes ? 0 : piece.len;
	c->position += (int64_t)*len;
	return failed;
}

static int archive_index_prove(struct walk *w, const char *clean, const struct buf *begun,
			       int64_t size, struct scanreq_error *err)
{
	struct content content = { .walk = w, .begun = begun };
	struct byte_reader from = { read_content, &content };
	int failed = archive_proofs_read(w->index->proofs, clean, &from, err);

	if (content.position != size)
		archive_proofs_forget(w->index->proofs);
	return failed;
}

/* Reads a document, or with verification any file. */
static int take_content(struct walk *w, const char *clean, struct member *member,
			struct scanreq_error *err)
{
	bool root = is_root_document(clean);
	struct buf bytes CLEANUP_BUF = BUF_INIT(root ? LIMIT_MANIFEST : LIMIT_CONFIG);
	struct begun begun = { .root = root, .bytes = &bytes };
	int failed = 0;

	if (root && member->size > LIMIT_MANIFEST)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED, "%s is larger than %ld bytes",
				 clean, LIMIT_MANIFEST);
	if (member->size > 0 && member->size <= LIMIT_CONFIG)
		failed = archive_index_read_document(w, member, &begun, err);
	if (!failed && begun.keep)
		failed = kept_documents_add(&w->index->kept, &bytes, root, &member->extra,
					    err);
	if (!failed && w->index->proofs)
		failed = archive_index_prove(w, clean, &bytes, member->size, err);
	return failed;
}

static int take_named(struct walk *w, struct archive_entry *entry, const char *clean,
		      struct scanreq_error *err)
{
	struct member member = { .size = archive_entry_size(entry), .extra = MEMBER_NO_EXTRA };
	const char *hard = archive_entry_hardlink(entry);
	const char *symbolic = archive_entry_symlink(entry);
	int failed = 0;

	if (hard)
		failed = member_table_link(w->index->table, &member, clean, hard, false, err);
	else if (archive_entry_filetype(entry) == AE_IFLNK)
		failed = member_table_link(w->index->table, &member, clean,
					   symbolic ? symbolic : "", true, err);
	else if (archive_entry_filetype(entry) != AE_IFREG)
		member.kind = MEMBER_OTHER;
	else
		failed = take_content(w, clean, &member, err);
	return failed ? failed : add_member(w->index, clean, &member, err);
}

/* Names that are not UTF-8 cannot be in JSON: such members are only counted. */
static int take_member(struct walk *w, struct archive_entry *entry, struct scanreq_error *err)
{
	char clean[MEMBER_NAME_SIZE];
	const char *name = archive_entry_pathname(entry);

	if (archive_entry_size(entry) < 0)
		return error_set(err, SCANREQ_CODE_ARCHIVE_DAMAGED,
				 "the tar is damaged: member %zu has a negative size",
				 w->index->census.members);
	if (name && utf8_valid(name, strlen(name)) && member_name_clean(name, clean))
		return take_named(w, entry, clean, err);
	/* Many archives have "./", the root directory. */
	if (!name || archive_entry_filetype(entry) != AE_IFDIR)
		w->index->census.nameless++;
	return 0;
}

/* --- the walk ---------------------------------------------------------------------- */

static bool malformed_pax(const struct walk *w, int status)
{
	const char *text = status == ARCHIVE_WARN ? archive_error_string(w->tar) : NULL;

	return text && strstr(text, "pax");
}

/* Reads one member; *more false at the end. */
static int archive_index_step(struct walk *w, bool *more, struct scanreq_error *err)
{
	struct archive_entry *entry = w->entry;
	int64_t start;
	int status, failed;

	pax_watch_begin(&w->pax, w->data_end);
	status = archive_read_next_header2(w->tar, entry);
	*more = status != ARCHIVE_EOF;
	if (status == ARCHIVE_EOF) {
		w->index->census.no_end = archive_input_ended(w->input) &&
					  archive_filter_bytes(w->tar, 0) ==
						  archive_read_header_position(w->tar);
		return 0;
	}
	if (status == ARCHIVE_FATAL && only_padding_missing(w)) {
		*more = false;
		w->index->census.no_end = true;
		return 0;
	}
	/* Go's and GNU's readers refuse a malformed pax header; libarchive only warns. */
	if ((status != ARCHIVE_OK && status != ARCHIVE_WARN) || malformed_pax(w, status))
		return archive_index_explain(w, err);
	failed = pax_watch_end(&w->pax, archive_filter_bytes(w->tar, 0), err);
	if (failed)
		return failed;
	if (++w->index->census.members > LIMIT_ARCHIVE_MEMBERS)
		return error_set(err, SCANREQ_CODE_LIMIT_EXCEEDED,
				 "the archive has more than %d members",
				 LIMIT_ARCHIVE_MEMBERS);
	start = archive_filter_bytes(w->tar, 0);
	if (archive_entry_sparse_count(entry) > 0 ||
	    __builtin_add_overflow(start, archive_entry_size(entry), &w->data_end))
		w->data_end = -1;
	return take_member(w, entry, err);
}

static int read_index(struct archive_index *index, struct archive_input *input,
		      struct scanreq_error *err)
{
	struct walk w CLEANUP(walk_free) = {
		.index = index, .input = input, .pax = PAX_WATCH_INIT,
	};
	bool more = true;
	int failed = walk_open(&w, err);

	while (!failed && more)
		failed = archive_index_step(&w, &more, err);
	return failed;
}

int archive_index_read(struct archive_input *input, bool prove_files,
		       struct archive_index **index, struct scanreq_error *err)
{
	struct archive_index *made CLEANUP_ARCHIVE_INDEX = calloc(1, sizeof(*made));
	int failed;

	if (!made)
		return error_nomem(err);
	made->kept.largest = LIMIT_CONFIG;
	failed = member_table_new(&made->table, err);
	if (!failed && prove_files)
		failed = archive_proofs_new(&made->proofs, err);
	if (!failed)
		failed = read_index(made, input, err);
	if (!failed)
		*index = TAKE(made);
	return failed;
}

void archive_index_free(struct archive_index **index)
{
	struct archive_index *i = *index;

	if (!i)
		return;
	member_table_free(&i->table);
	kept_documents_free(&i->kept);
	archive_proofs_free(&i->proofs);
	free(i);
	*index = NULL;
}

/* --- look-ups ---------------------------------------------------------------------- */

bool archive_index_failed(const struct archive_index *index)
{
	return member_table_failed(index->table);
}

bool archive_index_has(const struct archive_index *index, const char *name)
{
	return member_table_has(index->table, name);
}

const char *archive_index_find(const struct archive_index *index, const char *name,
			       struct archive_file *file)
{
	switch (member_table_find(index->table, name, &file->identity)) {
	case MEMBER_FOUND:
		break;
	case MEMBER_ABSENT:
		return "is not in the archive";
	case MEMBER_OUTSIDE:
		return "leads out of the archive";
	case MEMBER_DANGLING:
		return "is a link to nothing";
	case MEMBER_TOO_FAR:
		return "is a link that leads in circles, or over too many others";
	case MEMBER_TWICE:
		return "is there twice, with different content";
	case MEMBER_NO_FILE:
		return "is no regular file";
	case MEMBER_FAILED:
		return "cannot be looked up: out of memory";
	}
	if (member_table_at(index->table, file->identity)->flags & MEMBER_POINTER)
		return "is a git-lfs pointer and not the file: fetch it with git lfs pull";
	file->size = member_table_at(index->table, file->identity)->size;
	return NULL;
}

/* Why a file of the archive is no kept document. */
static const char *why_no_document(const struct kept *kept, int64_t size)
{
	if (kept)
		return "was not kept: the archive has too much JSON";
	if (size > LIMIT_CONFIG)
		return "is too large for a manifest or config";
	return "is no JSON document";
}

int archive_index_document(const struct archive_index *index, const char *name,
			   struct archive_document *document, struct scanreq_error *err)
{
	struct archive_file file;
	const struct kept *kept = NULL;
	const char *wrong = archive_index_find(index, name, &file);

	if (!wrong) {
		kept = kept_of(index, member_table_at(index->table, file.identity));
		if (!kept || !kept->bytes)
			wrong = why_no_document(kept, file.size);
	}
	if (wrong)
		return error_set(err, SCANREQ_CODE_BLOB_MISSING, "%s%s %s", name,
				 is_root_document(name) ? "" : ", which the image needs,",
				 wrong);
	document->bytes = kept->bytes;
	document->len = kept->len;
	return 0;
}

bool archive_index_proof(const struct archive_index *index, size_t identity,
			 struct layer_proof *proof)
{
	return index->proofs && archive_proofs_find(index->proofs, identity, proof);
}

struct archive_census archive_index_census(const struct archive_index *index)
{
	struct archive_census census = index->census;

	census.kept_bytes = index->kept.bytes;
	return census;
}
