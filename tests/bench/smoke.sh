#!/bin/sh
# Does the bench still work? All its parts with tiny sizes: each must run to its end without an error
# in a log, and see CPU used. No goal is judged: that takes sizes and quiet that a test has not.
set -eu

[ "$(id -u)" = 0 ] || {
    echo "SKIP: needs root"
    exit 77
}

output=$(BENCH_ROUNDS=1 BENCH_SCALE=0.05 BENCH_SECONDS=4 tests/bench/bench pop3 pop3-many tls memory mixed) || {
    printf 'FAIL: the bench:\n%s\n' "$output"
    exit 1
}
printf '%s\n' "$output"
for want in '^== pop3: ' '^   ours, enforce +[0-9.]+ ms +[0-9.]+ ms +[0-9.]+ .*at most 1.02: not judged$' \
    '^== pop3-many: ' '^   ours, all in one session .*at most 1.15: not judged$' \
    '^== tls: ' '^   login plugin, enforce .*at most 1.00: not judged$' \
    '^== memory: ' '^   smtpd: [0-9.]+ KiB, .*at most 16.000: not judged$' \
    '^== mixed: ' '^   auth: descriptors .*: not judged$'; do
    printf '%s\n' "$output" | grep -qE "$want" || {
        echo "FAIL: no line $want"
        exit 1
    }
done
