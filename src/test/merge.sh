#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# merge.sh TRUEMAC: what `truemac merge` promises, on reports of the real Xen host.
#
#   - order, grouping and repetition of the reports change no byte
#   - every format comes, fits what reads it, and has the exit status of the merged verdict
#   - a report that cannot be read is told, and hides nothing of the others
#   - a thousand reports take seconds
set -u
truemac=$(realpath "${1:-build/truemac}")
pcaps=$(realpath "$(dirname "$0")/../../pcaps")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
RANDOM=20 # the same shuffles in every run

# check NAME COMMAND...: whether the command succeeds.
check() {
	local name=$1
	shift
	if "$@" >check.log 2>&1; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		head -n 20 check.log | sed 's/^/# /'
	fi
}

make_reports() {
	local folder=$1 file name
	mkdir -p "$folder"
	for file in "$pcaps/$folder"/*; do
		name=$(basename "$file")
		case $file in
		*.pcap) "$truemac" analyze --vip 10.1.1.1:80 -f json -o "$folder/${name%.pcap}.json" "$file" ;;
		*-state.txt) "$truemac" inspect --state "$file" -f json -o "$folder/${name%-state.txt}.json" ;;
		esac
	done
}

shuffled() {
	printf '%s\n' "$@" | shuf --random-source=<(yes $RANDOM)
}

# Two random groups are merged first, one of them with itself; then those, some members again, and one through a pipe.
regroup() {
	local -a all
	mapfile -t all < <(shuffled "$@")
	local cut=$((RANDOM % (${#all[@]} - 1) + 1))
	"$truemac" merge -f json -o first.json "${all[@]:0:cut}" "${all[@]:0:1}"
	"$truemac" merge -f json -o second.json "${all[@]:cut}" first.json
	"$truemac" merge -f json "${all[@]:0:2}" - first.json second.json <"${all[-1]}" >regrouped.json
}

same_in_any_order() {
	local folder=$1
	"$truemac" merge -f json "$folder"/*.json >whole.json
	for _ in 1 2 3 4 5 6 7 8; do
		mapfile -t members < <(shuffled "$folder"/*.json)
		"$truemac" merge -f json "${members[@]}" | cmp - whole.json || return 1
		regroup "$folder"/*.json
		cmp regrouped.json whole.json || return 1
	done
}

# FORMAT STATUS READER...: a reader of the format finds no fault with it.
comes_as() {
	local format=$1 expected=$2
	shift 2
	"$truemac" merge -f "$format" -o "out.$format" xen-route-loop/*.json
	[ $? -eq "$expected" ] && "$@" "out.$format"
}

names_dom0() {
	grep -q '10.1.1.13 is at fe:ff:ff:ff:ff:ff for .* but its own MAC is 00:16:3e:0a:01:0d.*(rs1): dom0, a Xen Dom0' "$1"
}

tells_who_saw_it_last() {
	sed -n '/^Packets followed/,$p' "$1" | tr -s ' \n' ' ' |
		grep -q 'client-eth0.pcap:.* ttl 64 .*dir1-eth0.pcap:.* ttl 62 last seen there; not in .*rs1-eth0.pcap, .*rs2-eth0.pcap'
}

# capture_of FIRST LAST FILE: a SYN for 10.1.1.1:80 from each of these ports.
capture_of() {
	python3 - "$@" <<-'END'
		import struct, sys
		def checksum(data):
		    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
		    return ~((total & 0xffff) + (total >> 16)) & 0xffff
		with open(sys.argv[3], "wb") as file:
		    file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
		    for port in range(int(sys.argv[1]), int(sys.argv[2]) + 1):
		        client, vip = bytes([10, 1, 1, 138]), bytes([10, 1, 1, 1])
		        ip = struct.pack("!BBHHHBBH", 0x45, 0, 40, port, 0, 64, 6, 0) + client + vip
		        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
		        tcp = struct.pack("!HHIIBBHHH", port, 80, port * 7919, 0, 0x50, 2, 8192, 0, 0)
		        pseudo = client + vip + struct.pack("!HH", 6, len(tcp))
		        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
		        frame = bytes.fromhex("00163e0a010b00163e0a018a0800") + ip + tcp
		        file.write(struct.pack("<IIII", 1000 + port, 0, len(frame), len(frame)) + frame)
	END
}

# Each machine keeps the conversations with the smallest numbers: of those that two saw they keep the same.
keeps_the_same_sample() {
	capture_of 1000 1199 a.pcap
	capture_of 1100 1299 b.pcap
	"$truemac" analyze -f json -o a.sample a.pcap
	"$truemac" analyze -f json -o b.sample b.pcap
	"$truemac" analyze -f json -o ab.sample a.pcap b.pcap
	python3 - <<-'END'
		import json
		a, b, ab = [[flow["number"] for flow in json.load(open(name + ".sample"))["flows"]] for name in ("a", "b", "ab")]
		assert len(a) == len(b) == 32 and ab == sorted(set(a) | set(b))[:32], (a, b, ab)
		assert set(a) & set(b) and set(a) - set(b) and set(b) - set(a), (a, b)
	END
}

# As `promtool check metrics` has it: HELP and TYPE once and before the samples, samples of a family in a row, each once.
is_openmetrics() {
	awk '
	function bad(why) { print FILENAME ":" FNR ": " why; failed = 1 }
	ended { bad("something behind # EOF") }
	/^# EOF$/ { ended = 1; next }
	/^# (HELP|TYPE) / { if (seen[$2 $3]++) bad("a second " $2); if ($3 in samples) bad("too late"); next }
	!/^[a-z_]+(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)*\})? [0-9]+$/ { bad("no sample: " $0) }
	{
		family = $0; sub(/[{ ].*/, "", family)
		series = $0; sub(/ [^ ]*$/, "", series)
		if (!("HELP" family in seen) || !("TYPE" family in seen)) bad("no HELP or TYPE of " family)
		if (family != last && family in samples) bad(family " is torn apart")
		if (all[series]++) bad("twice: " series)
		samples[last = family] = 1
	}
	END { if (!ended) bad("no # EOF"); exit failed }' "$1"
}

is_xml() {
	python3 -c 'import sys, xml.etree.ElementTree as tree; tree.parse(sys.argv[1])' "$1"
}

is_json() {
	python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$1"
}

# The file that a collector reads is the old one or the new one, never a part, and nothing is left beside it.
replaces_whole() {
	mkdir textfile && echo old >textfile/truemac.prom
	local before
	before=$(stat -c %i textfile/truemac.prom)
	"$truemac" merge -f openmetrics -o textfile/truemac.prom xen-route-loop/*.json
	[ "$(stat -c %i textfile/truemac.prom)" != "$before" ] && [ "$(ls textfile)" = truemac.prom ] &&
		tail -n 1 textfile/truemac.prom | grep -qx '# EOF' || return 1
	cp textfile/truemac.prom kept
	! "$truemac" merge -f openmetrics -o textfile/truemac.prom missing.json && cmp kept textfile/truemac.prom &&
		[ "$(ls textfile)" = truemac.prom ]
}

bad_one_hides_nothing() {
	echo '{' >bad.json
	"$truemac" merge -q bad.json xen-route-loop/*.json >out 2>err
	[ $? -eq 3 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q '^truemac: bad.json: line' err && names_dom0 out
}

healthy_is_clean() {
	"$truemac" merge -q xen-bridge/*.json >out && ! [ -s out ]
}

# A thousand directors in the place of one, each with an address and a MAC of its own.
thousand() {
	mkdir many
	local i
	for ((i = 0; i < 1000; i++)); do
		sed "s/00:16:3e:0a:01:0b/$(printf 02:00:00:00:%02x:%02x $((i >> 8)) $((i & 255)))/g
			s/10\.1\.1\.11\"/10.2.$((i / 250)).$((i % 250 + 1))\"/g" xen-route-loop/dir1.json >"many/m$i.json"
	done
	# Far above what it takes (2 seconds), below what would hurt; and the usual limit of open files is no obstacle.
	(
		ulimit -S -n 256 && ulimit -v 1000000 &&
			timeout 30 "$truemac" merge -f json -o many.json many/*.json xen-route-loop/dom0.json
	)
	[ "$(grep -c '"digest"' many.json)" -eq 1001 ]
}

compressed() {
	mkdir packed
	cp xen-route-loop/*.json packed && gzip packed/*.json
	"$truemac" merge -f json packed/*.gz | cmp - <("$truemac" merge -f json xen-route-loop/*.json)
}

for folder in xen-route-loop xen-bridge; do
	make_reports $folder
	check "the same bytes in any order and grouping: $folder" same_in_any_order $folder
done
check 'text names the substituting Dom0 and the true MAC' comes_as text 1 names_dom0
check 'text tells who saw a packet last' comes_as text 1 tells_who_saw_it_last
check 'every vantage point keeps the same sample of conversations' keeps_the_same_sample
check 'html names Dom0' comes_as html 1 names_dom0
check 'github names Dom0' comes_as github 1 names_dom0
check 'json is JSON' comes_as json 1 is_json
check 'sarif is JSON' comes_as sarif 1 is_json
check 'junit is XML' comes_as junit 1 is_xml
check 'openmetrics is as Prometheus wants it' comes_as openmetrics 1 is_openmetrics
check 'a metrics file is replaced whole or not at all' replaces_whole
check 'a report that cannot be read hides nothing of the others' bad_one_hides_nothing
check 'reports of a healthy set-up merge to a clean one' healthy_is_clean
check 'compressed reports are read as they are' compressed
check 'a thousand reports merge' thousand
