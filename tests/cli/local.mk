check_PROGRAMS += %D%/test_output
TESTS += %D%/test_output
%C%_test_output_SOURCES = %D%/test_output.c
%C%_test_output_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_output_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_output_LDADD = $(LDADD) $(CHECK_LIBS)

TESTS += %D%/test_list.sh %D%/completion.sh %D%/pipes.sh
EXTRA_DIST += %D%/test_list.sh %D%/completion.sh %D%/pipes.sh
