LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	TOP_SRCDIR='$(abs_top_srcdir)'; export TOP_SRCDIR; \
	TOP_BUILDDIR='$(abs_top_builddir)'; export TOP_BUILDDIR; \
	NM='$(NM)'; export NM;

# Structure, as tests: each script speaks TAP.
structure_tests = \
	tests/check-abi \
	tests/check-docs \
	tests/check-headers \
	tests/check-includes \
	tests/check-messages \
	tests/check-names \
	tests/check-style \
	tests/check-symbols \
	tests/check-vectors
dist_check_SCRIPTS += $(structure_tests)
TESTS += $(structure_tests)

if HAVE_CMOCKA
unit_tests =
include tests/unit/local.mk
include tests/fuzz/local.mk
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

# The black box: real registries and tools around the program. ./check runs it.
EXTRA_DIST += \
	tests/in-namespace \
	tests/packages \
	examples/batch.c \
	examples/inspect.c \
	examples/findings.c \
	examples/preview.c \
	tests/abi/libscanreq.abi \
	tests/blackbox/acs3.py \
	tests/blackbox/conftest.py \
	tests/blackbox/fake_acr.py \
	tests/blackbox/fake_identity.py \
	tests/blackbox/fake_service.py \
	tests/blackbox/fake_findings.py \
	tests/blackbox/fake_tasks.py \
	tests/blackbox/faults.py \
	tests/blackbox/moved_names.py \
	tests/blackbox/nginx_registry.py \
	tests/blackbox/rounds.py \
	tests/blackbox/test_counts.py \
	tests/blackbox/test_static.py \
	tests/blackbox/test_container.py \
	tests/blackbox/test_deb.py \
	tests/blackbox/test_release.py \
	tests/blackbox/test_rpm.py \
	tests/blackbox/test_faults.py \
	tests/blackbox/check-kubernetes.mjs \
	tests/blackbox/redirect-metadata.c \
	tests/blackbox/test_completion.py \
	tests/blackbox/test_contrib.py \
	tests/blackbox/key_sources.py \
	tests/blackbox/test_credential_servers.py \
	tests/blackbox/test_credentials.py \
	tests/blackbox/oci_image.py \
	tests/blackbox/loopback.py \
	tests/blackbox/test_loopback.py \
	tests/blackbox/program.py \
	tests/blackbox/registries.py \
	tests/blackbox/relays.py \
	tests/blackbox/resolve-test-names.c \
	tests/blackbox/scripted_registry.py \
	tests/blackbox/saved_reader.py \
	tests/blackbox/test_acr_login.py \
	tests/blackbox/test_all_platforms.py \
	tests/blackbox/test_archive.py \
	tests/blackbox/test_archive_matrix.py \
	tests/blackbox/test_bad_input.py \
	tests/blackbox/test_batch.py \
	tests/blackbox/test_both_forms.py \
	tests/blackbox/test_color.py \
	tests/blackbox/test_explain.py \
	tests/blackbox/test_command_line.py \
	tests/blackbox/test_doctor.py \
	tests/blackbox/test_dry_run.py \
	tests/blackbox/test_engine.py \
	tests/blackbox/test_fake_service.py \
	tests/blackbox/test_hostile_archives.py \
	tests/blackbox/test_findings.py \
	tests/blackbox/test_fleet.py \
	tests/blackbox/test_index.py \
	tests/blackbox/test_image_update.py \
	tests/blackbox/test_inline_data.py \
	tests/blackbox/test_install.py \
	tests/blackbox/test_layout.py \
	tests/blackbox/test_manual.py \
	tests/blackbox/test_memory.py \
	tests/blackbox/test_progress.py \
	tests/blackbox/builder_files.py \
	tests/blackbox/test_from.py \
	tests/blackbox/test_gate.py \
	tests/blackbox/test_option_names.py \
	tests/blackbox/test_outputs.py \
	tests/blackbox/test_registry.py \
	tests/blackbox/test_registry_addresses.py \
	tests/blackbox/test_registry_auth.py \
	tests/blackbox/test_registry_logins.py \
	tests/blackbox/test_registry_loopback.py \
	tests/blackbox/test_registry_nginx.py \
	tests/blackbox/test_registry_quirks.py \
	tests/blackbox/test_registry_security.py \
	tests/blackbox/test_requests.py \
	tests/blackbox/test_submit.py \
	tests/blackbox/test_transport.py \
	tests/blackbox/fail-allocations.c \
	tests/blackbox/test_out_of_memory.py \
	tests/blackbox/test_unwritten.py \
	tests/blackbox/test_verify_layers.py \
	tests/blackbox/test_wait.py \
	tests/blackbox/test_tag_match.py \
	tests/blackbox/token_server.py \
	tests/blackbox/wire.py
