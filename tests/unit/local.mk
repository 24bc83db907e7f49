# Every test links the rooms themselves, so that hidden symbols can be tested.
unit_libs = tests/unit/libunit.la libpipeline.la libcloud.la libimage.la libsource.la libnet.la \
	liboci.la libbase.la $(CMOCKA_LIBS)

# One test a file, and what automake takes by default for it: NAME.c and LDADD.
LDADD = $(unit_libs)

# The compiler links a test against the rooms' archives at once; libtool, which is a shell script,
# takes seconds for it. It links the tests that need the shared library.
unit_archives = tests/unit/.libs/libunit.a .libs/libpipeline.a .libs/libcloud.a \
	.libs/libimage.a .libs/libsource.a .libs/libnet.a .libs/liboci.a \
	.libs/libbase.a $(CURL_LIBS) $(ARCHIVE_LIBS) $(ZLIB_LIBS) $(JSONC_LIBS) $(CRYPTO_LIBS) \
	$(CMOCKA_LIBS)
directly_linked = \
	tests/unit/test-address \
	tests/unit/test-answer \
	tests/unit/test-archive-decoder \
	tests/unit/test-archive-index \
	tests/unit/test-archive-input \
	tests/unit/test-attempts \
	tests/unit/test-batch \
	tests/unit/test-challenge \
	tests/unit/test-child \
	tests/unit/test-ci \
	tests/unit/test-credential-store \
	tests/unit/test-credentials \
	tests/unit/test-docker-archive \
	tests/unit/test-docker-config \
	tests/unit/test-endpoint \
	tests/unit/test-error \
	tests/unit/test-field-sets \
	tests/unit/test-file-writer \
	tests/unit/test-gate \
	tests/unit/test-gzip \
	tests/unit/test-http \
	tests/unit/test-http-curl \
	tests/unit/test-http-failure \
	tests/unit/test-image \
	tests/unit/test-image-list \
	tests/unit/test-image-name \
	tests/unit/test-image-set \
	tests/unit/test-image-update \
	tests/unit/test-ini \
	tests/unit/test-journal \
	tests/unit/test-json \
	tests/unit/test-json-write \
	tests/unit/test-layer-proof \
	tests/unit/test-member-table \
	tests/unit/test-nearest \
	tests/unit/test-oci-archive \
	tests/unit/test-oci-config \
	tests/unit/test-oci-manifest \
	tests/unit/test-oci-platform \
	tests/unit/test-oci-reference \
	tests/unit/test-progress \
	tests/unit/test-pace \
	tests/unit/test-providers \
	tests/unit/test-registry-auth \
	tests/unit/test-registry-error \
	tests/unit/test-registry-login \
	tests/unit/test-registry-token \
	tests/unit/test-retry \
	tests/unit/test-scan-request \
	tests/unit/test-shard \
	tests/unit/test-signature \
	tests/unit/test-source \
	tests/unit/test-source-archive \
	tests/unit/test-source-contract \
	tests/unit/test-source-daemon \
	tests/unit/test-source-layout \
	tests/unit/test-source-registry \
	tests/unit/test-submit \
	tests/unit/test-text \
	tests/unit/test-trust \
	tests/unit/test-url \
	tests/unit/test-wait

unit_tests += $(directly_linked) \
	tests/unit/test-acr \
	tests/unit/test-base \
	tests/unit/test-build-result \
	tests/unit/test-client \
	tests/unit/test-push-log \
	tests/unit/test-reference

$(directly_linked): private LDADD = $(unit_archives)
$(directly_linked): private LINK = $(CCLD) $(AM_CFLAGS) $(CFLAGS) $(AM_LDFLAGS) $(LDFLAGS) -o $@
# What several tests share: a scripted transport, files of testdata.
check_LTLIBRARIES += tests/unit/libunit.la
tests_unit_libunit_la_SOURCES = \
	tests/unit/codes.h \
	tests/unit/fixture.c tests/unit/fixture.h \
	tests/unit/indexed.c tests/unit/indexed.h \
	tests/unit/login.c tests/unit/login.h \
	tests/unit/loopback.c tests/unit/loopback.h \
	tests/unit/opened.c tests/unit/opened.h \
	tests/unit/pull.c tests/unit/pull.h \
	tests/unit/read-one.c tests/unit/read-one.h \
	tests/unit/server.c tests/unit/server.h \
	tests/unit/tar.c tests/unit/tar.h \
	tests/unit/testdata.c tests/unit/testdata.h \
	tests/unit/transport.c tests/unit/transport.h \
	tests/unit/unpacked.c tests/unit/unpacked.h
tests_unit_libunit_la_LIBADD = $(ARCHIVE_LIBS)

# Blocks that are given back are looked at: none may hold a secret.
tests_unit_test_base_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free -Wl,--wrap=realloc

# Blocks that are given back are looked at: none may hold the password.
tests_unit_test_acr_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free -Wl,--wrap=realloc

tests_unit_test_build_result_LDADD = libpipeline.la libscanreq.la libbase.la $(CMOCKA_LIBS)

tests_unit_test_client_LDADD = libscanreq.la libbase.la $(CMOCKA_LIBS)

tests_unit_test_push_log_LDADD = libpipeline.la libscanreq.la libbase.la $(CMOCKA_LIBS)

tests_unit_test_reference_LDADD = libscanreq.la libbase.la $(CMOCKA_LIBS)

tests_unit_test_progress_SOURCES = tests/unit/test-progress.c src/cli/progress.c
