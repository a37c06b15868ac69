check_PROGRAMS += %D%/test_record
TESTS += %D%/test_record
%C%_test_record_SOURCES = %D%/test_record.c
%C%_test_record_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_record_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_record_LDADD = $(LDADD) $(CHECK_LIBS)
