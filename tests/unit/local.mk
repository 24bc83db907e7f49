# Every test links the rooms themselves, so that hidden symbols can be tested.
unit_libs = tests/unit/libunit.la libpipeline.la libcloud.la libimage.la libsource.la libnet.la \
	liboci.la libbase.la $(CMOCKA_LIBS)

# What several tests share: a scripted transport, files of testdata.
check_LTLIBRARIES += tests/unit/libunit.la
tests_unit_libunit_la_SOURCES = \
	tests/unit/bench.c tests/unit/bench.h \
	tests/unit/codes.h \
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

unit_tests += tests/unit/test-base
tests_unit_test_base_SOURCES = tests/unit/test-base.c
tests_unit_test_base_LDADD = $(unit_libs)
# Blocks that are given back are looked at: none may hold a secret.
tests_unit_test_base_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free -Wl,--wrap=realloc

unit_tests += tests/unit/test-error
tests_unit_test_error_SOURCES = tests/unit/test-error.c
tests_unit_test_error_LDADD = $(unit_libs)

unit_tests += tests/unit/test-child
tests_unit_test_child_SOURCES = tests/unit/test-child.c
tests_unit_test_child_LDADD = $(unit_libs)

unit_tests += tests/unit/test-text
tests_unit_test_text_SOURCES = tests/unit/test-text.c
tests_unit_test_text_LDADD = $(unit_libs)

unit_tests += tests/unit/test-file-writer
tests_unit_test_file_writer_SOURCES = tests/unit/test-file-writer.c
tests_unit_test_file_writer_LDADD = $(unit_libs)

unit_tests += tests/unit/test-nearest
tests_unit_test_nearest_SOURCES = tests/unit/test-nearest.c
tests_unit_test_nearest_LDADD = $(unit_libs)

unit_tests += tests/unit/test-json
tests_unit_test_json_SOURCES = tests/unit/test-json.c
tests_unit_test_json_LDADD = $(unit_libs)

unit_tests += tests/unit/test-json-write
tests_unit_test_json_write_SOURCES = tests/unit/test-json-write.c
tests_unit_test_json_write_LDADD = $(unit_libs)

unit_tests += tests/unit/test-oci-reference
tests_unit_test_oci_reference_SOURCES = tests/unit/test-oci-reference.c
tests_unit_test_oci_reference_LDADD = $(unit_libs)

unit_tests += tests/unit/test-oci-platform
tests_unit_test_oci_platform_SOURCES = tests/unit/test-oci-platform.c
tests_unit_test_oci_platform_LDADD = $(unit_libs)

unit_tests += tests/unit/test-oci-manifest
tests_unit_test_oci_manifest_SOURCES = tests/unit/test-oci-manifest.c
tests_unit_test_oci_manifest_LDADD = $(unit_libs)

unit_tests += tests/unit/test-oci-config
tests_unit_test_oci_config_SOURCES = tests/unit/test-oci-config.c
tests_unit_test_oci_config_LDADD = $(unit_libs)

unit_tests += tests/unit/test-gzip
tests_unit_test_gzip_SOURCES = tests/unit/test-gzip.c
tests_unit_test_gzip_LDADD = $(unit_libs)

unit_tests += tests/unit/test-archive-decoder
tests_unit_test_archive_decoder_SOURCES = tests/unit/test-archive-decoder.c
tests_unit_test_archive_decoder_LDADD = $(unit_libs) $(ARCHIVE_LIBS)

unit_tests += tests/unit/test-member-table
tests_unit_test_member_table_SOURCES = tests/unit/test-member-table.c
tests_unit_test_member_table_LDADD = $(unit_libs)

unit_tests += tests/unit/test-archive-index
tests_unit_test_archive_index_SOURCES = tests/unit/test-archive-index.c
tests_unit_test_archive_index_LDADD = $(unit_libs)

unit_tests += tests/unit/test-archive-input
tests_unit_test_archive_input_SOURCES = tests/unit/test-archive-input.c
tests_unit_test_archive_input_LDADD = $(unit_libs)

unit_tests += tests/unit/test-layer-proof
tests_unit_test_layer_proof_SOURCES = tests/unit/test-layer-proof.c
tests_unit_test_layer_proof_LDADD = $(unit_libs)

unit_tests += tests/unit/test-docker-archive
tests_unit_test_docker_archive_SOURCES = tests/unit/test-docker-archive.c
tests_unit_test_docker_archive_LDADD = $(unit_libs)

unit_tests += tests/unit/test-oci-archive
tests_unit_test_oci_archive_SOURCES = tests/unit/test-oci-archive.c
tests_unit_test_oci_archive_LDADD = $(unit_libs)

unit_tests += tests/unit/test-source-archive
tests_unit_test_source_archive_SOURCES = tests/unit/test-source-archive.c
tests_unit_test_source_archive_LDADD = $(unit_libs)

unit_tests += tests/unit/test-source-layout
tests_unit_test_source_layout_SOURCES = tests/unit/test-source-layout.c
tests_unit_test_source_layout_LDADD = $(unit_libs)

unit_tests += tests/unit/test-image-name
tests_unit_test_image_name_SOURCES = tests/unit/test-image-name.c
tests_unit_test_image_name_LDADD = $(unit_libs)

unit_tests += tests/unit/test-image
tests_unit_test_image_SOURCES = tests/unit/test-image.c
tests_unit_test_image_LDADD = $(unit_libs)

unit_tests += tests/unit/test-image-set
tests_unit_test_image_set_SOURCES = tests/unit/test-image-set.c
tests_unit_test_image_set_LDADD = $(unit_libs)

unit_tests += tests/unit/test-signature
tests_unit_test_signature_SOURCES = tests/unit/test-signature.c
tests_unit_test_signature_LDADD = $(unit_libs)
EXTRA_DIST += \
	testdata/signature/README.md \
	testdata/signature/empty/authorization.txt \
	testdata/signature/empty/canonical-request.txt \
	testdata/signature/empty/request.txt \
	testdata/signature/empty/signature.txt \
	testdata/signature/empty/string-to-sign.txt \
	testdata/signature/encoding/authorization.txt \
	testdata/signature/encoding/canonical-request.txt \
	testdata/signature/encoding/request.txt \
	testdata/signature/encoding/signature.txt \
	testdata/signature/encoding/string-to-sign.txt \
	testdata/signature/published/authorization.txt \
	testdata/signature/published/canonical-request.txt \
	testdata/signature/published/request.txt \
	testdata/signature/published/signature.txt \
	testdata/signature/published/string-to-sign.txt \
	testdata/signature/scan-task/authorization.txt \
	testdata/signature/scan-task/canonical-request.txt \
	testdata/signature/scan-task/request.txt \
	testdata/signature/scan-task/signature.txt \
	testdata/signature/scan-task/string-to-sign.txt \
	testdata/signature/temporary-keys/authorization.txt \
	testdata/signature/temporary-keys/canonical-request.txt \
	testdata/signature/temporary-keys/request.txt \
	testdata/signature/temporary-keys/signature.txt \
	testdata/signature/temporary-keys/string-to-sign.txt

unit_tests += tests/unit/test-field-sets
tests_unit_test_field_sets_SOURCES = tests/unit/test-field-sets.c
tests_unit_test_field_sets_LDADD = $(unit_libs)

unit_tests += tests/unit/test-acr
tests_unit_test_acr_SOURCES = tests/unit/test-acr.c
tests_unit_test_acr_LDADD = $(unit_libs)
# Blocks that are given back are looked at: none may hold the password.
tests_unit_test_acr_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free -Wl,--wrap=realloc

unit_tests += tests/unit/test-endpoint
tests_unit_test_endpoint_SOURCES = tests/unit/test-endpoint.c
tests_unit_test_endpoint_LDADD = $(unit_libs)

unit_tests += tests/unit/test-credentials
tests_unit_test_credentials_SOURCES = tests/unit/test-credentials.c
tests_unit_test_credentials_LDADD = $(unit_libs)

unit_tests += tests/unit/test-image-update
tests_unit_test_image_update_SOURCES = tests/unit/test-image-update.c
tests_unit_test_image_update_LDADD = $(unit_libs)

unit_tests += tests/unit/test-scan-request
tests_unit_test_scan_request_SOURCES = tests/unit/test-scan-request.c
tests_unit_test_scan_request_LDADD = $(unit_libs)

unit_tests += tests/unit/test-attempts
tests_unit_test_attempts_SOURCES = tests/unit/test-attempts.c
tests_unit_test_attempts_LDADD = $(unit_libs)

unit_tests += tests/unit/test-submit
tests_unit_test_submit_SOURCES = tests/unit/test-submit.c
tests_unit_test_submit_LDADD = $(unit_libs)

unit_tests += tests/unit/test-wait
tests_unit_test_wait_SOURCES = tests/unit/test-wait.c
tests_unit_test_wait_LDADD = $(unit_libs)

unit_tests += tests/unit/test-answer
tests_unit_test_answer_SOURCES = tests/unit/test-answer.c
tests_unit_test_answer_LDADD = $(unit_libs)

unit_tests += tests/unit/test-address
tests_unit_test_address_SOURCES = tests/unit/test-address.c
tests_unit_test_address_LDADD = $(unit_libs)

unit_tests += tests/unit/test-url
tests_unit_test_url_SOURCES = tests/unit/test-url.c
tests_unit_test_url_LDADD = $(unit_libs)

unit_tests += tests/unit/test-http
tests_unit_test_http_SOURCES = tests/unit/test-http.c
tests_unit_test_http_LDADD = $(unit_libs)

unit_tests += tests/unit/test-http-curl
tests_unit_test_http_curl_SOURCES = tests/unit/test-http-curl.c
tests_unit_test_http_curl_LDADD = $(unit_libs)

unit_tests += tests/unit/test-http-failure
tests_unit_test_http_failure_SOURCES = tests/unit/test-http-failure.c
tests_unit_test_http_failure_LDADD = $(unit_libs)

unit_tests += tests/unit/test-trust
tests_unit_test_trust_SOURCES = tests/unit/test-trust.c
tests_unit_test_trust_LDADD = $(unit_libs)

unit_tests += tests/unit/test-challenge
tests_unit_test_challenge_SOURCES = tests/unit/test-challenge.c
tests_unit_test_challenge_LDADD = $(unit_libs)

unit_tests += tests/unit/test-credential-store
tests_unit_test_credential_store_SOURCES = tests/unit/test-credential-store.c
tests_unit_test_credential_store_LDADD = $(unit_libs)

unit_tests += tests/unit/test-docker-config
tests_unit_test_docker_config_SOURCES = tests/unit/test-docker-config.c
tests_unit_test_docker_config_LDADD = $(unit_libs)

unit_tests += tests/unit/test-registry-auth
tests_unit_test_registry_auth_SOURCES = tests/unit/test-registry-auth.c
tests_unit_test_registry_auth_LDADD = $(unit_libs)

unit_tests += tests/unit/test-registry-token
tests_unit_test_registry_token_SOURCES = tests/unit/test-registry-token.c
tests_unit_test_registry_token_LDADD = $(unit_libs)

unit_tests += tests/unit/test-registry-login
tests_unit_test_registry_login_SOURCES = tests/unit/test-registry-login.c
tests_unit_test_registry_login_LDADD = $(unit_libs)

unit_tests += tests/unit/test-registry-error
tests_unit_test_registry_error_SOURCES = tests/unit/test-registry-error.c
tests_unit_test_registry_error_LDADD = $(unit_libs)

unit_tests += tests/unit/test-source
tests_unit_test_source_SOURCES = tests/unit/test-source.c
tests_unit_test_source_LDADD = $(unit_libs)

unit_tests += tests/unit/test-source-registry
tests_unit_test_source_registry_SOURCES = tests/unit/test-source-registry.c
tests_unit_test_source_registry_LDADD = $(unit_libs)

unit_tests += tests/unit/test-source-contract
tests_unit_test_source_contract_SOURCES = tests/unit/test-source-contract.c
tests_unit_test_source_contract_LDADD = $(unit_libs)

unit_tests += tests/unit/test-batch
tests_unit_test_batch_SOURCES = tests/unit/test-batch.c
tests_unit_test_batch_LDADD = $(unit_libs)

unit_tests += tests/unit/test-build-result
tests_unit_test_build_result_SOURCES = tests/unit/test-build-result.c
tests_unit_test_build_result_LDADD = libpipeline.la libscanreq.la libbase.la $(CMOCKA_LIBS)

unit_tests += tests/unit/test-push-log
tests_unit_test_push_log_SOURCES = tests/unit/test-push-log.c
tests_unit_test_push_log_LDADD = libpipeline.la libscanreq.la libbase.la $(CMOCKA_LIBS)

unit_tests += tests/unit/test-ci
tests_unit_test_ci_SOURCES = tests/unit/test-ci.c
tests_unit_test_ci_LDADD = $(unit_libs)

unit_tests += tests/unit/test-reference
tests_unit_test_reference_SOURCES = tests/unit/test-reference.c
tests_unit_test_reference_LDADD = libscanreq.la libbase.la $(CMOCKA_LIBS)

unit_tests += tests/unit/test-image-list
tests_unit_test_image_list_SOURCES = tests/unit/test-image-list.c
tests_unit_test_image_list_LDADD = $(unit_libs)

unit_tests += tests/unit/test-journal
tests_unit_test_journal_SOURCES = tests/unit/test-journal.c
tests_unit_test_journal_LDADD = $(unit_libs)

unit_tests += tests/unit/test-shard
tests_unit_test_shard_SOURCES = tests/unit/test-shard.c
tests_unit_test_shard_LDADD = $(unit_libs)
unit_tests += tests/unit/test-retry
tests_unit_test_retry_SOURCES = tests/unit/test-retry.c
tests_unit_test_retry_LDADD = $(unit_libs)

unit_tests += tests/unit/test-ini
tests_unit_test_ini_SOURCES = tests/unit/test-ini.c
tests_unit_test_ini_LDADD = $(unit_libs)

unit_tests += tests/unit/test-providers
tests_unit_test_providers_SOURCES = tests/unit/test-providers.c
tests_unit_test_providers_LDADD = $(unit_libs)

unit_tests += tests/unit/test-source-daemon
tests_unit_test_source_daemon_SOURCES = tests/unit/test-source-daemon.c
tests_unit_test_source_daemon_LDADD = $(unit_libs)

unit_tests += tests/unit/test-progress
tests_unit_test_progress_SOURCES = tests/unit/test-progress.c src/cli/progress.c
tests_unit_test_progress_LDADD = $(unit_libs)
