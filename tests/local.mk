# One fragment a room; each adds its programs to check_PROGRAMS and TESTS. They start in this order: rooms with tests of a
# minute first, so that no processor waits for one that began last.
AM_TESTS_ENVIRONMENT = \
  HALFSTEP=$(abs_top_builddir)/halfstep; export HALFSTEP; \
  SRCDIR=$(abs_top_srcdir); export SRCDIR; \
  BUILDDIR=$(abs_top_builddir); export BUILDDIR; \
  SHARED=$${SHARED:-$(abs_top_srcdir)/../shared}; export SHARED; \
  CK_DEFAULT_TIMEOUT=$${CK_DEFAULT_TIMEOUT:-300}; export CK_DEFAULT_TIMEOUT; \
  LC_ALL=C; export LC_ALL; NO_COLOR=1; export NO_COLOR;
EXTRA_DIST += %D%/check_main.h %D%/temp.h

if HAVE_CHECK
include tests/nets/local.mk
include tests/attribute/local.mk
include tests/docs/local.mk
include tests/stats/local.mk
include tests/weights/local.mk
include tests/propagate/local.mk
include tests/calib/local.mk
include tests/summary/local.mk
include tests/integer/local.mk
include tests/experiment/local.mk
include tests/apply/local.mk
include tests/base/local.mk
include tests/budget/local.mk
include tests/cli/local.mk
include tests/dump/local.mk
include tests/export/local.mk
include tests/format/local.mk
include tests/fuzz/local.mk
include tests/kernel/local.mk
include tests/net/local.mk
include tests/papers/local.mk
include tests/report/local.mk
include tests/slides/local.mk
include tests/transform/local.mk
endif
