check_PROGRAMS += %D%/test_base
TESTS += %D%/test_base
%C%_test_base_SOURCES = %D%/test_base.c
%C%_test_base_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_base_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_base_LDADD = $(LDADD) $(CHECK_LIBS)
