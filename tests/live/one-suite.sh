#!/bin/sh
# one-suite.sh NAME.live: the suite NAME of the live tests. Each test has a time limit; should the
# suite hang all the same, it is killed, and what ran then is told.
set -u

limit=${KINAMO_SUITE_LIMIT:-600}

tell_and_kill() { # PID
    echo "# not ready after $limit seconds; this runs:"
    ps -e -o pid=,ppid=,etimes=,stat=,wchan:20=,args= --forest | cut -c1-160 | grep -vE '\]$|<defunct>' |
        sed 's/^/# /'
    kill -KILL "$1"
}

CK_RUN_SUITE=$(basename "$1" .live) tests/live/live &
live=$!
(
    trap 'kill "$sleep"' TERM
    sleep "$limit" >/dev/null 2>&1 &
    sleep=$!
    wait "$sleep" && tell_and_kill "$live"
) &
watch=$!
status=0
wait "$live" || status=$?
kill -TERM "$watch" 2>/dev/null
wait "$watch" 2>/dev/null
exit "$status"
