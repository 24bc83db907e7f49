# SPDX-License-Identifier: MIT
# `make bench`: ratios to the limits and the peers, measured in the same run. No part of check.
# Its programs are built with the tests, so that they go on compiling.
check_PROGRAMS += bench/distance bench/limit-archive bench/limit-registry bench/limit-start \
	bench/limit-walk bench/measure
bench_distance_SOURCES = bench/distance.c
bench_distance_LDADD =
bench_limit_archive_SOURCES = bench/limit-archive.c
bench_limit_archive_LDADD = $(ARCHIVE_LIBS) $(ZLIB_LIBS)
bench_limit_registry_SOURCES = bench/limit-registry.c
bench_limit_registry_LDADD = -lssl $(CRYPTO_LIBS)
bench_limit_start_SOURCES = bench/limit-start.c
bench_limit_start_LDFLAGS = -Wl,--no-as-needed
bench_limit_start_LDADD = $(CURL_LIBS) $(CRYPTO_LIBS) $(JSONC_LIBS) $(ARCHIVE_LIBS) $(ZLIB_LIBS)
bench_limit_walk_SOURCES = bench/limit-walk.c
bench_limit_walk_LDADD =
bench_measure_SOURCES = bench/measure.c
bench_measure_LDADD =
EXTRA_DIST += bench/README.md bench/archive_works.py bench/baseline bench/common.py \
	bench/instructions bench/network.py \
	bench/plots.py bench/registry_works.py bench/report.py bench/run bench/targets.py \
	docs/benchmarks.md docs/benchmarks-distance.svg docs/benchmarks-ratio.svg

# The limits as people could get them: one file, no loader.
bench_static = bench/limit-registry-static bench/limit-walk-static
CLEANFILES += $(bench_static)
bench/limit-registry-static: bench/limit-registry.c
	$(AM_V_CCLD)$(CC) -D_GNU_SOURCE -O2 -static -o $@ $(srcdir)/bench/limit-registry.c \
		-lssl -lcrypto
bench/limit-walk-static: bench/limit-walk.c
	$(AM_V_CCLD)$(CC) -D_GNU_SOURCE -O2 -static -o $@ $(srcdir)/bench/limit-walk.c

# BENCH_ONLY: keys of rows, as the table has them, "http token-20"; the documents stay then.
# BENCH_STATIC: the static program, if it is not where packaging/static puts it.
.PHONY: bench
bench: scanreq bench/distance bench/limit-archive bench/limit-start bench/measure $(bench_static)
	$(top_srcdir)/tests/in-namespace /usr/bin/python3 -B $(srcdir)/bench/run $(abs_builddir)
