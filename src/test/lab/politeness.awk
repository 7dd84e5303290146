# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads `tcpdump -nn -e -tt` of a third party and complains about whatever a polite prober does not do.
# -v mac=, -v ip=: of the prober; -v pace=: frames a second. Prints a complaint a line, and nothing where all is well.

function complain(text) {
	print text ": " $0
}

# "10.1.1.138.40000" or "10.1.1.138": the address
function address(word,    parts) {
	split(word, parts, ".")
	return parts[1] "." parts[2] "." parts[3] "." parts[4]
}

function word_behind(name,    i, word) {
	for (i = 1; i < NF && $i != name; i++) continue
	word = $(i + 1)
	sub(/,$/, "", word)
	return word
}

# Source and target of the packet stand around the second ">", behind those of the frame.
function find_ends(    i) {
	for (i = 5; i < NF && $i != ">"; i++) continue
	source = $(i - 1)
	target = $(i + 1)
	sub(/:$/, "", target)
}

# Not more than the pace allows within a tenth of a second; one frame at each end is tolerated.
function note_frame() {
	times[++frames] = $1
	while ($1 - times[first + 1] > 0.1) first++
	if (frames - first > pace / 10 + 2) complain("a burst of " frames - first " frames within 0.1 s")
}

$2 != mac && /Flags \[S\.\]/ {
	find_ends()
	if (address(target) == ip) half_open[target " " source] = $0
}

$2 != mac {
	next
}

/ethertype ARP/ && /Request/ {
	sender = word_behind("tell")
	if (sender != ip && sender != "0.0.0.0") complain("a forged sender")
	if (word_behind("who-has") == sender) complain("an announcement")
	note_frame()
}

# The kernel's own, for the machine's own address.
/ethertype ARP/ && /Reply/ {
	if (word_behind("Reply") != ip || word_behind("is-at") != mac) complain("an answer for somebody else")
	if ($4 ~ /^ff:ff:ff:ff:ff:ff/) complain("an answer to all")
}

/ethertype IPv4/ {
	find_ends()
	if (address(source) != ip) complain("a forged source")
	if (/Flags \[R/)
		delete half_open[source " " target]
	else
		note_frame()
}

END {
	for (ends in half_open) print "a connection is left half open: " half_open[ends]
}
