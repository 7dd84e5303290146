#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual's list of rules is the program's.
#
# usage: man-rules.sh TRUEMAC [--write]    --write makes the list anew
set -u

page=$(dirname "$0")/../../man/truemac.1
begin='^\.\\" rules begin'
end='^\.\\" rules end'

rules() {
	"$1" explain | while read -r rule severity summary; do
		printf '.It Cm %s Pq %s\n%s\n' "$rule" "$severity" "$summary"
	done
}

expected=$(rules "$1")
if [ "${2:-}" = --write ]; then
	{
		sed "/$begin/q" "$page"
		printf '%s\n' "$expected"
		sed -n "/$end/,\$p" "$page"
	} >"$page.new" && mv "$page.new" "$page"
fi
if [ "$expected" = "$(sed -n "/$begin/,/$end/p" "$page" | sed '1d;$d')" ]; then
	echo 'ok - the manual lists the rules'
else
	echo "not ok - the manual lists the rules ($0 $1 --write makes the list anew)"
	exit 1
fi
