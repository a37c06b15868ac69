# To add a order: write its record, add its name here. The roster is made from this list.
order_members = annealing backward beam exhaustive explicit forward greedy improve random sensitivity size

libhalfstep_a_SOURCES += %D%/order.h %D%/sort.h %D%/roster.c %D%/find.c \
  %D%/annealing.c %D%/backward.c %D%/beam.c %D%/exhaustive.c %D%/explicit.c %D%/forward.c %D%/greedy.c %D%/improve.c %D%/random.c \
  %D%/sensitivity.c %D%/size.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(order_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
