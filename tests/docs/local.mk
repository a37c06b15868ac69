TESTS += %D%/quickstart.sh %D%/experiments.sh %D%/columns.sh %D%/examples.sh %D%/strategy.sh %D%/links.sh %D%/needs.sh %D%/man.sh
EXTRA_DIST += %D%/columns.sh %D%/quickstart.sh %D%/experiments.sh %D%/examples.sh %D%/strategy.sh %D%/links.sh %D%/needs.sh %D%/man.sh
TESTS += %D%/results.sh
EXTRA_DIST += %D%/results.sh
