check_PROGRAMS += %D%/test_layout
TESTS += %D%/test_layout %D%/orders.sh
EXTRA_DIST += %D%/orders.sh %D%/orders.py
check_PROGRAMS += %D%/test_report %D%/test_compare %D%/test_figures %D%/draw_report
TESTS += %D%/test_report %D%/test_compare %D%/test_figures %D%/report.sh %D%/texlive.sh %D%/chromium.sh
EXTRA_DIST += %D%/chromium.html %D%/report.sh %D%/texlive.sh %D%/chromium.sh %D%/check.py \
  %D%/golden/trials.csv %D%/golden/trials.md %D%/golden/trials.tex \
  %D%/golden/layers.csv %D%/golden/layers.md %D%/golden/layers.tex \
  %D%/golden/nodes.csv %D%/golden/nodes.md %D%/golden/nodes.tex \
  %D%/golden/summary.csv %D%/golden/summary.md %D%/golden/summary.tex
%C%_test_layout_SOURCES = %D%/test_layout.c %D%/made.c %D%/made.h
%C%_test_layout_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_layout_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_layout_LDADD = $(LDADD) $(CHECK_LIBS)
%C%_test_report_SOURCES = %D%/test_report.c %D%/made.c %D%/made.h
%C%_test_report_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_report_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_report_LDADD = $(LDADD) $(CHECK_LIBS)
%C%_test_figures_SOURCES = %D%/test_figures.c %D%/made.c %D%/made.h
%C%_test_figures_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_figures_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_figures_LDADD = $(LDADD) $(CHECK_LIBS)
%C%_test_compare_SOURCES = %D%/test_compare.c %D%/made.c %D%/made.h
%C%_test_compare_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_compare_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_compare_LDADD = $(LDADD) $(CHECK_LIBS)
# Not a test: writes a report of made records, to be looked at. tests/report/draw_report DIR [STRATEGIES FORMATS ORDERS DRAWS NETWORKS NODES ODD]
%C%_draw_report_SOURCES = %D%/draw_report.c %D%/made.c %D%/made.h
%C%_draw_report_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
