check_PROGRAMS += %D%/test_product
TESTS += %D%/test_product
%C%_test_product_SOURCES = %D%/test_product.c %D%/sum.c %D%/sum.h
%C%_test_product_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_test_product_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_product_LDADD = $(LDADD) $(CHECK_LIBS)
