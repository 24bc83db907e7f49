manual_pages = \
	man/libscanreq.3 \
	man/scanreq-client.3 \
	man/scanreq-completion.1 \
	man/scanreq-doctor.1 \
	man/scanreq-doctor.3 \
	man/scanreq-error.3 \
	man/scanreq-explain.1 \
	man/scanreq-findings.1 \
	man/scanreq-findings.3 \
	man/scanreq-image.3 \
	man/scanreq-inspect.1 \
	man/scanreq-journal.5 \
	man/scanreq-output.5 \
	man/scanreq-reference.3 \
	man/scanreq-request.3 \
	man/scanreq-status.1 \
	man/scanreq-submit.1 \
	man/scanreq-submit.3 \
	man/scanreq-task.3 \
	man/scanreq.1

manual_sources = \
	man/header.awk \
	man/make-page \
	man/options.scd \
	man/page.awk \
	man/scanreq-completion.1.scd \
	man/scanreq-doctor.1.scd \
	man/scanreq-explain.1.scd \
	man/scanreq-findings.1.scd \
	man/scanreq-inspect.1.scd \
	man/scanreq-journal.5.scd \
	man/scanreq-output.5.scd \
	man/scanreq-status.1.scd \
	man/scanreq-submit.1.scd \
	man/scanreq.1.scd

EXTRA_DIST += $(manual_sources)
if HAVE_SCDOC
man_MANS += $(manual_pages)
CLEANFILES += $(manual_pages)
$(manual_pages): $(manual_sources) $(scanreqinclude_HEADERS)
	$(AM_V_GEN)$(MKDIR_P) man && AWK='$(AWK)' SED='$(SED)' SCDOC='$(SCDOC)' \
		$(SHELL) $(srcdir)/man/make-page $$(basename $@) >$@.tmp && mv $@.tmp $@
endif
