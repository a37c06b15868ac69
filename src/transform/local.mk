# To add a transform: write its record, add its name here. The roster is made from this list.
transform_members = bn_fold cle smoothquant awq hadamard

libhalfstep_a_SOURCES += %D%/transform.h %D%/transform.c %D%/roster.c %D%/link.h %D%/link.c %D%/scale.c %D%/observe.c \
  %D%/bn_fold.c %D%/cle.c %D%/smoothquant.c %D%/awq.c %D%/hadamard.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(transform_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
