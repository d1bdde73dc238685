#!/bin/sh
# Does the bench still work? Its parts, one of a kind, with tiny sizes: each must run to its end
# without an error in a log, and see CPU used. No goal is judged: that takes sizes and quiet that a test has not.
set -eu

[ "$(id -u)" = 0 ] || {
    echo "SKIP: needs root"
    exit 77
}

output=$(BENCH_ROUNDS=1 BENCH_SCALE=0.05 BENCH_SECONDS=4 tests/bench/bench \
    pop3 pop3-many quota-imap quota-crossing sasl sasl-failure tls memory mixed) || {
    printf 'FAIL: the bench:\n%s\n' "$output"
    exit 1
}
printf '%s\n' "$output"
for want in '^== pop3: ' '^   ours, enforce +[0-9.]+ ms +[0-9.]+ ms +[0-9.]+ .*at most 1.02: not judged$' \
    '^== sasl: ' '^   ours, throttle enforced .*at most 1.10: not judged$' \
    '^   away from one half: .*: not judged$' \
    '^== pop3-many: ' '^   ours, all in one session .*at most 1.15: not judged$' \
    '^== quota-imap: ' '^== quota-crossing: ' '^   quota_warning, dovecot-lda +[0-9.]+ ms' \
    '^== tls: ' '^   login plugin, enforce .*at most 1.00: not judged$' \
    '^== memory: ' '^   smtpd +ours, as shipped +[0-9.]+ KiB, added .*at most 16: not judged$' \
    '^== mixed: ' '^   auth: descriptors .*: not judged$'; do
    printf '%s\n' "$output" | grep -qE "$want" || {
        echo "FAIL: no line $want"
        exit 1
    }
done
