#!/bin/sh
# The alerts fire when they should, on metrics that both series' configuration files make.
set -u
srcdir=${srcdir:-.}
conf=$srcdir/conf.d
rules=$conf/prometheus/kinamo-rules.yml
status=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

if ! command -v promtool >/dev/null; then
    echo "promtool is missing: install the package prometheus (packages/debian.txt)"
    exit 1
fi
promtool check rules "$rules" || status=1
cp "$rules" "$srcdir/tests/prometheus/alerts.yml" "$work"
promtool test rules "$work/alerts.yml" || status=1

# names FILE PATTERN: what the group in PATTERN matches, once each.
names()
{
    sed -n "s/$2/\\1/p" "$1" | LC_ALL=C sort -u
}

# What the rules ask for, without the suffix that Dovecot adds.
grep -oE 'dovecot_kinamo_[a-z0-9_]+' "$rules" | sed -E 's/^dovecot_//
    s/_quit_(removed|kept)_total$/_quit/
    s/_(total|count|bucket)$//' | LC_ALL=C sort -u >"$work/asked"
names "$srcdir/doc/kinamo-policy.7.in" '^\.It Sy \(kinamo_[a-z0-9_]*\) No (.*$' >"$work/events"
for series in 2.3 2.4; do
    file=$conf/dovecot-$series/kinamo-metrics.conf.ext
    names "$file" '^#*metric \(kinamo_[a-z0-9_]*\) {$' >"$work/metrics-$series"
    names "$file" '^#*  filter = event=\(kinamo_[a-z0-9_]*\).*$' >"$work/counted"
    LC_ALL=C comm -23 "$work/asked" "$work/metrics-$series" | sed "s|.*|$rules asks for &, which $file does not count|" >"$work/wrong"
    LC_ALL=C comm -3 "$work/events" "$work/counted" | sed "s|[[:space:]]*\\(.*\\)|$file and doc/kinamo-policy.7.in differ in the event \\1|" >>"$work/wrong"
    if [ -s "$work/wrong" ] || [ ! -s "$work/asked" ] || [ ! -s "$work/events" ]; then
        cat "$work/wrong"
        status=1
    fi
done
diff "$work/metrics-2.3" "$work/metrics-2.4" || status=1
exit $status
