noinst_LTLIBRARIES += libimage.la
libimage_la_SOURCES = \
	src/image/choice.c src/image/choice.h \
	src/image/facts.c src/image/facts.h \
	src/image/image.c src/image/image.h \
	src/image/name.c src/image/name.h \
	src/image/open.c src/image/open.h \
	src/image/reader.c src/image/reader.h \
	src/image/search.c src/image/search.h \
	src/image/selection.h \
	src/image/set.c src/image/set.h \
	src/image/tag-match.c src/image/tag-match.h
