# What people get: one static file, packages, an image, a release. packaging/README.md says how.
.PHONY: static release
static:
	$(top_srcdir)/packaging/static

# SIGN='--gpg KEY' or '--minisign FILE' signs it.
release:
	$(top_srcdir)/packaging/release $(SIGN)

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
	packaging/debian-root \
	packaging/image \
	packaging/local.mk \
	packaging/packages \
	packaging/release \
	packaging/rpm \
	packaging/sbom \
	packaging/scanreq.spec \
	packaging/static \
	packaging/tarball
