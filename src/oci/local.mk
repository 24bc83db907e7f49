noinst_LTLIBRARIES += liboci.la
liboci_la_SOURCES = \
	src/oci/config.c src/oci/config.h \
	src/oci/manifest.c src/oci/manifest.h \
	src/oci/media-type.c src/oci/media-type.h \
	src/oci/platform.c src/oci/platform.h \
	src/oci/reference.c src/oci/reference.h
