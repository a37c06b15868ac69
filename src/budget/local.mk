# To add a search: write its record, add its name here. The roster is made from this list.
budget_members = greedy exact pairs

libhalfstep_a_SOURCES += %D%/budget.h %D%/bound.h %D%/bound.c %D%/problem.c %D%/roster.c \
  %D%/run.h %D%/model.h %D%/model.c %D%/cost.c %D%/spec.c %D%/propose.c \
  %D%/exact.c %D%/greedy.c %D%/pairs.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(budget_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
