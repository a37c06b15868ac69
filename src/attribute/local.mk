# To add an analysis: write its record, add its name here. The roster is made from this list.
attribute_members = one_in one_out pairs shapley asymmetry additivity proxies predicted null_model

libhalfstep_a_SOURCES += %D%/attribute.h %D%/attribute.c %D%/roster.c \
  %D%/additivity.c %D%/asymmetry.c %D%/null_model.c %D%/one_in.c %D%/one_out.c %D%/pairs.c %D%/predicted.c %D%/proxies.c %D%/shapley.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(attribute_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
