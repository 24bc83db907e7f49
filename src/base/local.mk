noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = \
	src/base/buf.c src/base/buf.h \
	src/base/child.c src/base/child.h \
	src/base/cleanup.h \
	src/base/code.c src/base/code.h \
	src/base/digest.c src/base/digest.h \
	src/base/encode.c src/base/encode.h \
	src/base/error.c src/base/error.h \
	src/base/file.c src/base/file.h \
	src/base/file-writer.c src/base/file-writer.h \
	src/base/ini.c src/base/ini.h \
	src/base/json.c src/base/json.h \
	src/base/json-scan.c src/base/json-scan.h \
	src/base/json-tree.c src/base/json-tree.h \
	src/base/json-write.c \
	src/base/limits.h \
	src/base/log.c src/base/log.h \
	src/base/nearest.c src/base/nearest.h \
	src/base/progress.h \
	src/base/str.c src/base/str.h \
	src/base/text.c src/base/text.h \
	src/base/time.c src/base/time.h
libbase_la_LIBADD = $(JSONC_LIBS) $(CRYPTO_LIBS)
