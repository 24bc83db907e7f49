EXTRA_DIST += man/scanreq.1.scd
if HAVE_SCDOC
man_MANS += man/scanreq.1
CLEANFILES += man/scanreq.1
man/scanreq.1: man/scanreq.1.scd
	$(AM_V_GEN)$(MKDIR_P) man && $(SCDOC) < $< > $@.tmp && mv $@.tmp $@
endif
