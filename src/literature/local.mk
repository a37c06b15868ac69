# the slide examples and the papers' tables: one file a table. To add one: write its record, add its file and its name
# here. The roster is made from the list of names.
literature_members = \
  slide_fp16 \
  slide_int8 \
  slide_equation \
  slide_example \
  slide_memory \
  slide_clipping \
  paper_max1960 \
  paper_laplace \
  paper_aciq2018 \
  paper_octav2022 \
  paper_highrate \
  paper_rule6 \
  paper_formats \
  paper_nf4 \
  paper_calibrators

libhalfstep_a_SOURCES += \
  %D%/literature.h \
  %D%/roster.c \
  %D%/density.c \
  %D%/density.h \
  %D%/scalar.c \
  %D%/scalar.h \
  %D%/block.c \
  %D%/block.h \
  %D%/octav.h \
  %D%/paper_aciq2018.c \
  %D%/paper_calibrators.c \
  %D%/paper_formats.c \
  %D%/paper_highrate.c \
  %D%/paper_max1960.c \
  %D%/paper_nf4.c \
  %D%/paper_octav2022.c \
  %D%/paper_rule6.c \
  %D%/ratio.c \
  %D%/ratio.h \
  %D%/energy.c \
  %D%/energy.h \
  %D%/example_grid.c \
  %D%/example_grid.h \
  %D%/clipping.h \
  %D%/clipping_figure.c \
  %D%/slide_clipping.c \
  %D%/slide_equation.c \
  %D%/slide_example.c \
  %D%/slide_fp16.c \
  %D%/slide_int8.c \
  %D%/slide_memory.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(literature_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
