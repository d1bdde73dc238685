# What Prometheus is told to look at.
TESTS += tests/prometheus/rules.sh
EXTRA_DIST += tests/prometheus/rules.sh tests/prometheus/alerts.yml
