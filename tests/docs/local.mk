TESTS += %D%/examples.sh %D%/strategy.sh %D%/links.sh
EXTRA_DIST += %D%/examples.sh %D%/strategy.sh %D%/links.sh
