#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bundle.sh [SCENARIO]...: records the captures under pcaps/lab anew, or those of the named scenarios. What each shows is
# told in pcaps/lab/README.md. Needs root.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bundle=$here/../../../pcaps/lab
largest=20480

declare -A vantages=(
	[flux-lo-only]="client-eth0"
	[announce-leak]="client-eth0 rs1-eth0"
	[vip-missing]="client-eth0 rs1-eth0"
	[vip-missing-forwarding]="client-eth0 dir1-eth0"
	[service-on-rip]="client-eth0"
	[filtered-reject]="client-eth0"
	[return-via-director]="client-eth0 dir1-eth0"
	[dom0-nic-proxy]="client-eth0 rs1-eth0"
	[backup-proxies-pvlan]="client-eth0"
	[duplicate-ip]="client-eth0"
	[two-nics]="client-eth0"
	[split-brain]="client-eth0"
	[failover-no-garp]="client-eth0 dir2-eth0"
	[ipv6-proxy-ndp]="client-eth0 rs1-eth0"
)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- "${!vantages[@]}"
for scenario; do
	LAB_PREFIX=b$$ "$here/lab.sh" record "$scenario" "$work/$scenario"
	rm -rf "${bundle:?}/$scenario"
	mkdir -p "$bundle/$scenario"
	for vantage in ${vantages[$scenario]}; do
		file=$work/$scenario/$vantage.pcap
		[ "$(stat -c %s "$file")" -lt $largest ] || echo "$scenario/$vantage.pcap is too large to bundle" >&2
		cp "$file" "$bundle/$scenario/"
	done
done
