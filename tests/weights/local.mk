check_PROGRAMS += %D%/test_weights
TESTS += %D%/test_weights
%C%_test_weights_SOURCES = %D%/test_weights.c
%C%_test_weights_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_weights_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_weights_LDADD = $(LDADD) $(CHECK_LIBS)
