check_PROGRAMS += %D%/test_transform
TESTS += %D%/test_transform %D%/transform.sh
%C%_test_transform_SOURCES = %D%/test_transform.c
%C%_test_transform_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_transform_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_transform_LDADD = $(LDADD) $(CHECK_LIBS)
EXTRA_DIST += %D%/transform.sh
