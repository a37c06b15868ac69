check_PROGRAMS += %D%/test_papers
TESTS += %D%/test_papers
EXTRA_DIST += %D%/golden.h
%C%_test_papers_SOURCES = %D%/test_papers.c
%C%_test_papers_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_papers_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_papers_LDADD = $(LDADD) $(CHECK_LIBS)
