EXTRA_DIST += man/scanreq.1.scd
if HAVE_SCDOC
man_MANS += man/scanreq.1
CLEANFILES += man/scanreq.1
# No name may be cut in two: no hyphenation (register HY of man(7)), and "\-", at which no
# line is broken and which is copied as it is typed, in place of every "-".
man/scanreq.1: man/scanreq.1.scd man/local.mk
	$(AM_V_GEN)$(MKDIR_P) man && $(SCDOC) < $< > $@.raw && \
		{ echo '.nr HY 0' && $(SED) -e '/^[.]/!s/\\-/-/g' \
			-e '/^[.]/!s/-/\\-/g' $@.raw; } > $@.tmp && \
		rm -f $@.raw && mv $@.tmp $@
endif
