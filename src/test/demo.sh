#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# demo.sh TRUEMAC: what `make demo` shows.
#
# Captures of a real Xen host with routed networking, where LVS in VS/DR mode
# cannot work. That faults are found (exit status 1) is the point of the demo;
# any other status is a failure.
set -u
truemac=$1
folder=pcaps/xen-route

set -- analyze --vip 10.1.1.1 --rs 10.1.1.13 --rs 10.1.1.14 --method dr \
	"$folder"/{client-eth0,dom0-vif4.0-rs1,dom0-vif5.0-rs2,rs1-eth0,rs2-eth0}.pcap
printf '$ %s' "$truemac"
printf ' %s' "$@"
printf '\n\n'

"$truemac" "$@"
status=$?
if [ "$status" -ne 1 ]; then
	echo "demo: expected faults and exit status 1, got $status" >&2
	exit 1
fi

printf '\nThe same as a screen that one leaves open, on captures or live (q leaves, ? tells the keys):\n'
printf '  $ %s watch pcaps/xen-route/*.pcap\n  $ sudo %s watch\n' "$truemac" "$truemac"
