# To add an operator: write its record, add its file and its name here. The roster is made from the list of names.
op_members = \
  abs \
  add \
  affine \
  avgpool1d \
  avgpool2d \
  batch_norm \
  clip \
  concat \
  constant \
  conv1d \
  conv2d \
  div \
  dropout \
  elu \
  embedding \
  exp \
  flatten \
  gelu \
  global_avgpool \
  global_maxpool \
  gru \
  hard_sigmoid \
  hard_silu \
  identity \
  layer_norm \
  leaky_relu \
  linear \
  lstm \
  matmul \
  maxpool1d \
  maxpool2d \
  mean \
  mish \
  mul \
  neg \
  permute \
  position_embedding \
  reciprocal \
  relu \
  reshape \
  rms_norm \
  rnn \
  rotary \
  selu \
  sigmoid \
  silu \
  slice \
  softmax \
  softplus \
  softsign \
  sqrt \
  square \
  sub \
  tanh \
  upsample1d \
  upsample2d \
  zero_pad1d \
  zero_pad2d

libhalfstep_a_SOURCES += \
  %D%/build.h \
  %D%/check.c \
  %D%/common.c \
  %D%/common.h \
  %D%/digest.c \
  %D%/finish.c \
  %D%/layout.c \
  %D%/net.c \
  %D%/net.h \
  %D%/op.h \
  %D%/op_add.c \
  %D%/op_batch_norm.c \
  %D%/op_maxpool.c \
  %D%/op_pool.h \
  %D%/op_relu.c \
  %D%/op_reshape.c \
  %D%/op_activation.c \
  %D%/op_avgpool.c \
  %D%/op_concat.c \
  %D%/op_constant.c \
  %D%/op_conv.c \
  %D%/op_identity.c \
  %D%/op_linear.c \
  %D%/op_embedding.c \
  %D%/op_layer_norm.c \
  %D%/op_slice.c \
  %D%/op_upsample.c \
  %D%/op_mean.c \
  %D%/op_gru.c \
  %D%/op_lstm.c \
  %D%/op_rnn.c \
  %D%/recurrent.c \
  %D%/recurrent.h \
  %D%/op_matmul.c \
  %D%/op_rotary.c \
  %D%/op_pad.c \
  %D%/op_product.c \
  %D%/op_product.h \
  %D%/op_softmax.c \
  %D%/run.c \
  %D%/run.h \
  %D%/smooth.h \
  %D%/pool.c \
  %D%/roster.c \
  %D%/wide.h \
  %D%/window.c
nodist_libhalfstep_a_SOURCES += %D%/roster.inc

%D%/roster.inc: $(top_srcdir)/%D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && for n in : $(op_members); do \
	  test $$n = : || echo "MEMBER($$n)"; done > $@
%D%/roster.$(OBJEXT): %D%/roster.inc
CLEANFILES += %D%/roster.inc
