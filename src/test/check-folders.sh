#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-folders.sh [SRC]: whether the house stands as it was drawn.
#
#   - a folder includes only folders that stand before it in the order below;
#     net and host know base, wire and topology only, and only cli knows them
#   - the pure folders do no I/O, read no clock, end no process
#   - capabilities, user ids and Landlock are the business of one file
#   - no function is longer than 100 lines, no file longer than 600
#   - each file names its licence
#
# Without an argument it also tries itself out on small houses that are wrong
# in one way each. Prints a line for each check.
set -u
order="base wire topology analysis rules probe replay report merge tui watch net host cli"
pure="base wire topology analysis rules probe replay report merge tui watch"
knows_the_terminal="tui/curses.c tui/plain.c" # the files of a pure folder that may draw on a real screen

calls='printf|vprintf|fprintf|vfprintf|puts|fputs|putchar|putc|fputc|fwrite|perror|getc|fgetc|getline|fgets|fread|scanf'
calls+='|fopen|fdopen|freopen|open|openat|creat|close|read|write|pread|pwrite|mmap|stat|fstat|unlink|rename'
calls+='|socket|connect|bind|listen|accept|send|sendto|sendmsg|recv|recvfrom|recvmsg|ioctl|poll|select|epoll_wait'
calls+='|time|clock|clock_gettime|gettimeofday|sleep|usleep|nanosleep|exit|_exit|abort|system|popen|fork|execv|getenv'
calls+='|rand|random|srand|srandom|signal|sigaction'

knows_privileges=net/privileges.c
privilege_calls='(^|[^A-Za-z0-9_])(capng_[a-z_]+|cap_(set|clear|get)_[a-z]+|capset|prctl|set(res|re|e|fs)?[ug]id|setgroups)\(|SYS_(landlock|cap)'

allowed_in() {
	local folder=$1 before=
	case $folder in
	net | host) echo "base wire topology $folder" && return ;;
	cli) echo "$order" && return ;;
	esac
	for before in $order; do
		echo "$before"
		[ "$before" != "$folder" ] || return
	done
}

# The file with comments blanked out and strings emptied, line by line.
code_of() {
	awk '
	{
		line = ""
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			two = substr($0, i, 2)
			if (comment) {
				if (two == "*/") { comment = 0; i++ }
			} else if (quote != "") {
				if (c == "\\") i++
				else if (c == quote) { quote = ""; line = line c }
			} else if (two == "/*") { comment = 1; i++
			} else if (two == "//") { break
			} else {
				if (c == "\"" || c == "\047") quote = c
				line = line c
			}
		}
		quote = ""
		print line
	}' "$1"
}

check_includes() {
	local root=$1 folder allowed
	for folder in $order; do
		[ -d "$root/$folder" ] || continue
		allowed=" $(allowed_in "$folder" | tr '\n' ' ')"
		grep -HnoE '^#include "[a-z]+/' "$root/$folder"/*.[ch] 2>/dev/null | while IFS=: read -r file line include; do
			include=${include#*\"}
			case $allowed in
			*" ${include%/} "*) ;;
			*) echo "$file:$line: $folder may not use ${include%/}" ;;
			esac
		done
	done
}

check_purity() {
	local root=$1 folder file
	for folder in $pure; do
		for file in "$root/$folder"/*.[ch]; do
			if ! [ -e "$file" ]; then continue; fi
			case " $knows_the_terminal " in *" ${file#"$root"/} "*) continue ;; esac
			# Members (input->read) and the function's own parameters are callbacks: the caller's business.
			code_of "$file" | grep -nE "(^|[^A-Za-z0-9_.>])($calls)\\(" | grep -vE '^[0-9]+:[a-z].*[;,]$' |
				sed "s,^,$file:,; s,\$, -- a pure folder does not do that,"
		done
	done
}

check_privileges() {
	local root=$1 file
	for file in "$root"/*/*.[ch]; do
		if ! [ -e "$file" ] || [ "$file" = "$root/$knows_privileges" ]; then continue; fi
		code_of "$file" | grep -nE "$privilege_calls" | sed "s,^,$file:,; s,\$, -- only $knows_privileges does that,"
	done
}

check_sizes() {
	local root=$1 file
	for file in "$root"/*/*.[ch] "$root"/*/*/*.[ch]; do
		[ -e "$file" ] || continue
		awk -v file="$file" '
		/^\{/ { start = FNR }
		/^\}/ {
			if (start && FNR - start > 100) print file ":" start ": a function of " FNR - start " lines"
			start = 0
		}
		END { if (FNR > 600) print file ": " FNR " lines" }' "$file"
	done
}

check_licences() {
	local root=$1
	find "$root" -name '*.[ch]' -o -name '*.sh' -o -name '*.jq' | sort | while read -r file; do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' || echo "$file: names no licence"
	done
}

report() {
	local what=$1 complaints=$2
	if [ -z "$complaints" ]; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		printf '%s\n' "$complaints" | sed 's/^/# /'
	fi
}

# A check that finds nothing wrong in a house that is wrong is worth nothing.
try_out() {
	local check=$1 file=$2 text=$3 house
	house=$(mktemp -d)
	mkdir -p "$house/$(dirname "$file")"
	printf '%b' "$text" >"$house/$file"
	if [ -n "$("$check" "$house")" ]; then
		echo "ok - $check finds fault with $file"
	else
		echo "not ok - $check finds no fault with $file: $text"
	fi
	rm -r "$house"
}

try_out_all() {
	try_out check_includes base/a.c '#include "wire/b.h"\n'
	try_out check_includes net/a.c '#include "analysis/b.h"\n'
	try_out check_includes report/a.c '#include "net/b.h"\n'
	try_out check_includes host/a.c '#include "net/b.h"\n'
	try_out check_purity wire/a.c 'int f(void)\n{\n\treturn open("x", 0);\n}\n'
	try_out check_purity rules/a.c 'void f(void)\n{\n\tprintf("x");\n}\n'
	try_out check_purity analysis/a.c 'long f(void)\n{\n\treturn time(NULL);\n}\n'
	try_out check_purity report/a.c 'void f(void)\n{\n\texit(1);\n}\n'
	try_out check_privileges cli/a.c 'void f(void)\n{\n\tprctl(38, 1, 0, 0, 0);\n}\n'
	try_out check_privileges net/a.c 'void f(void)\n{\n\tsetuid(0);\n}\n'
	try_out check_privileges net/b.c 'void f(void)\n{\n\tcapng_clear(1);\n}\n'
	try_out check_sizes base/a.c "int f(void)\n{\n$(printf '\\n%.0s' {1..101})}\n"
	try_out check_sizes base/a.c "$(printf '\\n%.0s' {1..601})"
	try_out check_licences base/a.c 'int a;\n'
}

root=${1:-src}
report "folders use only those before them" "$(check_includes "$root")"
report "pure folders do no I/O" "$(check_purity "$root")"
report "one file deals with privileges" "$(check_privileges "$root")"
report "functions have at most 100 lines, files 600" "$(check_sizes "$root")"
report "each file names its licence" "$(check_licences "$root")"
[ $# -gt 0 ] || try_out_all
