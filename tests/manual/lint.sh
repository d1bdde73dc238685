#!/bin/sh
# The manual pages are clean to mandoc -Tlint.
set -u

if ! command -v mandoc >/dev/null; then
    echo "SKIP: manual: mandoc is not installed"
    exit 77
fi
status=0
for page in doc/*.[157]; do
    # It also complains of manuals that are not installed on this machine.
    mandoc -Tlint "$page" 2>&1 | grep '^mandoc: doc/' | grep -v 'referenced manual not found' && status=1
    mandoc -Tascii -Werror "$page" >/dev/null || status=1
done
exit $status
