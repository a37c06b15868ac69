# experiments, and the reference networks that they use
EXTRA_DIST += \
  %D%/bench/README.md \
  %D%/bench/baseline.py \
  %D%/bench/make_baseline.py \
  %D%/bench/side_by_side.py \
  %D%/networks/README.md \
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
