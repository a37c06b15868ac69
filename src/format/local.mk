# To add a format: write its record, add its name here. The roster is made from this list.
format_members = int2 int3 int4 int5 int6 int7 int8 int9 int10 int11 int12 int13 int14 int15 int16 \
  uint2 uint3 uint4 uint5 uint6 uint7 uint8 uint9 uint10 uint11 uint12 uint13 uint14 uint15 uint16 \
  fp16 bf16 fp8_e4m3 fp8_e5m2 fp6_e3m2 fp6_e2m3 fp4_e2m1 fp4_e3m0 nf4 af4 \
  mxfp8_e4m3 mxfp8_e5m2 mxfp6_e3m2 mxfp6_e2m3 mxfp4 mxint8 nvfp4

libhalfstep_a_SOURCES += %D%/grid.h %D%/format.h %D%/roster.c %D%/find.c \
  %D%/integer.c %D%/floating.c %D%/codebook.c %D%/block.c \
  %D%/value.h %D%/value.c %D%/parts.h %D%/parts.c %D%/point.c %D%/measure.h %D%/measure.c \
  %D%/rule.h %D%/rule.c %D%/walk.h %D%/walk.c %D%/apply.c %D%/encode.c %D%/one.c %D%/loss.c %D%/many.h %D%/many.c \
  %D%/kernel.h %D%/kernel_body.h %D%/kernel_loss_body.h %D%/kernel.c %D%/kernel_sse2.c %D%/kernel_avx2.c %D%/kernel_avx512.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(format_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
