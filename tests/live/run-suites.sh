#!/bin/sh
# run-suites.sh [SUITE...]: live suites, all or those named, one after the other in Check's words. The
# environment says under which instruments (fixture/instruments.c). Ends with "N passed, N failed".
set -u

[ "$(id -u)" = 0 ] || {
    echo "needs root"
    exit 1
}
[ $# -gt 0 ] || set -- ""
passed=0 failed=0
for suite; do
    output=$(env ${suite:+"CK_RUN_SUITE=$suite"} tests/live/live 2>&1)
    echo "$output" | grep -vE '^(Running suite|# )'
    # "99%: Checks: 361, Failures: 2, Errors: 1"
    # shellcheck disable=SC2046 # three words
    set -- $(echo "$output" |
        sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p')
    passed=$((passed + ${1:-0} - ${2:-0} - ${3:-0}))
    failed=$((failed + ${2:-1} + ${3:-0}))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
