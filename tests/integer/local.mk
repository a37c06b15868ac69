check_PROGRAMS += %D%/test_integer
TESTS += %D%/test_integer %D%/whole.sh %D%/energy.sh
EXTRA_DIST += %D%/whole.sh %D%/energy.sh
%C%_test_integer_SOURCES = %D%/test_integer.c
%C%_test_integer_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_integer_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_integer_LDADD = $(LDADD) $(CHECK_LIBS)
