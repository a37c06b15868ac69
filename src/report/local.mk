# stored results -> tables, figures, HTML
report_texts = %D%/style.gp %D%/term.gp %D%/page.css %D%/page.js

libhalfstep_a_SOURCES += \
  %D%/beside.c \
  %D%/chance.c \
  %D%/compare.c \
  %D%/contrast.c \
  %D%/critical.c \
  %D%/difference.c %D%/difference.h \
  %D%/dots.c %D%/dots.h \
  %D%/draw.c %D%/draw.h \
  %D%/escape.c \
  %D%/extra.c \
  %D%/figure.c %D%/figure.h \
  %D%/finding.c %D%/finding.h \
  %D%/front.c \
  %D%/heat.c \
  %D%/folder.c %D%/folder.h \
  %D%/htmltable.c \
  %D%/interval.c %D%/interval.h \
  %D%/latex.c %D%/latex_number.c %D%/latex_number.h \
  %D%/layout.c %D%/layout.h \
  %D%/layouts.c \
  %D%/multiples.c \
  %D%/notation.c \
  %D%/outcome.c \
  %D%/page.c %D%/page.h \
  %D%/parts.c \
  %D%/print.c \
  %D%/propagation.c \
  %D%/ranking.c %D%/ranking.h \
  %D%/ranks.c \
  %D%/render.c \
  %D%/report.c %D%/report.h \
  %D%/runs.c %D%/runs.h \
  %D%/sampled.c \
  %D%/sheet.c %D%/sheet.h \
  %D%/sitebars.c \
  %D%/store.c %D%/store.h \
  %D%/svg.c %D%/svg.h \
  %D%/swarm.c %D%/swarm.h \
  %D%/tables.h \
  %D%/texts.c %D%/texts.h \
  %D%/transfer.c \
  %D%/trials.c \
  %D%/verdict.c \
  %D%/view.c %D%/view.h \
  %D%/violin.c %D%/violin.h
nodist_libhalfstep_a_SOURCES += %D%/texts.inc
EXTRA_DIST += $(report_texts)

# Each line of a text becomes a string literal: page.css -> hs_text_page_css.
%D%/texts.inc: $(report_texts) $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for f in $(report_texts); do \
	  n=$${f##*/}; echo "const char hs_text_$${n%.*}_$${n##*.}[] = \"\""; \
	  sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $(top_srcdir)/$$f; echo ';'; done > $@
%D%/texts.$(OBJEXT): %D%/texts.inc
CLEANFILES += %D%/texts.inc
