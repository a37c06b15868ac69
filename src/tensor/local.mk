libhalfstep_a_SOURCES += \
  %D%/summary.h %D%/tensor.h %D%/tensor.c
libhalfstep_a_SOURCES += \
  %D%/isa.h %D%/isa.c %D%/summary_state.h %D%/summary_twofold.h %D%/summary.c %D%/summary_sort.c %D%/summary_query.c %D%/summary_hold.c %D%/summary_share.c %D%/summary_flat.c \
  %D%/summary_dict.h %D%/summary_dict.c %D%/summary_hist.h %D%/summary_count.h %D%/summary_count.c %D%/summary_hist.c %D%/summary_wide.h %D%/summary_wide.c \
  %D%/summary_ladder.c %D%/summary_stairs.c %D%/summary_kernel.h %D%/summary_kernel_body.h %D%/summary_kernel.c \
  %D%/summary_kernel_sse2.c %D%/summary_kernel_avx2.c %D%/summary_kernel_avx512.c %D%/summary_loss.c
libhalfstep_a_SOURCES += \
  %D%/kernel.h %D%/kernel.c %D%/kernel_body.h %D%/kernel_base.c \
  %D%/product.h %D%/product_packed.h %D%/product.c %D%/product_pack.c %D%/product_images.c %D%/product_depth.c %D%/product_blas.c
# The same kernels with wider vectors: objects of their own, with flags of their own.
if X86_KERNELS
noinst_LIBRARIES += libhs_avx2.a libhs_avx512.a
libhs_avx2_a_SOURCES = %D%/kernel_avx2.c
libhs_avx2_a_CFLAGS = $(AM_CFLAGS) -mavx2
libhs_avx512_a_SOURCES = %D%/kernel_avx512.c %D%/kernel_avx512_narrow.c %D%/kernel_avx512_tiles.h
libhs_avx512_a_CFLAGS = $(AM_CFLAGS) -mavx512f -mavx512bw -mavx512vl -mavx512dq -mprefer-vector-width=512
libhalfstep_a_LIBADD += $(libhs_avx2_a_OBJECTS) $(libhs_avx512_a_OBJECTS)
EXTRA_libhalfstep_a_DEPENDENCIES = $(libhs_avx2_a_OBJECTS) $(libhs_avx512_a_OBJECTS)
endif
