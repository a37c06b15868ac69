# To add a strategy: write NAME.c with its record, add its name here (dashes as underscores). The roster is made from it.
calib_members = minmax moving_average percentile mse entropy aciq octav lp sawb cosine hist_l2 tf_enhanced hqq given \
  onnxruntime_entropy onnxruntime_percentile nvidia_entropy nvidia_mse nvidia_percentile ppq_kl ppq_mse torch_histogram \
  aimet_tf_enhanced

libhalfstep_a_SOURCES += %D%/calib.h %D%/roster.h %D%/roster.c %D%/find.c %D%/fit.c \
  %D%/curve.h %D%/curve.c %D%/direct.h %D%/direct.c %D%/search.h %D%/search.c %D%/divergence.h %D%/divergence.c %D%/elementary.h \
  %D%/threshold.h %D%/aciq.h %D%/points.h %D%/points.c %D%/tally.h %D%/tally.c %D%/walk.h %D%/walk.c \
  %D%/minmax.c %D%/moving_average.c %D%/percentile.c %D%/mse.c %D%/entropy.c %D%/aciq.c %D%/octav.c %D%/lp.c \
  %D%/sawb.c %D%/cosine.c %D%/hist_l2.c %D%/tf_enhanced.c %D%/hqq.c %D%/given.c %D%/given.h %D%/given_find.c %D%/onnxruntime_entropy.c \
  %D%/onnxruntime_percentile.c %D%/nvidia_entropy.c %D%/nvidia_mse.c %D%/nvidia_percentile.c %D%/ppq_kl.c \
  %D%/ppq_mse.c %D%/torch_histogram.c %D%/aimet_tf_enhanced.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(calib_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
