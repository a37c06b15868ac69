# documentation
EXTRA_DIST += %D%/apply.md
EXTRA_DIST += %D%/dump.md
EXTRA_DIST += %D%/export.md
EXTRA_DIST += %D%/methods.md %D%/transforms.md
EXTRA_DIST += %D%/results.md
EXTRA_DIST += %D%/strategies.md
EXTRA_DIST += README.md CONTRIBUTING.md NEWS.md bootstrap .ci/run \
  configs/README.md configs/calibration.yaml configs/charlm.yaml configs/full-test-set.yaml configs/kws.yaml configs/methods.yaml configs/transforms.yaml \
  configs/orders.yaml configs/quickstart.yaml \
  results/README.md results/quickstart results/calibration results/formats results/objectives results/sensitivity results/order-matters results/papers \
  results/propagation results/representative-data results/slides results/speed

# The quickstart's reference results anew; what changed is for a person to look at.
golden-update: halfstep
	$(EXPERIMENTS_RUN) quickstart
	git -C $(srcdir) diff --stat -- results
.PHONY: golden-update

# The man page asks the program for its commands and options.
EXTRA_DIST += %D%/man.sh %D%/halfstep.1.in
nodist_man1_MANS = %D%/halfstep.1
CLEANFILES += %D%/halfstep.1
%D%/halfstep.1: halfstep$(EXEEXT) $(srcdir)/%D%/man.sh $(srcdir)/%D%/halfstep.1.in
	$(AM_V_GEN)$(MKDIR_P) $(@D) && sh $(srcdir)/%D%/man.sh ./halfstep$(EXEEXT) $(srcdir)/%D%/halfstep.1.in > $@.part && mv $@.part $@
