noinst_LTLIBRARIES += libsource.la
libsource_la_SOURCES = \
	src/source/archive-decoder.c src/source/archive-decoder.h \
	src/source/archive-frames.c src/source/archive-frames.h \
	src/source/archive-index.c src/source/archive-index.h \
	src/source/archive-input.c src/source/archive-input.h \
	src/source/archive-magic.c src/source/archive-magic.h \
	src/source/challenge.c src/source/challenge.h \
	src/source/credential-helper.c src/source/credential-helper.h \
	src/source/credential-store.c src/source/credential-store.h \
	src/source/docker-archive.c src/source/docker-archive.h \
	src/source/docker-config.c src/source/docker-config.h \
	src/source/error-body.c src/source/error-body.h \
	src/source/gzip.c src/source/gzip.h \
	src/source/member-table.c src/source/member-table.h \
	src/source/oci-archive.c src/source/oci-archive.h \
	src/source/oci-index.c src/source/oci-index.h \
	src/source/rate-limit.c src/source/rate-limit.h \
	src/source/realm.c src/source/realm.h \
	src/source/registry-auth.c src/source/registry-auth.h \
	src/source/registry-warning.c src/source/registry-warning.h \
	src/source/source.c src/source/source.h \
	src/source/source-archive.c src/source/source-archive.h \
	src/source/source-layout.c src/source/source-layout.h \
	src/source/registry-error.c src/source/registry-error.h \
	src/source/source-registry.c src/source/source-registry.h \
	src/source/token.c src/source/token.h
libsource_la_LIBADD = $(ARCHIVE_LIBS) $(ZLIB_LIBS) $(CRYPTO_LIBS)
