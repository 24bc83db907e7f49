# What a pipeline needs around the library: the CI system, builders' files, lists, the
# batch runner and the journal. Part of the program, not of the library.
noinst_LTLIBRARIES += libpipeline.la
libpipeline_la_SOURCES = \
	src/pipeline/batch.c src/pipeline/batch.h \
	src/pipeline/build-result.c src/pipeline/build-result.h \
	src/pipeline/builder-file.c src/pipeline/builder-file.h \
	src/pipeline/ci.c src/pipeline/ci.h \
	src/pipeline/image-list.c src/pipeline/image-list.h \
	src/pipeline/journal.c src/pipeline/journal.h \
	src/pipeline/push-log.c src/pipeline/push-log.h \
	src/pipeline/shard.c src/pipeline/shard.h
