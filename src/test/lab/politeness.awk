# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads `tcpdump -nn -e -tt` of a third party and complains about whatever a polite prober does not do.
# -v mac=: of the prober; -v ip=: its addresses, with blanks between; -v pace=: frames a second. Prints a complaint a
# line, and nothing where all is well.

BEGIN {
	count = split(ip, list, " ")
	for (i = 1; i <= count; i++) own[list[i]] = 1
}

function complain(text) {
	print text ": " $0
}

# "10.1.1.138.40000", "10.1.1.138" or "fd00::1.40000": the address
function address(word,    parts) {
	if (word ~ /:/) {
		sub(/\.[0-9]+$/, "", word)
		return word
	}
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
	if (address(target) in own) half_open[target " " source] = $0
}

$2 != mac {
	next
}

/ethertype ARP/ && /Request/ {
	sender = word_behind("tell")
	if (!(sender in own) && sender != "0.0.0.0") complain("a forged sender")
	if (word_behind("who-has") == sender) complain("an announcement")
	note_frame()
}

# The kernel's own, for the machine's own address.
/ethertype ARP/ && /Reply/ {
	if (!(word_behind("Reply") in own) || word_behind("is-at") != mac) complain("an answer for somebody else")
	if ($4 ~ /^ff:ff:ff:ff:ff:ff/) complain("an answer to all")
}

# Likewise.
/neighbor advertisement/ {
	if (!(word_behind("is") in own)) complain("an answer for somebody else")
	if ($4 ~ /^33:33/) complain("an announcement")
	next
}

# The kernel's: which groups it has joined, and whether there are routers.
/multicast listener|router solicitation/ {
	next
}

/ethertype IPv[46]/ {
	find_ends()
	if (!(address(source) in own) && !(source == "::" && /neighbor solicitation/)) complain("a forged source")
	if (source == "::" && word_behind("has") in own) complain("a claim to an own address")
	if (/Flags \[R/)
		delete half_open[source " " target]
	else
		note_frame()
}

END {
	for (ends in half_open) print "a connection is left half open: " half_open[ends]
}
