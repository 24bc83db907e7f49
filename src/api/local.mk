lib_LTLIBRARIES += libscanreq.la
libscanreq_la_SOURCES = \
	src/api/client.c src/api/client.h \
	src/api/doctor.c \
	src/api/findings.c \
	src/api/image.c \
	src/api/options.c src/api/options.h \
	src/api/reference.c \
	src/api/request.c \
	src/api/submit.c \
	src/api/task.c \
	src/api/version.c
libscanreq_la_LIBADD = libcloud.la libimage.la libsource.la libnet.la liboci.la libbase.la
libscanreq_la_LDFLAGS = $(AM_LDFLAGS) -version-info 1:0:0 -no-undefined \
	-Wl,--version-script=$(top_srcdir)/src/api/libscanreq.map
libscanreq_la_DEPENDENCIES = $(libscanreq_la_LIBADD) src/api/libscanreq.map
EXTRA_DIST += src/api/libscanreq.map

pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = src/api/scanreq.pc
