# To add a command: write its record, add its file and its name here. The roster is made from the list of names.
cli_members = \
  apply \
  bench \
  calibrate \
  check \
  compare \
  inspect \
  integer \
  list \
  paper \
  report \
  run \
  slides \
  verify

libhalfstep_a_SOURCES += \
  %D%/apply.c \
  %D%/bench.c \
  %D%/bench.h \
  %D%/bench_calib.c \
  %D%/bench_integer.c \
  %D%/bench_kernels.c \
  %D%/bench_net.c \
  %D%/bench_search.c \
  %D%/calibrate.c \
  %D%/calibrate.h \
  %D%/calibrate_file.c \
  %D%/calibrate_words.c \
  %D%/calibrate_words.h \
  %D%/calibrate_fit.c \
  %D%/calibrate_histogram.c \
  %D%/calibrate_plot.c \
  %D%/calibrate_part.h \
  %D%/calibrate_read.c \
  %D%/calibrate_rows.c \
  %D%/calibrate_summary.c \
  %D%/check.c \
  %D%/cli.h \
  %D%/compare.c \
  %D%/inspect.c \
  %D%/inspect.h \
  %D%/inspect_net.c \
  %D%/inspect_tensors.c \
  %D%/integer.c \
  %D%/list.c \
  %D%/list_rosters.c \
  %D%/list_rosters.h \
  %D%/output.h \
  %D%/paper.c \
  %D%/report.c \
  %D%/roster.c \
  %D%/run.c \
  %D%/slides.c \
  %D%/study.c \
  %D%/study.h \
  %D%/verify.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(cli_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc

# Found by bash-completion under the program's name.
completiondir = $(datadir)/bash-completion/completions
dist_completion_DATA = %D%/completion/halfstep
