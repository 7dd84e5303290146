#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# install-packages.sh build|check|fuzz|bench|cover
#
# Installs the Debian packages that the named task needs, as far as they are
# missing; says nothing and asks nobody where all are there. Uses sudo only
# where it is not root. On other distributions it says what is needed and
# leaves the rest to the user, since the names differ there.
set -eu

build="gcc libc6-dev pkg-config libnet1-dev libpcap-dev libnl-3-dev libnl-route-3-dev libnl-genl-3-dev libcap-ng-dev libbpf-dev libxdp-dev libnftables-dev libjansson-dev libncurses-dev zlib1g-dev libzstd-dev clang"
check="$build libcmocka-dev jq mandoc python3-jsonschema libclang-rt-dev clang-format shellcheck curl ethtool gzip zstd tmux wget apache2-utils tcpdump wireshark-common nftables iproute2 procps arping busybox keepalived python3"

case ${1:-} in
build) wanted=$build ;;
check) wanted=$check ;;
fuzz) wanted="$build libclang-rt-dev" ;;
bench) wanted="$build libcmocka-dev tcpdump wireshark-common arp-scan iproute2 jq ethtool nftables tcpreplay netsniff-ng" ;;
cover) wanted="$check lcov" ;;
*)
	echo "usage: install-packages.sh build|check|fuzz|bench|cover" >&2
	exit 2
	;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "Not a Debian system: please see to it that these, by their Debian names, are there: $wanted" >&2
	exit 0
fi

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
for package in $wanted; do
	installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Missing packages, and neither root nor sudo to install them:$missing" >&2
		exit 1
	fi
	as_root=sudo
fi

echo "Installing missing packages:$missing"
$as_root apt-get -qq update
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing >/dev/null
