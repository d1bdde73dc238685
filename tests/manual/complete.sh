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
find "$srcdir/plugin" -name '*.c' ! -path '*/sasl/*' \
    \( ! -path '*/compat/*' -o -name host-event.c \) -exec grep -ohE '"kinamo_[a-z0-9_]+"' {} + |
    tr -d '"' | grep -vxF -e kinamo_policy -f "$work/dovecot" >"$work/events"
compare event kinamo-policy.7 '^\.It Sy \(kinamo_[a-z0-9_]*\) No.*$' <"$work/events"

# literals: the strings in sources, with those that stand side by side joined and formats as dots.
literals()
{
    find "$srcdir/plugin" -name '*.c' ! -path '*/sasl/*' -exec cat {} + | tr '\n' ' ' |
        sed -e 's/"[[:space:]]*"//g' -e 's/LOCK_NAME//g' |
        grep -oE '"kinamo: ([^"\\]|\\.)*"' |
        sed -e 's/^"//' -e 's/"$//' -e 's/\\"/"/g' -e 's/%[a-z]/.../g'
}

# items PAGE: its items that are lines of the log, as the reader sees them.
items()
{
    sed -e ':join' -e '/\\$/{N' -e 's/\\\n//' -e 'bjoin' -e '}' "$srcdir/doc/$1.in" |
        sed -n 's/^\.It kinamo: /kinamo: /p' | sed 's/\\(dq/"/g'
}

literals | grep -v '^kinamo: $' | LC_ALL=C sort -u >"$work/want"
items kinamo-policy.7 | LC_ALL=C sort >"$work/have"
if ! diff "$work/want" "$work/have"; then
    echo "these lines (<: of the sources, >: of doc/kinamo-policy.7.in) have no counterpart"
    status=1
fi

# The same for the SASL module, whose lines come through sasl_log().
find "$srcdir/plugin/sasl" -name '*.c' -exec cat {} + | tr '\n' ' ' |
    sed -e 's/" PRIu64 /u"/g' -e 's/"[[:space:]]*"//g' |
    grep -oE '(sasl_log\([A-Z_]+|snprintf\(line, sizeof\(line\)), *"[^"]*"' |
    sed -e 's/^[^"]*"//' -e 's/"$//' -e 's/%[sdlu]*/.../g' -e 's/\.\.\.\.\.\.*/.../g' |
    LC_ALL=C sort -u >"$work/want"
sed -n '/^\.Sh LOG LINES/,/^\.Sh FILES/p' "$srcdir/doc/kinamo-sasl.5.in" |
    sed -e ':join' -e '/\\$/{N' -e 's/\\\n//' -e 'bjoin' -e '}' |
    sed -n -e 's/^\.It \([a-z]\)/\1/p' | LC_ALL=C sort >"$work/have"
if ! diff "$work/want" "$work/have"; then
    echo "these lines (<: of the sources, >: of doc/kinamo-sasl.5.in) have no counterpart"
    status=1
fi

# Every key of an event. Which event has which key, the live tests see in what is logged.
keys()
{
    find "$srcdir/plugin" -name '*.c' ! -path '*/sasl/*' ! -path '*/policy/*' -exec cat {} + |
        tr '\n' ' ' | grep -oE 'kinamo_record_(text|number)\([^,;]*,[^,;]*,' |
        grep -oE '"[a-z0-9_]+"' | tr -d '"' | LC_ALL=C sort -u
}
keys >"$work/want"
sed -e ':join' -e '/\\$/{N' -e 's/\\\n//' -e 'bjoin' -e '}' "$srcdir/doc/kinamo-policy.7.in" |
    sed -n 's/^\.It Sy kinamo_[a-z0-9_]* No ([a-z, ]*) : //p' | tr -cs 'a-z0-9_' '\n' |
    grep . | LC_ALL=C sort -u >"$work/have"
if ! diff "$work/want" "$work/have"; then
    echo "these keys of events (<: of the sources, >: of doc/kinamo-policy.7.in) have no counterpart"
    status=1
fi
exit $status
