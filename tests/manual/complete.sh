#!/bin/sh
# The manual describes every setting, command and event that the sources name, and nothing else.
set -u
srcdir=${srcdir:-.}
status=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# compare WHAT PAGE PATTERN: the names on standard input are those that PATTERN finds in PAGE.
compare()
{
    LC_ALL=C sort -u >"$work/want"
    sed -n "s/$3/\\1/p" "doc/$2" | LC_ALL=C sort >"$work/have"
    if [ ! -s "$work/want" ]; then
        echo "no $1 found in the sources: this test looks in the wrong place"
        status=1
    fi
    diff "$work/want" "$work/have" >"$work/diff" && return
    sed -n -e "s|^< |doc/$2.in does not describe the $1 |p" \
        -e "s|^> |doc/$2.in describes what is not in the sources: the $1 |p" "$work/diff"
    status=1
}

# rows FIRST LAST: names in the table of settings between the lines that match.
rows()
{
    sed -n "/$1/,/$2/s/^ *KINAMO_SETTING([A-Z0-9_]*, *\\([a-z0-9_]*\\),.*/\\1/p" \
        "$srcdir/include/kinamo/settings-table.h"
}

rows '^#ifndef' 'define KINAMO_SASL_SETTINGS' >"$work/dovecot"
rows 'define KINAMO_SASL_SETTINGS' 'define KINAMO_SETTINGS' >"$work/sasl"
compare setting kinamo-policy.conf.5 '^\.It Cm \(kinamo_[a-z0-9_]*\)$' <"$work/dovecot"
compare setting kinamo-sasl.5 '^\.It Cm \(kinamo_[a-z0-9_]*\)$' <"$work/sasl"

cat "$srcdir"/plugin/doveadm/*.c | sed -n 's/^ *\.name = "kinamo \([a-z]*\)",$/\1/p' |
    sed 's/^/kinamo /' >"$work/commands"
compare command doveadm-kinamo.1 '^\.Cm \(kinamo [a-z]*\)$' <"$work/commands"

# Whatever is called kinamo_... in a string of a Dovecot plugin is a setting, a plugin or an event.
find "$srcdir/plugin" -name '*.c' ! -path '*/sasl/*' ! -path '*/compat/*' \
    -exec grep -ohE '"kinamo_[a-z0-9_]+"' {} + |
    tr -d '"' | grep -vxF -e kinamo_policy -f "$work/dovecot" >"$work/events"
compare event kinamo-policy.7 '^\.It Sy \(kinamo_[a-z0-9_]*\) No.*$' <"$work/events"
exit $status
