# SPDX-License-Identifier: MIT
# `make bench`: ratios to the limits and the peers, measured in the same run. No part of check.
# Its programs are built with the tests, so that they go on compiling.
check_PROGRAMS += bench/limit bench/measure
bench_limit_SOURCES = bench/limit.c
bench_limit_LDADD = $(ARCHIVE_LIBS)
bench_measure_SOURCES = bench/measure.c
bench_measure_LDADD =
EXTRA_DIST += bench/archives bench/common.py bench/registry bench/README.md

.PHONY: bench
bench: scanreq bench/limit bench/measure
	/usr/bin/python3 -B $(srcdir)/bench/archives $(abs_builddir)
	/usr/bin/python3 -B $(srcdir)/bench/registry $(abs_builddir)
