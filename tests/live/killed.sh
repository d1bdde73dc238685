#!/bin/sh
# Kill the live tests in mid-run with SIGKILL: no process, mount or file may be left behind.
set -eu

[ "$(id -u)" = 0 ] || {
    echo "SKIP: needs root"
    exit 77
}

state() {
    sort /proc/self/mounts
    ls -lA /mnt /etc/dovecot /etc/postfix /var/spool/postfix /run 2>/dev/null
}

in_namespace() { # process ids and names in the process namespace $1
    ps -e -o pidns=,pid=,comm= | awk -v pidns="$1" '$1 == pidns { print $2, $3 }'
}

wait_for() { # a condition, some seconds long
    tries=300
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || {
            echo "FAIL: waited in vain for: $*"
            exit 1
        }
        sleep 0.1
    done
}

has_init() { init=$(pgrep -P "$victim"); }
has_dovecot() { in_namespace "$namespace" | grep -q ' dovecot$'; }
is_empty() { [ -z "$(in_namespace "$namespace")" ]; }

before=$(state)
# A long one: it must not end by itself before it is killed.
CK_RUN_SUITE=settings tests/live/live >/dev/null 2>&1 &
victim=$!
wait_for has_init
# The child is in its namespace from its first moment.
namespace=$(ps -o pidns= -p "$init" | tr -d ' ')
wait_for has_dovecot
kill -KILL "$victim"
wait_for is_empty
after=$(state)
[ "$before" = "$after" ] || {
    echo "FAIL: left behind (- before, + after):"
    printf '%s\n' "$before" >killed.before
    printf '%s\n' "$after" >killed.after
    diff -u killed.before killed.after || true
    rm -f killed.before killed.after
    exit 1
}
echo "PASS: nothing left behind after SIGKILL in mid-run"
