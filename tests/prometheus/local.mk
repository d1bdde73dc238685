# What Prometheus is told to look at. Its promtool is not there where packages are built.
if WITH_LIVE
TESTS += tests/prometheus/rules.sh
endif
EXTRA_DIST += tests/prometheus/rules.sh tests/prometheus/alerts.yml
