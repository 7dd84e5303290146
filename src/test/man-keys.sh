#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual's table of keys is the screen's.
#
# usage: man-keys.sh BUILD [--write]    --write makes the table anew
set -u

page=$(dirname "$0")/../../man/truemac.1
begin='^\.\\" keys begin'
end='^\.\\" keys end'

expected=$("$1/test/keys")
if [ "${2:-}" = --write ]; then
	{
		sed "/$begin/q" "$page"
		printf '%s\n' "$expected"
		sed -n "/$end/,\$p" "$page"
	} >"$page.new" && mv "$page.new" "$page"
fi
if [ -n "$expected" ] && [ "$expected" = "$(sed -n "/$begin/,/$end/p" "$page" | sed '1d;$d')" ]; then
	echo 'ok - the manual lists the keys of the screen'
else
	echo "not ok - the manual lists the keys of the screen ($0 $1 --write makes the list anew)"
	exit 1
fi
