#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# screens.sh BUILD: how long the views of 10,000 hosts, 1,000 faults and 10,000 rows take to draw, after a new report,
# sorted, and filtered. A screen is drawn at most ten times a second, and should then take 10 ms at most.
set -eu
program=${1:?usage: screens.sh BUILD}/test/test_tui_size
echo
echo "Drawing large networks, 140x40; processor time, the best of five"
"$program" 2>/dev/null | sed -n 's/^\(# \)\?\([a-z]*: [0-9]* us, .*\)/  \2/p'
