#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run-corpus.sh BUILD [--write]: the captures of pcaps/corpus are what their
# scripts say, byte for byte. --write makes them anew.
set -u
build=$1
into=$build/check/corpus
[ "${2:-}" != --write ] || into=pcaps/corpus

mkdir -p "$into"
rm -f "$into"/*.pcap
for script in pcaps/corpus/*.txt; do
	name=$(basename "$script" .txt)
	[ "$name" != hosts ] || continue
	"$build/test/mkpcap" "$script" "$into/$name.pcap" || echo "not ok - corpus: $name.txt is no script"
done
[ "$into" != pcaps/corpus ] || exit 0

for capture in "$into"/*.pcap pcaps/corpus/*.pcap; do
	name=$(basename "$capture")
	[ "$capture" != "pcaps/corpus/$name" ] || ! [ -e "$into/$name" ] || continue
	if cmp -s "$into/$name" "pcaps/corpus/$name"; then
		echo "ok - corpus: $name is what its script says"
	else
		echo "not ok - corpus: $name is not what a script says (make golden writes it anew)"
	fi
done
