# What people get: one static file, packages, an image, a release. packaging/README.md says how.
.PHONY: static
static:
	$(top_srcdir)/packaging/static

EXTRA_DIST += \
	debian/changelog \
	debian/control \
	debian/copyright \
	debian/libscanreq-dev.install \
	debian/libscanreq1.install \
	debian/libscanreq1.symbols \
	debian/rules \
	debian/scanreq-doc.docs \
	debian/scanreq-doc.examples \
	debian/scanreq.install \
	debian/source/format \
	debian/tests/control \
	debian/tests/library \
	debian/tests/offline \
	packaging/README.md \
	packaging/curl-library \
	packaging/deb \
	packaging/image \
	packaging/local.mk \
	packaging/packages \
	packaging/static \
	packaging/tarball
