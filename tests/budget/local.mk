check_PROGRAMS += %D%/test_search
TESTS += %D%/test_search
%C%_test_search_SOURCES = %D%/test_search.c
%C%_test_search_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_search_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_search_LDADD = $(LDADD) $(CHECK_LIBS)
