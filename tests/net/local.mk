check_PROGRAMS += %D%/test_net
TESTS += %D%/test_net
%C%_test_net_SOURCES = %D%/test_net.c
%C%_test_net_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_net_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_net_LDADD = $(LDADD) $(CHECK_LIBS)

check_PROGRAMS += %D%/test_operators
TESTS += %D%/test_operators
%C%_test_operators_SOURCES = %D%/test_operators.c %D%/operator_cases.c %D%/operator_cases.h
%C%_test_operators_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_operators_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_operators_LDADD = $(LDADD) $(CHECK_LIBS)

check_PROGRAMS += %D%/test_smooth
TESTS += %D%/test_smooth
%C%_test_smooth_SOURCES = %D%/test_smooth.c
%C%_test_smooth_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_smooth_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_smooth_LDADD = $(LDADD) $(CHECK_LIBS)

check_PROGRAMS += %D%/test_run
TESTS += %D%/test_run
%C%_test_run_SOURCES = %D%/test_run.c
%C%_test_run_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_run_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_run_LDADD = $(LDADD) $(CHECK_LIBS)
