# To add a weight method: write its record, add its name here. The roster is made from this list.
weights_members = nearest stochastic gptq obq qep gptaq gpfq given

libhalfstep_a_SOURCES += %D%/weights.h %D%/roster.c %D%/find.c %D%/round.c %D%/bias.c %D%/nearest.c \
  %D%/columns.h %D%/columns.c %D%/gptq.c %D%/qep.c %D%/gptaq.c %D%/gpfq.c \
  %D%/obq.c %D%/stochastic.c %D%/given.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(weights_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
