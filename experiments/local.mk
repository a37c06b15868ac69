# experiments, and the reference networks that they use
EXTRA_DIST += \
  %D%/bench/README.md \
  %D%/bench/baseline.py \
  %D%/bench/make_baseline.py \
  %D%/bench/side_by_side.py %D%/bench/forward.py \
  %D%/networks/README.md \
  %D%/networks/charlm.h5 \
  %D%/networks/cnn.h5 \
  %D%/networks/data.py \
  %D%/networks/deep_mlp.h5 \
  %D%/networks/dump.py \
  %D%/networks/export.py \
  %D%/networks/fashion.h5 \
  %D%/networks/graph.py \
  %D%/networks/kjv.h5 \
  %D%/networks/mlp.h5 \
  %D%/networks/models.py \
  %D%/networks/train.py

# Questions, asked: each folder's configs or its run.sh; tables and figures go to results/.
EXTRA_DIST += %D%/run.sh %D%/README.md %D%/bench/calibration.py
EXTRA_DIST += %D%/calibration %D%/formats %D%/objectives %D%/sensitivity %D%/order-matters %D%/papers %D%/propagation \
  %D%/representative-data %D%/slides %D%/speed
EXPERIMENTS_RUN = HALFSTEP=$(abs_builddir)/halfstep WORK=$(abs_builddir)/experiments-work bash $(srcdir)/experiments/run.sh
experiments: halfstep
	$(EXPERIMENTS_RUN)
# The fast ones again; the tables must be those that are committed.
check-results: halfstep
	$(EXPERIMENTS_RUN) --check --fast
.PHONY: experiments check-results
