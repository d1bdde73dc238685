#!/bin/sh
# "make check" starts each suite of main.c by its name: is each in its list?
set -eu

cd "${srcdir:-..}/tests/live"
there=$(sed -n 's/^ *\([a-z0-9_]*\)_suite,$/\1/p' main.c | tr _ - | sort)
listed=$(sed -n 's/^\ttests\/live\/\(.*\)\.live.*/\1/p' local.mk | sort)
if [ -z "$there" ] || [ "$there" != "$listed" ]; then
    echo "FAIL: suites of main.c and of local.mk differ:"
    printf '%s\n%s\n' "$there" "$listed" | sort | uniq -u
    exit 1
fi
