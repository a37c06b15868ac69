# experiments, and the reference networks that they use
EXTRA_DIST += \
  %D%/networks/cnn.h5 \
  %D%/networks/data.py \
  %D%/networks/deep_mlp.h5 \
  %D%/networks/dump.py \
  %D%/networks/export.py \
  %D%/networks/fashion.h5 \
  %D%/networks/graph.py \
  %D%/networks/mlp.h5 \
  %D%/networks/models.py \
  %D%/networks/train.py
