# To add an operator: write its record, add its file and its name here. The roster is made from the list of names.
op_members = \
  add \
  batch_norm \
  flatten \
  leaky_relu \
  maxpool1d \
  maxpool2d \
  mul \
  permute \
  relu \
  reshape \
  sub

libhalfstep_a_SOURCES += \
  %D%/build.h \
  %D%/check.c \
  %D%/common.c \
  %D%/common.h \
  %D%/digest.c \
  %D%/finish.c \
  %D%/layout.c \
  %D%/net.c \
  %D%/net.h \
  %D%/op.h \
  %D%/op_add.c \
  %D%/op_batch_norm.c \
  %D%/op_maxpool.c \
  %D%/op_pool.h \
  %D%/op_relu.c \
  %D%/op_reshape.c \
  %D%/pool.c \
  %D%/roster.c \
  %D%/window.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(op_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
