# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A terminal for tests: a tmux server of its own, in which a program runs that is typed to and looked at.
# Sourced by watch.sh and lab/watch.sh, which set $truemac, $suite, and $prefix_command where the program runs elsewhere.
# shellcheck disable=SC2154,SC2120,SC2119 # truemac and suite are the sourcing script's

# shellcheck source=src/test/promises.sh
. "$(dirname "${BASH_SOURCE[0]}")/promises.sh"
work=$(mktemp -d)
chmod 755 "$work"
socket=truemac-watch-$$
prefix_command=()
unset NO_COLOR LC_ALL
export LANG=C.UTF-8 TERM=screen-256color

tmux_() {
	tmux -L "$socket" -f /dev/null "$@"
}

# terminal_start: a session that stays, so that the server does
terminal_start() {
	until_true 30 begin_session || return 1
	tmux_ set-option -g status off
}

# A server that was told to end may still be there for a moment.
begin_session() {
	env -u TMUX tmux -L "$socket" -f /dev/null new-session -d -x 80 -y 24 "exec sleep 600" 2>/dev/null
}

terminal_clean_up() {
	tmux_ kill-server 2>/dev/null
	rm -rf "$work"
}

# watch SIZE [-i] -- ARGUMENTS...: starts `truemac watch ARGUMENTS` in a new window; -i in a shell with job control.
# TERM, NO_COLOR and the locale are handed on where they are set for this call.
watch() {
	local size=$1 shell=sh name
	shift
	[ "$1" != -i ] || { shell="bash --norc --noprofile -i" && shift; }
	shift
	rm -f pid status before after stderr
	{
		echo "cd $(printf %q "$PWD")"
		echo "stty -a >before"
		for name in TERM NO_COLOR LC_ALL LANG; do
			if [ -n "${!name+set}" ]; then printf 'export %s=%q\n' "$name" "${!name}"; else echo "unset $name"; fi
		done
		printf '%q ' "${prefix_command[@]}" sh -c "echo \$\$ >pid; exec \"\$@\" 2>stderr" sh "$truemac" watch "$@"
		# shellcheck disable=SC2016 # for the shell in the window
		printf '\n%s\n' 'code=$?; echo "status $code"; stty -a >after; echo $code >status'
	} >script
	case $shell in
	sh) begin_program "$size" "sh $(printf %q "$PWD")/script; exec sleep 60" ;;
	*) begin_program "$size" "$shell" && sleep 0.3 && keys "sh $PWD/script" Enter ;;
	esac
}

# begin_program SIZE COMMAND: in a session of its own, in the place of the one before
begin_program() {
	tmux_ kill-session -t program 2>/dev/null
	tmux_ new-session -d -s program -x "${1%x*}" -y "${1#*x}" "$2"
}

resize() {
	tmux_ resize-window -t program -x "${1%x*}" -y "${1#*x}"
}

# screen [-e]: what the window shows now
screen() {
	tmux_ capture-pane -t program -p ${1:+"$1"} 2>/dev/null
}

# keys KEY...: as tmux names them; a word is typed letter by letter
keys() {
	local key
	for key; do
		tmux_ send-keys -t program "$key"
		sleep 0.06
	done
}

# until_true TENTHS COMMAND...
until_true() {
	local tries=$1
	shift
	while ! "$@"; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.1
	done
}

shows() {
	screen | grep -q -e "$1"
}

# sees WHAT PATTERN [TENTHS]: within three seconds, or so many tenths of one
sees() {
	if until_true "${3:-30}" shows "$2"; then ok "$1"; else not_ok "$1" "$(screen)"; fi
}

# ends WHAT STATUS: within a second (three, on a busy machine) the program is gone, with this exit status
ends() {
	if until_true 30 test -s status; then
		check "$1" "$(cat status)" -eq "$2"
	else
		not_ok "$1" "$(screen)"
	fi
}

# leaves WHAT PATTERN: what the program left in the terminal
leaves() {
	if tmux_ capture-pane -t program -p -S -200 | grep -q -e "$2"; then ok "$1"; else not_ok "$1" "$(screen)"; fi
}

alive() {
	if kill -0 "$(cat pid)" 2>/dev/null; then ok "$1: it lives"; else not_ok "$1: it lives"; fi
}

# gone WHAT PID MILLISECONDS
gone() {
	local begin milliseconds
	begin=$(date +%s%N)
	until_true 50 is_gone "$2"
	milliseconds=$((($(date +%s%N) - begin) / 1000000))
	if is_gone "$2"; then check "$1 ($milliseconds ms)" $milliseconds -le "$3"; else not_ok "$1"; fi
}

is_gone() {
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null
}

settings() {
	cmp -s before after && echo same
}
