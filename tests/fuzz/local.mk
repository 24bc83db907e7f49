# Each target over its corpus. To fuzz one for real, with clang (the corpus grows in place):
#   make CC=clang SANITIZE_FLAGS=-fsanitize=fuzzer,address FUZZ_DRIVER= tests/fuzz/fuzz-json
#   tests/fuzz/fuzz-json -max_total_time=60 testdata/fuzz/json
check_LTLIBRARIES += tests/fuzz/libreplay.la
tests_fuzz_libreplay_la_SOURCES = tests/fuzz/replay.c tests/fuzz/target.h
FUZZ_DRIVER = tests/fuzz/libreplay.la
fuzz_libs = $(FUZZ_DRIVER) libsource.la libnet.la liboci.la libbase.la
fuzz_tests = \
	tests/fuzz/fuzz-answer \
	tests/fuzz/fuzz-archive-index \
	tests/fuzz/fuzz-build-result \
	tests/fuzz/fuzz-layout \
	tests/fuzz/fuzz-challenge \
	tests/fuzz/fuzz-config \
	tests/fuzz/fuzz-docker-config \
	tests/fuzz/fuzz-engine-image \
	tests/fuzz/fuzz-error-body \
	tests/fuzz/fuzz-ini \
	tests/fuzz/fuzz-json \
	tests/fuzz/fuzz-manifest \
	tests/fuzz/fuzz-reference \
	tests/fuzz/fuzz-token
check_PROGRAMS += $(fuzz_tests)
TESTS += $(fuzz_tests)
tests_fuzz_fuzz_answer_LDADD = $(FUZZ_DRIVER) libcloud.la $(fuzz_libs)
tests_fuzz_fuzz_build_result_LDADD = $(FUZZ_DRIVER) libpipeline.la libscanreq.la libbase.la
tests_fuzz_fuzz_ini_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_challenge_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_config_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_docker_config_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_engine_image_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_error_body_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_json_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_manifest_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_reference_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_token_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_archive_index_LDADD = $(fuzz_libs)
tests_fuzz_fuzz_layout_LDADD = $(fuzz_libs)
