noinst_LTLIBRARIES += libimage.la
libimage_la_SOURCES = \
	src/image/choice.c src/image/choice.h \
	src/image/facts.c src/image/facts.h \
	src/image/image.c src/image/image.h \
	src/image/image-name.c src/image/image-name.h \
	src/image/image-read.c src/image/image-read.h \
	src/image/image-set.c src/image/image-set.h \
	src/image/index-search.c src/image/index-search.h \
	src/image/reading.c src/image/reading.h \
	src/image/selection.h \
	src/image/tag-match.c src/image/tag-match.h
