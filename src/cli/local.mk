bin_PROGRAMS += scanreq
scanreq_SOURCES = \
	src/cli/arguments.c src/cli/arguments.h \
	src/cli/built.c src/cli/built.h \
	src/cli/cli.h \
	src/cli/color.c src/cli/color.h \
	src/cli/cmd-completion.c \
	src/cli/cmd-doctor.c \
	src/cli/cmd-explain.c \
	src/cli/cmd-findings.c \
	src/cli/cmd-help.c \
	src/cli/cmd-inspect.c \
	src/cli/cmd-status.c \
	src/cli/cmd-submit.c \
	src/cli/cmd-version.c \
	src/cli/commands.c \
	src/cli/completion-kind.c src/cli/completion-kind.h \
	src/cli/diagnostics.c src/cli/diagnostics.h \
	src/cli/exit-status.c src/cli/exit-status.h \
	src/cli/explain.h \
	src/cli/findings.c src/cli/findings.h \
	src/cli/image-options.c src/cli/image-options.h \
	src/cli/inputs.c src/cli/inputs.h \
	src/cli/ledger.c src/cli/ledger.h \
	src/cli/main.c \
	src/cli/one-image.c src/cli/one-image.h \
	src/cli/option-rows.c \
	src/cli/option-set.c src/cli/option-set.h \
	src/cli/option-table.c src/cli/option-table.h \
	src/cli/options.c src/cli/options.h \
	src/cli/output-choice.c src/cli/output-choice.h \
	src/cli/output-field.c src/cli/output-field.h \
	src/cli/output-findings.c src/cli/output-findings.h \
	src/cli/output-github.c \
	src/cli/output-gitlab.c \
	src/cli/output-json.c \
	src/cli/output-pairs.c src/cli/output-pairs.h \
	src/cli/output-sarif.c \
	src/cli/output-text.c \
	src/cli/output.c src/cli/output.h \
	src/cli/progress.c src/cli/progress.h \
	src/cli/result.c src/cli/result.h \
	src/cli/run.c src/cli/run.h \
	src/cli/secrets.c src/cli/secrets.h \
	src/cli/settings.h \
	src/cli/signals.c src/cli/signals.h \
	src/cli/unknown-option.c src/cli/unknown-option.h \
	src/cli/unwritten.c src/cli/unwritten.h \
	src/cli/waiting.c src/cli/waiting.h
scanreq_LDADD = libpipeline.la libscanreq.la libbase.la

# scanreq explain prints what docs/troubleshooting.md says.
EXTRA_DIST += docs/troubleshooting.md src/cli/explanations.awk
CLEANFILES += src/cli/explanations.inc
src/cli/cmd-explain.$(OBJEXT): src/cli/explanations.inc
src/cli/explanations.inc: src/cli/explanations.awk docs/troubleshooting.md
	$(AM_V_GEN)$(MKDIR_P) src/cli && $(AWK) -f $(srcdir)/src/cli/explanations.awk \
		$(srcdir)/docs/troubleshooting.md >$@.tmp && mv $@.tmp $@

# The program writes its completion scripts, so a build for another machine has none.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
if RUNS_HERE
completion_scripts = \
	completions/bash/scanreq \
	completions/fish/scanreq.fish \
	completions/zsh/_scanreq
nodist_bashcompletion_DATA = completions/bash/scanreq
nodist_fishcompletion_DATA = completions/fish/scanreq.fish
nodist_zshcompletion_DATA = completions/zsh/_scanreq
CLEANFILES += $(completion_scripts)
$(completion_scripts): scanreq$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && shell=$(@D) && \
		./scanreq$(EXEEXT) completion "$${shell##*/}" >$@.tmp && mv $@.tmp $@
endif
