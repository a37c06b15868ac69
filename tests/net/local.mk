check_PROGRAMS += %D%/test_net
TESTS += %D%/test_net
%C%_test_net_SOURCES = %D%/test_net.c
%C%_test_net_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_net_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_net_LDADD = $(LDADD) $(CHECK_LIBS)
