check_PROGRAMS += %D%/test_stats
TESTS += %D%/test_stats
%C%_test_stats_SOURCES = %D%/test_stats.c
%C%_test_stats_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_stats_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_stats_LDADD = $(LDADD) $(CHECK_LIBS)
EXTRA_DIST += %D%/bca.py
