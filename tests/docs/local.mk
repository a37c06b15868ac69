TESTS += %D%/examples.sh %D%/strategy.sh %D%/links.sh %D%/needs.sh
EXTRA_DIST += %D%/quickstart.sh %D%/examples.sh %D%/strategy.sh %D%/links.sh %D%/needs.sh
