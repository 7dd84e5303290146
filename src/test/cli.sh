#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the command line promises: each kind of bad input gives one line on
# stderr and its documented exit status; results are written whole or not at all.
#
# usage: cli.sh [TRUEMAC]    prints "ok - NAME" or "not ok - NAME" for each promise
set -u

truemac=$(realpath "${1:-build/truemac}")
[ -x "$truemac" ] || { echo "not ok - there is no program at $truemac"; exit 1; }
here=$(realpath "$(dirname "$0")")
pcaps=$here/../../pcaps
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
unset NO_COLOR

ok() {
	echo "ok - $1"
}

not_ok() {
	echo "not ok - $1"
	failed=1
}

# check NAME CONDITION...: the condition is a test(1) expression.
check() {
	name=$1
	shift
	if [ "$@" ]; then ok "$name"; else not_ok "$name ($*)"; fi
}

# refuse NAME STATUS PATTERN ARGUMENT...: exactly one line on stderr that matches, nothing on stdout, this status.
refuse() {
	name=$1 expected=$2 pattern=$3
	shift 3
	"$truemac" "$@" >out 2>err </dev/null
	status=$?
	lines=$(wc -l <err)
	if [ "$status" -ne "$expected" ]; then
		not_ok "$name: status $status instead of $expected"
	elif [ "$lines" -ne 1 ]; then
		not_ok "$name: $lines lines on stderr"
	elif ! grep -q -e "$pattern" err; then
		not_ok "$name: '$(cat err)' does not match '$pattern'"
	elif [ -s out ]; then
		not_ok "$name: something on stdout"
	else
		ok "$name"
	fi
}

# Little-endian pcap headers: magic, version 2.4, zone, accuracy, snap length, link type.
pcap_header() {
	printf '\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\377\377\000\000%b' "$1"
}

# One ARP question of 42 bytes at 1 s: who-has 192.0.2.2 tell 192.0.2.1.
arp_frame() {
	printf '\001\000\000\000\000\000\000\000\052\000\000\000\052\000\000\000'
	printf '\377\377\377\377\377\377\000\000\136\000\123\001\010\006'
	printf '\000\001\010\000\006\004\000\001\000\000\136\000\123\001\300\000\002\001'
	printf '\000\000\000\000\000\000\300\000\002\002'
}

make_inputs() {
	mkdir directory
	: >empty
	echo 'Dear operator, this is no capture at all.' >text
	head -c 20 /dev/zero >twenty
	pcap_header '\177\000\000\000' >radiotap.pcap
	pcap_header '\001\000\000\000' >none.pcap
	{ pcap_header '\001\000\000\000' && arp_frame; } >good.pcap
	head -c 60 good.pcap >cut.pcap
	pcap_header '\001\000\000\000' | head -c 20 >header.pcap
	gzip -k good.pcap
	head -c 30 good.pcap.gz >cut.pcap.gz
	echo 'director 10.1.1' >bad.topology
	echo '{"schema": "truemac.state/1"}' >state.json
	cp good.pcap unreadable.pcap && chmod 0 unreadable.pcap
}

bad_inputs() {
	refuse 'missing file' 3 '^truemac: missing.pcap: ' analyze missing.pcap
	refuse 'directory' 3 '^truemac: directory: .*directory' analyze directory
	refuse 'text file' 3 '^truemac: text: .*text' analyze text
	refuse 'empty file' 3 '^truemac: empty: .*empty' analyze empty
	refuse '20 bytes' 3 '^truemac: twenty: ' analyze twenty
	refuse 'cut header' 3 '^truemac: header.pcap: ' analyze header.pcap
	refuse 'wrong link type' 3 '^truemac: radiotap.pcap: .*radiotap' analyze radiotap.pcap
	refuse 'device as input' 3 '^truemac: /dev/zero: ' analyze /dev/zero
	refuse 'empty standard input' 3 '^truemac: standard input: ' analyze -
	[ "$(id -u)" -eq 0 ] || refuse 'forbidden file' 3 '^truemac: unreadable.pcap: ' analyze unreadable.pcap
	refuse 'hostile file name' 3 '^truemac: a\\x1b\[31m\\x0ab: ' analyze "$(printf 'a\033[31m\nb')"
}

merge_usage() {
	"$truemac" analyze -f json -o made.json good.pcap
	sed 's,truemac.report/1,truemac.report/7,' made.json >newer.json
	head -c 700 made.json >half.json
	sed 's/"frames": 1,/"frames": 123456789012345678901234567890,/' made.json >huge.json
	sed 's/"frames": 1,/"frames": "one",/' made.json >type.json
	sed 's/"frames": 1,/"frames": 1, "frames": 2,/' made.json >twice.json
	printf '{"a\001": 1}' >control.json
	refuse 'merge: no report' 2 'no report given' merge
	refuse 'merge: standard input twice' 2 'only once' merge - -
	refuse 'merge: missing file' 3 '^truemac: missing.json: ' merge missing.json
	refuse 'merge: directory' 3 '^truemac: directory: .*directory; name the files in it' merge directory
	refuse 'merge: a capture' 3 '^truemac: good.pcap: line 1: no valid JSON.*--format json' merge good.pcap
	refuse 'merge: empty file' 3 '^truemac: empty: is empty.*--format json' merge empty
	refuse 'merge: other JSON' 3 '^truemac: state.json: .*no report of truemac' merge state.json
	refuse 'merge: newer schema' 3 '^truemac: newer.json: its schema is truemac.report/7' merge newer.json
	refuse 'merge: half a report' 3 '^truemac: half.json: line [0-9]*: .*ends too early' merge half.json
	refuse 'merge: huge number' 3 '^truemac: huge.json: line [0-9]*: ' merge huge.json
	refuse 'merge: wrong type' 3 '^truemac: type.json: inputs.0..frames: a whole number' merge type.json
	refuse 'merge: key twice' 3 '^truemac: twice.json: line [0-9]*: .*duplicate' merge twice.json
	refuse 'merge: control character' 3 '^truemac: control.json: line 1: ' merge control.json
	refuse 'merge: unknown option' 2 'unknown option --vip' merge --vip 10.1.1.1 made.json
}

bad_usage() {
	refuse 'no command' 2 "no command given"
	refuse 'unknown command' 2 "did you mean 'analyze'" analyse
	refuse 'no file' 2 'no capture given' analyze
	refuse 'unknown option' 2 'unknown option --colour; did you mean --color?' analyze --colour good.pcap
	refuse 'unknown letter' 2 'unknown option -z' analyze -z good.pcap
	refuse 'missing argument' 2 '--format needs an argument' analyze good.pcap --format
	refuse 'needless argument' 2 '--quiet takes no argument' analyze --quiet=yes good.pcap
	refuse 'unknown format' 2 "did you mean 'json'" analyze -f jsn good.pcap
	refuse 'unknown severity' 2 "'fatal' is not" analyze --fail-on fatal good.pcap
	refuse 'number too small' 2 "'0' is not a number" analyze --max-hosts 0 good.pcap
	refuse 'number with a tail' 2 "'12x' is not a number" analyze --max-hosts 12x good.pcap
	refuse 'bad VIP' 2 '--vip' analyze --vip 10.1.1 good.pcap
	refuse 'bad MAC' 2 '--rs' analyze --rs 10.1.1.13=00:16 good.pcap
	refuse 'bad method' 2 "'route' is not" analyze --method route good.pcap
	refuse 'bad topology line' 2 '^truemac: bad.topology:1: ' analyze -t bad.topology good.pcap
	refuse 'topology file is a directory' 3 '^truemac: directory: ' analyze -t directory good.pcap
	refuse 'bad ethers line' 2 '^truemac: bad.topology:1: ' analyze --ethers bad.topology good.pcap
	refuse 'missing topology file' 3 '^truemac: nowhere.conf: ' analyze -t nowhere.conf good.pcap
	refuse 'standard input twice' 2 'only once' analyze - -
	refuse 'unknown rule' 2 "did you mean 'mac-substituted'" explain mac-substitute
	refuse 'two rules' 2 'one rule at a time' explain mac-substituted routed-hop
	refuse 'replay: no capture' 2 'replay takes one capture' replay --vip 10.1.1.1:80 --rs 10.1.1.13
	refuse 'replay: no VIP' 2 'which traffic' replay --no-host good.pcap
	refuse 'replay: no real server' 2 'to whom' replay --no-host --vip 10.1.1.1:80 good.pcap
	refuse 'replay: bad speed' 2 'neither max nor a factor' replay --speed 0 good.pcap
	refuse 'replay: bad clients' 2 'is not an address, FIRST-LAST' replay --clients 10.1.1.9-10.1.1.1 good.pcap
	refuse 'replay: too many clients' 2 'is not an address, FIRST-LAST' replay --clients 10.1.0.0/16 good.pcap
	refuse 'replay: bad expression' 2 'is no regular expression' replay --ignore '(' good.pcap
	refuse 'replay: empty expression' 2 'matches nothing at all' replay --ignore 'x*' good.pcap
	refuse 'replay: unknown tunnel' 2 'is not ipip, gre or gue' replay --tunnel vxlan good.pcap
	refuse 'replay: too much at once' 2 "'20000' is not a number" replay --concurrency 20000 good.pcap
	refuse 'blast: bad rate' 2 'is not a number from 1 to' replay --rate fast good.pcap
	refuse 'blast: bad engine' 2 'is not auto, xdp, afxdp, packet or libnet' replay --engine warp good.pcap
	refuse 'blast: bad duration' 2 'is not a time such as' replay --rate max --duration long good.pcap
	refuse 'blast: to nobody known' 2 'is not each or spread' replay --rate max --to all good.pcap
	refuse 'blast: options without a rate' 2 'are for --rate' replay --duration 1s --vip 10.1.1.1:80 --rs 10.1.1.13 good.pcap
	refuse 'blast: options of conversations' 2 '--speed is for conversations' \
		replay --rate max --speed 2 --vip 10.1.1.1:80 --rs 10.1.1.13 good.pcap
	refuse 'blast: no real server' 2 'to whom' replay --no-host --rate max --vip 10.1.1.1:80 good.pcap
	refuse 'blast: emulated clients of IPv6' 2 'only IPv4' \
		replay --rate max --clients fd00::1 --vip 10.1.1.1:80 --rs 10.1.1.13 good.pcap
	refuse 'nothing to forward' 2 'nothing to forward' forward
	refuse 'forward: no real server' 2 'nothing to forward' forward --vip 10.1.1.1:80
	refuse 'forward: an operand' 2 "'eth0' may belong" forward --vip 10.1.1.1:80 --rs 10.1.1.13 eth0
	refuse 'forward: unknown engine' 2 "'fast' is not auto, xdp" forward --engine fast
	refuse 'forward: unknown mode' 2 "'skb' is not auto, native" forward --xdp-mode skb
	refuse 'forward: unknown tunnel' 2 "'vxlan' is not ipip" forward --tunnel vxlan
	refuse 'forward: a bad port' 2 "'0' is not a number" forward --tunnel gue:0
	refuse 'forward: VS/NAT' 2 'VS/NAT changes addresses' forward --vip 10.1.1.1:80 --rs 10.1.1.13 --method nat
	refuse 'forward: no such interface' 3 '^truemac: nowhere0: there is no such interface' \
		forward -i nowhere0 --vip 10.1.1.1:80 --rs 10.1.1.13
	refuse 'forward: two families' 2 'no real server of its address family' forward --vip 10.1.1.1:80 --rs fd00::13
	refuse 'forward: duration 0' 2 "'0' is not a time" forward --duration 0
	refuse 'unknown role' 2 'client, director, real-server or dom0' inspect --role master
	refuse 'state that is none' 3 '^truemac: text: is no state of a host' inspect --state text
	refuse 'state that is missing' 3 '^truemac: missing: ' inspect --state missing
	refuse 'state and root' 2 '--state and --root' inspect --state text --root /
	refuse 'root that is missing' 3 '^truemac: missing: cannot be opened' inspect --root missing
	refuse 'root that is no folder' 2 'is no folder' inspect --root text
	merge_usage
	refuse 'state and report on stdout' 2 'name a file for the report' inspect --save -
	refuse 'state and report in one file' 2 'name two files' inspect --save one -o one
}

# A configuration in conf/, with what it includes in conf/servers/.
make_keepalived() {
	mkdir -p conf/servers/folder.conf
	cat >conf/keepalived.conf <<-END
		virtual_server 192.0.2.1 80 {
		    lvs_method DR
		    protocol TCP
		    include servers/*.conf
		    @lb1 real_server 192.0.2.15 80 {
		    @lb1 }
		}
	END
	printf 'real_server 192.0.2.13 80 {\n}\n' >conf/servers/one.conf
	printf 'real_server 192.0.2.14 80 {\n}\n' >conf/servers/two.conf
	echo 'include nowhere.conf' >conf/missing.conf
	printf '! a comment\ninclude bad.inc\n' >conf/bad.conf
	printf 'virtual_server 192.0.2.1 80 {\n lvs_method XX\n}\n' >conf/bad.inc
	echo 'include servers' >conf/directory.conf
}

# real_servers ARGUMENT...: how many real servers the report says are configured.
real_servers() {
	"$truemac" analyze "$@" good.pcap | grep -c '^  real server  192.0.2.1[345], configured$'
}

fwmark() {
	printf 'vip fwmark 7 method dr\nreal-server 192.0.2.13\n' >fwmark.topology
	check 'fwmark service: text' "$("$truemac" analyze -t fwmark.topology good.pcap | grep -c '^  fwmark 7, method dr$')" -eq 1
	check 'fwmark service: JSON' "$("$truemac" analyze -f json -t fwmark.topology good.pcap | grep -c '"fwmark": 7')" -eq 2
	for format in junit html openmetrics; do
		check "fwmark service: $format" \
			"$("$truemac" analyze -f $format -t fwmark.topology good.pcap | grep -c 'fwmark 7')" -ge 1
	done
}

keepalived_files() {
	make_keepalived
	check 'include: wildcard beside the including file' "$(real_servers -t conf/keepalived.conf)" -eq 2
	check 'include: by an absolute path' "$(real_servers -t "$work/conf/keepalived.conf")" -eq 2
	check 'config-id: its lines hold' "$(real_servers --config-id lb1 -t conf/keepalived.conf)" -eq 3
	check 'config-id: also behind the file' "$(real_servers -t conf/keepalived.conf --config-id=lb1)" -eq 3
	check "config-id: another's lines do not" "$(real_servers --config-id lb2 -t conf/keepalived.conf)" -eq 2
	check 'a set-up through a pipe' "$(echo 'real-server 192.0.2.13' | real_servers -t /dev/stdin)" -eq 1
	check "a file's method wins over --method" "$("$truemac" analyze --method tun -t conf/keepalived.conf good.pcap |
		grep -c 'VIP *192.0.2.1:80/tcp, method dr, configured')" -eq 1
	refuse 'include: missing file' 2 '^truemac: conf/missing.conf:1: .*nowhere.conf' analyze -t conf/missing.conf good.pcap
	refuse 'include: bad line in it' 2 '^truemac: conf/bad.inc:2: ' analyze -t conf/bad.conf good.pcap
	refuse 'include: directory' 2 '^truemac: conf/directory.conf:1: .*directory' analyze -t conf/directory.conf good.pcap
	refuse 'config-id: empty' 2 '--config-id' analyze --config-id= -t conf/keepalived.conf good.pcap
}

bad_output() {
	refuse 'unwritable output' 3 '^truemac: nowhere/report: ' analyze -o nowhere/report good.pcap
	refuse 'output is a directory' 3 '^truemac: directory: ' analyze -o directory good.pcap
	refuse 'full disk by -o' 3 '^truemac: /dev/full: .*No space' analyze -o /dev/full good.pcap
	for arguments in 'analyze good.pcap' 'analyze -f json good.pcap' explain 'explain --schema' --help --version \
		'analyze --help'; do
		# The words are meant to be split.
		# shellcheck disable=SC2086
		"$truemac" $arguments >/dev/full 2>err
		check "full disk: $arguments" $? -eq 3
		check "full disk: $arguments: one line" "$(wc -l <err)" -eq 1
	done
	{ sleep 0.2; "$truemac" explain --schema 2>err; echo $? >status; } | :
	check 'reader went away: status' "$(cat status)" -eq 3
	check 'reader went away: nothing to say' ! -s err
}

output_file() {
	"$truemac" analyze -o report good.pcap >out 2>err
	check 'output file: status' $? -eq 0
	check 'output file is written' -s report
	check 'output file: stdout stays empty' ! -s out
	check 'output file: no temporary file is left' "$(find . -name 'report.*' | wc -l)" -eq 0
	ln -s report link
	"$truemac" analyze -f json -o link good.pcap
	check 'output through a link keeps the link' -L link
	check 'output through a link is written' "$(head -c 1 report)" = '{'
	"$truemac" analyze -o kept missing.pcap 2>err
	check 'a failed run leaves no output behind' "$(find . -name 'kept*' | wc -l)" -eq 0
}

incomplete() {
	"$truemac" analyze cut.pcap >out 2>err
	check 'truncated capture: status' $? -eq 4
	check 'truncated capture: one line' "$(wc -l <err)" -eq 1
	check 'truncated capture: the line names the frame' "$(grep -c 'cut.pcap: frame 1' err)" -eq 1
	check 'truncated capture: verdict' "$(grep -c 'incomplete$' out)" -ge 1
	"$truemac" analyze cut.pcap.gz >out 2>err
	check 'truncated gzip: one line' "$(wc -l <err)" -eq 1
	"$truemac" analyze missing.pcap good.pcap -f json >out 2>err
	check 'one of two unreadable: status' $? -eq 3
	check 'one of two unreadable: the other is reported' "$(grep -c '"name": "good.pcap"' out)" -eq 1
	check 'one of two unreadable: one line' "$(wc -l <err)" -eq 1
}

interruption() {
	mkfifo pipe
	"$truemac" analyze -f json pipe >out 2>err &
	reader=$!
	# Opened for both, so that a reader that never comes does not block us.
	exec 9<>pipe
	cat good.pcap >&9
	sleep 1
	kill -TERM $reader
	wait $reader
	check 'interrupted: status' $? -eq 4
	exec 9>&-
	check 'interrupted: what was read is reported' "$(grep -c 'interrupted after' out)" -eq 1
}

# A pipe that pauses stands for a large file; progress is looked at every 4096 frames, and shown after a second.
progress() {
	if ! script -qec true /dev/null >out 2>&1 </dev/null; then
		echo 'ok - progress # SKIP there is no pseudo terminal'
		return
	fi
	arp_frame >many
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do cat many many >twice && mv twice many; done
	mkfifo slow
	{ pcap_header '\001\000\000\000' && cat many && sleep 1.2 && cat many; } >slow &
	script -qec "'$truemac' analyze -o slow.report slow" /dev/null >terminal 2>&1 </dev/null
	check 'progress is shown' "$(grep -c 'slow: 8192 frames, ' terminal)" -eq 1
	check 'progress is erased' "$(tail -c 4 terminal | od -An -c | tr -d ' ')" = '\r033[K'
	check 'progress comes from a large input that is read to its end' "$(grep -c ' 8192 frames from ' slow.report)" -eq 1
	{ pcap_header '\001\000\000\000' && cat many && sleep 1.2 && cat many; } >slow &
	script -qec "'$truemac' analyze -q -o slow.report slow" /dev/null >terminal 2>&1 </dev/null
	check 'quiet: no progress' ! -s terminal
}

annotated() {
	refuse 'annotating a pipe' 2 '--write reads its captures twice' analyze -w frames.pcapng - <good.pcap
	refuse 'annotating into nowhere' 3 '^truemac: nowhere/frames: ' analyze -w nowhere/frames good.pcap
	"$truemac" analyze -q -w frames.pcapng "$pcaps"/xen-route/*.pcap >out 2>err
	check 'annotated capture: status is that of the report' $? -eq 1
	check 'annotated capture: nothing on stderr' ! -s err
	check 'annotated capture: comments name the rule' "$(grep -c -a 'error: mac-substituted: ' frames.pcapng)" -ge 1
	"$truemac" analyze -q frames.pcapng >out
	check 'annotated capture shows the fault by itself' "$(grep -c 'error: mac-substituted: ' out)" -ge 1
	"$truemac" analyze -q -w nothing.pcapng "$pcaps"/xen-bridge/client-eth0.pcap >out
	tcpdump -r nothing.pcapng >out 2>err
	check 'annotated capture of a clean network can be opened' $? -eq 0
	"$truemac" analyze -w /dev/full "$pcaps"/xen-route/*.pcap >out 2>err
	check 'annotated capture on a full disk: status' $? -eq 3
	check 'annotated capture on a full disk: one line' "$(wc -l <err)" -eq 1
}

good() {
	"$truemac" analyze good.pcap >out 2>err
	check 'clean capture: status' $? -eq 0
	check 'clean capture: nothing on stderr' ! -s err
	"$truemac" analyze -q good.pcap >out
	check 'quiet and clean: no output' ! -s out
	"$truemac" analyze none.pcap >out
	check 'capture without frames: status' $? -eq 0
	"$truemac" analyze - <good.pcap >out
	check 'standard input: status' $? -eq 0
	"$truemac" analyze good.pcap.gz >out
	check 'gzip: status' $? -eq 0
	"$truemac" analyze -f json good.pcap >one && "$truemac" analyze -f json good.pcap >two
	check 'same input, same bytes out' "$(cmp one two)" = ''
	"$truemac" analyze --color=always good.pcap | grep -q "$(printf '\033')"
	check 'colour on demand' $? -eq 0
	"$truemac" analyze good.pcap | grep -q "$(printf '\033')"
	check 'no colour into a pipe' $? -ne 0
	"$truemac" --help | grep -q '^  analyze '
	check 'help lists the commands' $? -eq 0
	"$truemac" analyze --help | grep -q -e '--format=FORMAT'
	check 'help lists the options' $? -eq 0
	check 'version' "$("$truemac" --version | cut -d' ' -f1)" = truemac
	check 'every rule explains itself' "$("$truemac" explain | while read -r rule rest; do
		"$truemac" explain "$rule" | grep -q '^Why$' || echo "$rule$rest"; done)" = ''
}

# What needs no network and no rights; src/test/lab has the rest.
asking() {
	refuse 'probe without a set-up' 2 'nobody to ask' probe --no-host
	refuse 'no-host with a value' 2 'no-host' probe --no-host=1 --rs 192.0.2.1
	refuse 'probe with an operand' 2 'takes no operand' probe --rs 192.0.2.1 capture.pcap
	refuse 'probe: no such interface' 3 'no such interface' probe -i truemac-none --rs 192.0.2.1
	refuse 'probe: all interfaces at once' 3 'one interface' probe -i any --rs 192.0.2.1
	refuse 'probe: loopback' 3 'no Ethernet interface' probe -i lo --rs 192.0.2.1
	refuse 'probe: wrong pace' 2 'not a number' probe --pace fast --rs 192.0.2.1
	refuse 'watch: no such interface' 3 'no such interface' watch --once -i truemac-none
	refuse 'watch without a terminal' 2 'is none; --once prints' watch -i lo
	refuse 'watch: once and headless' 2 'not both' watch --once --headless
	refuse 'watch: a wrong view' 2 'is not a view' watch --once --view all
	refuse 'watch: a wrong time' 2 'is not a time' watch --headless --every soon
	refuse 'watch: a wrong size' 2 'is not a size' watch --headless -w x --rotate-size big
	refuse 'watch: rotation of nothing' 2 'needs --write' watch --headless --rotate-size 1M
	refuse 'watch: files without rotation' 2 'needs --rotate-size' watch --headless -w x --rotate-files 3
	refuse 'watch: probing a capture' 2 '--probe is for watching an interface' watch --once --probe "$pcaps/corpus/flux.pcap"
	refuse 'watch: events and a report on stdout' 2 'where the report goes' watch --headless -f json
	refuse 'watch: a format of a view' 2 'analyze or probe' watch --once -f json
	refuse 'watch: width of a screen' 2 'for --once' watch --width 80
	refuse 'watch: replaying a capture that is watched' 2 'needs an interface' watch --once --replay x "$pcaps/corpus/flux.pcap"
	refuse 'watch: options of a replay without one' 2 'is for --replay' watch --once --speed 2 "$pcaps/corpus/flux.pcap"
	refuse 'watch: pace of a capture' 2 '--pace is for watching an interface' watch --once --pace 5 "$pcaps/corpus/flux.pcap"
	refuse 'watch: a window on a capture' 2 '--window is for' watch --once --window 5s "$pcaps/corpus/flux.pcap"
	refuse 'watch: a part of captured frames' 2 '--snaplen is for' watch --once --snaplen 200 "$pcaps/corpus/flux.pcap"
	refuse 'watch: exports without a screen' 2 '--exports is for the screen' watch --once --exports . "$pcaps/corpus/flux.pcap"
	refuse 'watch: mouse without a screen' 2 '--headless has none' watch --headless --mouse "$pcaps/corpus/flux.pcap"
	refuse 'watch: interval of nothing' 2 'needs --metrics' watch --headless --interval 5s "$pcaps/corpus/flux.pcap"
	refuse 'watch: rounds of a view' 2 'the first round' watch --once --every 5s -i lo
	refuse 'watch: a file that is not there' 3 'cannot be opened' watch --once truemac-none.pcap
	refuse 'scan: no network' 2 'no-network' scan -i lo no-network
	refuse 'scan: larger than a /16' 2 '/8' scan -i lo 10.0.0.0/8
	refuse 'scan: a prefix that IPv6 has not' 2 '128 bits' scan -i lo fd00::/129
	refuse 'scan: two networks' 2 'one network' scan 192.0.2.0/25 192.0.2.128/25
	refuse 'scan: format of reports only' 2 "did you mean\|not a format of a scan" scan -f sarif 192.0.2.0/24
}

make_inputs
asking
bad_inputs
keepalived_files
fwmark
bad_usage
bad_output
output_file
incomplete
interruption
progress
annotated
good
"$here/man-rules.sh" "$truemac" || failed=1
exit $failed
