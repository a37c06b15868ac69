check_PROGRAMS += %D%/test_slides
TESTS += %D%/test_slides
%C%_test_slides_SOURCES = %D%/test_slides.c
%C%_test_slides_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_slides_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_slides_LDADD = $(LDADD) $(CHECK_LIBS)
TESTS += %D%/slides.sh
EXTRA_DIST += %D%/slides.sh
