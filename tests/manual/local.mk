# The manual is well-formed and complete.
TESTS += tests/manual/complete.sh tests/manual/lint.sh
EXTRA_DIST += tests/manual/complete.sh tests/manual/lint.sh
