# To add a metric: write its record, add its name here. The roster is made from this list.
metric_members = accuracy agreement cosine flips kl loss max_error perplexity reconstruction relative_error sqnr

libhalfstep_a_SOURCES += %D%/metric.h %D%/sight.h %D%/softmax.h %D%/roster.c %D%/find.c \
  %D%/agreement.c %D%/error.c %D%/softmax.c %D%/task.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(metric_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
