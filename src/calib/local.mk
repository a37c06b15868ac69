# To add a strategy: write NAME.c with its record, add its name here (dashes as underscores). The roster is made from it.
calib_members = minmax percentile mse entropy

libhalfstep_a_SOURCES += %D%/calib.h %D%/roster.h %D%/roster.c %D%/find.c %D%/fit.c \
  %D%/curve.h %D%/curve.c %D%/search.h %D%/search.c %D%/divergence.h %D%/divergence.c \
  %D%/minmax.c %D%/percentile.c %D%/mse.c %D%/entropy.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(calib_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
