check_PROGRAMS += %D%/test_attribute
TESTS += %D%/test_attribute
%C%_test_attribute_SOURCES = %D%/test_attribute.c tests/propagate/small.c tests/propagate/small.h
%C%_test_attribute_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_attribute_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_attribute_LDADD = $(LDADD) $(CHECK_LIBS)
