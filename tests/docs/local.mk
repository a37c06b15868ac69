TESTS += %D%/quickstart.sh %D%/examples.sh %D%/strategy.sh %D%/links.sh
EXTRA_DIST += %D%/quickstart.sh %D%/examples.sh %D%/strategy.sh %D%/links.sh
