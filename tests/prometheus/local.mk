# What Prometheus is told to look at. Its promtool is not there where packages are built.
TESTS += tests/prometheus/rules.sh
EXTRA_DIST += tests/prometheus/rules.sh tests/prometheus/alerts.yml
