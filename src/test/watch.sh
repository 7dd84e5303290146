#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# watch.sh BUILD: what truemac watch promises of a real terminal.
#
# On captures, driven through tmux: keys, sizes, colours, locales, terminals that nobody knows, signals, a terminal that
# is closed, a crash, and that it rests while nothing happens. Prints a line for each promise. What it promises of a
# network is in lab/watch.sh.
set -u
here=$(cd "$(dirname "$0")" && pwd)
truemac=$(realpath "${1:?usage: watch.sh BUILD}/truemac")
# shellcheck source=src/test/watch-terminal.sh
. "$here/watch-terminal.sh"
suite=watch
pcaps=$(cd "$here/../../pcaps" && pwd)
xen=$pcaps/xen-route/client-eth0.pcap
options=(--vip 10.1.1.1:80 --rs 10.1.1.13 --rs 10.1.1.14 --method dr)
trap terminal_clean_up EXIT
cd "$work" || exit 1

command -v tmux >/dev/null || skip_all "tmux is not installed"

# ------------------------------------------------------------------------------------------------------- keys

test_keys() {
	watch 80x24 -- "${options[@]}" "$xen"
	sees "the matrix is the first view" "1 Matrix"
	sees "faults stand below it" "mac-substituted"
	sees "the keys are on the last line" "? help"
	keys 2
	sees "2 shows the hosts" "\[2 Hosts\]"
	keys 3
	sees "3 shows the faults" "\[3 Faults\]"
	keys Enter
	sees "Enter on a fault shows its frames" "\[4 Packets\]"
	sees "... decoded" "Ethernet"
	keys Escape 4
	sees "4 shows the packets" "\[4 Packets\]"
	keys / arp Enter
	sees "/ filters" "filter: arp"
	keys Escape Space
	sees "Space freezes, and that cannot be overlooked" "FROZEN"
	keys Space "?"
	sees "? tells the keys" "to the next pane"
	keys Escape q
	ends "q leaves" 1
	leaves "the report is printed" "mac-substituted"
	check "the settings of the terminal are as before" "$(settings)" = same
}

test_exports() {
	mkdir -p exports
	watch 80x24 -- --exports "$work/exports" "${options[@]}" "$xen"
	sees "there is something to export" "mac-substituted"
	keys e v
	sees "e v writes the view" "written to .*\.txt"
	keys e r
	sees "e r writes the report" "written to .*\.json"
	keys 3 e a
	sees "e a writes the evidence" "written to .*\.pcapng"
	keys q
	ends "then it ends as ever" 1
	check "the view is text" "$(grep -c mac-substituted exports/truemac-matrix-*.txt)" -ge 1
	check "the report is JSON" "$(jq -r .verdict exports/truemac-report-*.json)" = faulty
	check "the evidence can be read, with the set-up in it" \
		"$("$truemac" analyze -f json exports/truemac-evidence-*.pcapng 2>/dev/null | jq '.inputs[0].frames')" -ge 5
}

test_exports_fail() {
	watch 80x24 -- --exports "$work/no-such-folder" "${options[@]}" "$xen"
	refused "a folder for exports that is not there" 3 'no-such-folder'
}

# ------------------------------------------------------------------------------------------------------ sizes

test_sizes() {
	local size
	watch 80x24 -- "${options[@]}" "$xen"
	sees "80x24" "? help"
	for size in 140x40 60x20 40x8 20x4 5x2 1x1; do
		resize $size
		sleep 0.15
		alive "$size"
	done
	for size in 30 31 32 33 34 35 36 37 38 39 80; do
		resize ${size}x24
	done
	sees "after many sizes the screen is whole" "? help"
	keys q
	ends "and it ends as ever" 1
}

# ------------------------------------------------------------------------------------------- kinds of terminals

test_terminals() {
	LANG=C.UTF-8 watch 80x24 -- "${options[@]}" "$xen"
	sees "colours: faults are there" "mac-substituted"
	check "colours are used" "$(screen -e | grep -c $'\e\[[0-9;]*3[0-9]')" -gt 0
	check "lines are lines in UTF-8" "$(screen | grep -c ─)" -gt 0
	keys q
	ends "and it ends" 1
	NO_COLOR=1 watch 80x24 -- "${options[@]}" "$xen"
	sees "NO_COLOR: faults are there" "mac-substituted"
	check "NO_COLOR: no colour is used" "$(screen -e | grep -c $'\e\[[0-9;]*3[0-7]m')" -eq 0
	keys q
	ends "and it ends" 1
	LC_ALL=C watch 80x24 -- "${options[@]}" "$xen"
	sees "LANG=C: faults are there" "mac-substituted"
	check "LANG=C: everything is ASCII" "$(screen | LC_ALL=C grep -c '[^ -~]')" -eq 0
	keys q
	ends "and it ends" 1
	TERM=vt100 watch 80x24 -- "${options[@]}" "$xen"
	sees "TERM=vt100: faults are there" "mac-substituted"
	keys q
	ends "and it ends" 1
	TERM=dumb watch 80x24 -- "${options[@]}" "$xen"
	sees "TERM=dumb: faults are there" "mac-substituted"
	check "TERM=dumb: the picture fills the screen" "$(screen | sed -n 1p | grep -c 'truemac watch')" -eq 1
	keys 3
	sees "TERM=dumb: keys do what they do elsewhere" "\[3 Faults\]"
	keys q
	ends "and it ends" 1
	check "TERM=dumb: the settings of the terminal are as before" "$(settings)" = same
}

# refused NAME STATUS PATTERN: the program ended at once with one line
refused() {
	ends "$1: it does not begin" "$2"
	check "$1: one line" "$(wc -l <stderr)" -eq 1
	check "$1: which says why and what else there is" "$(grep -c -e "$3" stderr)" -eq 1
}

test_no_terminals() {
	TERM=nobody-knows-this watch 80x24 -- "$xen"
	refused "an unknown TERM" 3 'nobody-knows-this.*--once.*--headless'
	TERM='' watch 80x24 -- "$xen"
	refused "no TERM" 2 'TERM is not set.*--once.*--headless'
	"$truemac" watch "$xen" </dev/null >out 2>stderr
	check "no terminal: usage" $? -eq 2
	check "no terminal: says what else there is" "$(grep -c -e '--once.*--headless' stderr)" -eq 1
}

# ---------------------------------------------------------------------------------------------------- signals

test_signals() {
	local signal
	for signal in TERM INT HUP; do
		watch 80x24 -- -o "$work/report-$signal" "${options[@]}" "$xen"
		sees "SIG$signal: it runs" "mac-substituted"
		kill -$signal "$(cat pid)"
		ends "SIG$signal ends it" 1
		check "SIG$signal: the report is written" -s "report-$signal"
		check "SIG$signal: the settings are as before" "$(settings)" = same
	done
	watch 80x24 -- "${options[@]}" "$xen"
	sees "it runs" "mac-substituted"
	kill -STOP "$(cat pid)"
	sleep 0.2
	kill -CONT "$(cat pid)"
	keys 2
	sees "stopped by force and continued: it goes on" "\[2 Hosts\]"
	kill -SEGV "$(cat pid)"
	ends "a crash ends it by its signal" 139
	check "a crash: the settings are as before" "$(settings)" = same
	check "a crash: the screen of the shell is back" "$(screen | grep -c 'status 139')" -ge 1
}

# Ctrl-Z in a shell with job control: the shell is there, and fg brings the screen back.
test_stop() {
	watch 80x24 -i -- "${options[@]}" "$xen"
	sees "in a shell with jobs" "mac-substituted"
	keys C-z
	sleep 0.2
	# shellcheck disable=SC2016 # for the shell in the window
	keys 'echo the shell $((20 + 3))' Enter
	sees "Ctrl-Z gives the terminal to the shell" "the shell 23"
	keys fg Enter
	sees "fg brings the screen back" "? help"
	keys q
	ends "and it ends as ever" 1
}

test_hang_up() {
	local pid
	watch 80x24 -- "${options[@]}" "$xen"
	sees "it runs" "mac-substituted"
	pid=$(cat pid)
	# The shell around it must not pass the signal on first: what counts is the terminal.
	tmux_ kill-pane -t program
	gone "a terminal that is closed ends it within a second" "$pid" 1000
	watch 80x24 -- "${options[@]}" "$xen"
	sees "it runs" "mac-substituted"
	pid=$(cat pid)
	tmux_ kill-server
	gone "so does a terminal whose server ends" "$pid" 1000
	terminal_start
}

# ------------------------------------------------------------------------------------------------ what it costs

ticks_of() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

test_rest() {
	local pid before
	watch 140x40 -- "${options[@]}" "$xen"
	sees "it runs" "mac-substituted"
	sleep 0.5
	pid=$(cat pid)
	before=$(ticks_of "$pid")
	sleep 3
	# 3 s are 300 ticks; 2 % are 6.
	check "it rests while nothing happens: $(($(ticks_of "$pid") - before)) of 300 ticks" \
		$(($(ticks_of "$pid") - before)) -le 6
	keys q
	ends "and it ends as ever" 1
}

# --------------------------------------------------------------------------------------------------- messages

test_messages() {
	head -c 3000 "$xen" >cut.pcap
	watch 80x24 -- "${options[@]}" cut.pcap
	sees "a capture that is cut can be watched" "mac-substituted"
	keys 6
	sees "the log tells of it" "ends inside"
	keys q
	ends "and its faults count" 1
	check "what was said on stderr is printed at the end" "$(grep -c 'ends inside' stderr)" -eq 1
	watch 80x24 -- missing.pcap
	refused "a capture that is not there" 3 'cannot be opened'
}

# ------------------------------------------------------------------------------------------- without a terminal

test_once() {
	local view
	for view in matrix hosts faults packets replay log; do
		"$truemac" watch --once --view $view "${options[@]}" "$xen" >once.txt 2>stderr
		check "--once --view $view: status of the report" $? -eq 1
		check "--once --view $view: something is printed" -s once.txt
		check "--once --view $view: nothing on stderr" ! -s stderr
	done
	gzip -c "$xen" >xen.pcap.gz
	"$truemac" watch --once --view packets "${options[@]}" "$xen" >plain.txt
	"$truemac" watch --once --view packets "${options[@]}" xen.pcap.gz >packed.txt
	check "a packed capture shows the same packets" "$(diff plain.txt packed.txt | grep -c '^[<>]')" -eq 0
	"$truemac" watch --once --view packets "${options[@]}" - <"$xen" >piped.txt
	check "so does one on standard input" "$(diff plain.txt piped.txt | grep -c '^[<>]')" -eq 0
	"$truemac" watch --headless "${options[@]}" -f json -o report.json "$xen" >events.txt
	check "--headless: status of the report" $? -eq 1
	check "--headless: each line is an event" "$(jq -r .event events.txt | wc -l)" -eq "$(wc -l <events.txt)"
	check "--headless: it starts and stops" \
		"$(jq -r .event events.txt | sed -n '1p;$p' | tr '\n' ' ')" = "started stopped "
	"$truemac" analyze "${options[@]}" -f json "$xen" >analyzed.json
	check "--headless: the report is that of analyze" \
		"$(jq -S 'del(.command)' report.json | cksum)" = "$(jq -S 'del(.command)' analyzed.json | cksum)"
	check "--headless: each fault of the report was an event" \
		"$(jq -s '[.[] | select(.event == "fault-opened")] | length' events.txt)" \
		-ge "$(jq '.faults | length' report.json)"
	"$truemac" watch --headless "${options[@]}" "$xen" >/dev/full 2>stderr
	check "--headless: a full disk is a failure" $? -eq 3
}

terminal_start || skip_all "tmux does not start"
test_keys
test_exports
test_exports_fail
test_sizes
test_terminals
test_no_terminals
test_signals
test_stop
test_hang_up
test_rest
test_messages
test_once
