/* SPDX-License-Identifier: MIT */
/*
 * Every cap of the program, each with its reason. Input from a registry, an archive, a server
 * or a helper is hostile until it has passed a cap and a check.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define KIB (1024L)
#define MIB (1024L * 1024L)

/* distribution's own limit for a manifest; an index of 1,000 platforms is 300 KiB. */
#define LIMIT_MANIFEST (4 * MIB)
/* A config has history and labels; comparable tools stop at 4 MiB, too. */
#define LIMIT_CONFIG (4 * MIB)
/* An engine's answer about one image: members of a config, and a line for each platform. */
#define LIMIT_ENGINE_ANSWER (4 * MIB)
/* A token body is a JWT and a few numbers; registries' largest are 20 KiB. */
#define LIMIT_TOKEN_BODY (1 * MIB)
/* The service answers in under 2 KiB; 1 MiB leaves room for an error page. */
#define LIMIT_API_ANSWER (1 * MIB)
/* Pages of 20 findings in one list, and findings of one image; people read hundreds. */
#define LIMIT_FINDING_PAGES 500
#define LIMIT_FINDINGS 10000
/* One text of a finding: a command that updates a package is the longest. */
#define LIMIT_FINDING_TEXT 1024
/* Keys from STS, the metadata service or a program: a security token is some KiB. */
#define LIMIT_SESSION (64 * KIB)
/* Profiles whose role another profile assumes: each costs a request. */
#define LIMIT_PROFILE_HOPS 8
/* Keys, and sections, of an ini file; ten profiles have fifty keys. */
#define LIMIT_INI_KEYS 4096
/* An error's body is shown as one line, so only its beginning matters. */
#define LIMIT_ERROR_BODY (64 * KIB)
/* One header field of an answer, and the number of fields. */
#define LIMIT_HEADER_FIELD (64 * KIB)
#define LIMIT_HEADERS 256
/* All header fields of an answer; libcurl reports a broken connection at 300 KiB. */
#define LIMIT_HEAD (256 * KIB)
/* A request that we build: its longest part is a security token of a few KiB. */
#define LIMIT_REQUEST (1 * MIB)
/* One value of a request: twelve of them, percent-encoded, must fit into LIMIT_REQUEST. */
#define LIMIT_PARAMETER (16 * KIB)
/* A credentials file with a hundred registries is 30 KiB. */
#define LIMIT_AUTHFILE (1 * MIB)
/* A helper answers with a URL, a user and a secret: tokens are some KiB. */
#define LIMIT_HELPER_ANSWER (64 * KIB)
/* Mozilla's whole list of authorities, with a comment each, is 250 KiB. */
#define LIMIT_AUTHORITIES (4 * MIB)
/* A token or password file holds one line; more is a wrong path. */
#define LIMIT_SECRET_FILE (64 * KIB)
/* RFC 8259 names no depth; every document that we read needs less than 10. */
#define LIMIT_JSON_DEPTH 32
/* An error of the gateway in XML has elements of three levels. */
#define LIMIT_XML_DEPTH 32
/* json-c turns 4 MiB of "[{},{},..." into 1 GiB; the largest real index has 3,000. */
#define LIMIT_JSON_VALUES 20000
/* An archive's members are kept as 40 bytes each, so this is 10 MiB of memory. */
#define LIMIT_ARCHIVE_MEMBERS 250000
/* Files whose digests are kept, of 120 bytes each; an engine's images have some thousands. */
#define LIMIT_ARCHIVE_PROOFS 65536
/* JSON members of an archive that are kept until its end, together. */
#define LIMIT_ARCHIVE_JSON (8 * MIB)
/* Bytes read after a tar's end so that the writer gets no SIGPIPE, yet `cat /dev/zero` ends. */
#define LIMIT_ARCHIVE_TRAILING (64 * MIB)
/* `xz -9` uses a dictionary of 64 MiB; no preset uses more. */
#define LIMIT_XZ_WINDOW (64 * MIB)
/* The default of zstd's own decoder; `zstd --ultra -22` fits. */
#define LIMIT_ZSTD_WINDOW (128 * MIB)
/* gzip expands at most by this factor (RFC 1951); no real image of any format exceeds it. */
#define LIMIT_EXPANSION 1032
/* Output up to this size may exceed the factor, such as a disk image of zeros in a layer. */
#define LIMIT_EXPANSION_FREE (4096 * MIB)
/* Links followed in an archive; more are a loop. */
#define LIMIT_LINK_HOPS 8
/* Headers of one member: libarchive takes a pax header and long names of 1 MiB each. */
#define LIMIT_PAX_HEADERS (4 * MIB)
/* Member names as pax and GNU tar write them; blobs/sha512/ names are 141 bytes. */
#define LIMIT_MEMBER_NAME 4096
/* Images in one archive; `docker save` of a whole engine is some hundreds. */
#define LIMIT_CANDIDATES 10000
/* Names of one image in an archive, compared pairwise; a CI keeps some hundreds. */
#define LIMIT_NAMES 5000
/* Layers of one image: the kernel mounts at most 500, engines stop at 127. */
#define LIMIT_LAYERS 5000
/* Nested indexes; real ones are nested twice at most. */
#define LIMIT_INDEX_DEPTH 4
/* Documents read to find a platform: nested indexes, and images without a stated one. */
#define LIMIT_INDEX_READS 64
/* Images of one index that are read together; each costs requests, official ones have 12. */
#define LIMIT_INDEX_IMAGES 100
/* Warnings about one archive, or of servers; both could fill the screen. */
#define LIMIT_WARNINGS 20
/* One line of a list of images: a reference, or an object with overrides. */
#define LIMIT_LIST_LINE (64 * KIB)
/* A builder's file; a bake of 100 targets with provenance is 1 MiB. */
#define LIMIT_BUILD_RESULT (4 * MIB)
/* Parts of a shared list. */
#define LIMIT_SHARDS 100000
/* One output value for the next step of a pipeline; a reference is the longest. */
#define LIMIT_PAIR 2048
/* GitLab's own limit for a dotenv report. */
#define LIMIT_DOTENV (5 * KIB)
/* The images in GitHub's outputs, which may be 1 MiB for a step. */
#define LIMIT_OUTPUT_IMAGES (512 * KIB)
/* GitHub drops a step's summary that is larger than 1 MiB. */
#define LIMIT_STEP_SUMMARY (1000 * KIB)
/* A URL, job or branch name of a CI system. */
#define LIMIT_CI_TEXT (2 * KIB)
/* One line of text for a person. */
#define LIMIT_LINE (4 * KIB)
/* A reference: distribution's 255 for the path, 128 for the tag, a digest and a host. */
#define LIMIT_REFERENCE 1024

/* A host name (RFC 1035 section 2.3.4). */
#define LIMIT_HOST 253
/* Hosts whose pace is known at the same time: registries, token servers, blob stores. */
#define LIMIT_PACES 64

#endif
