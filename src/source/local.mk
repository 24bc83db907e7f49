noinst_LTLIBRARIES += libsource.la
libsource_la_SOURCES = \
	src/source/archive-index.c src/source/archive-index.h \
	src/source/challenge.c src/source/challenge.h \
	src/source/docker-config.c src/source/docker-config.h \
	src/source/gzip.c src/source/gzip.h \
	src/source/registry-auth.c src/source/registry-auth.h \
	src/source/source.c src/source/source.h \
	src/source/source-archive.c src/source/source-archive.h \
	src/source/source-registry.c src/source/source-registry.h
libsource_la_LIBADD = $(ARCHIVE_LIBS) $(ZLIB_LIBS)
