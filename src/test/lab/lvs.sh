# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Directors and real servers. IPVS is in few kernels that tests run on, so policy routing stands in for it: packets
# for the service are marked with the real server's number and then forwarded by that mark. On the wire this is what
# IPVS does: the kernel asks for the real server's MAC with the director's own address as sender, rewrites the
# destination MAC only, and decrements TTL (Time Exceeded where it runs out). One client port always meets the same
# real server.
# shellcheck disable=SC2154 # prefix, state, family, interface, method come from lab.sh

first_table=1000 # real server N has routing table and mark 1000 + N; 253-255 are the kernel's own

# rule_family: the word that nft, and the option that ip, has for the address family
nft_family() {
	[ "$family" = 4 ] && echo ip || echo ip6
}

# director_mark HOST: the part that chooses; only where the VIP is local, so that a backup stays out of it
director_mark() {
	local ip
	ip=$(nft_family)
	on "$1" nft -f - <<-END
		table $ip director {
			chain choose {
				type filter hook prerouting priority mangle
				$ip daddr $(vip) tcp dport 80 fib daddr type local meta mark set jhash $ip saddr . tcp sport mod $servers seed 0x7e offset $((first_table + 1))
			}
		}
	END
}

# director_local_rule HOST: marked packets are looked up before the local table, which knows the VIP
director_local_rule() {
	ip_in "$1" "-$family" rule add pref 100 lookup local
	ip_in "$1" "-$family" rule del pref 0
	set_sysctl "$1" net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0 "net.ipv4.conf.${interface/./\/}.send_redirects=0"
}

# director_route HOST TABLE ROUTE...
director_route() {
	ip_in "$1" "-$family" rule add pref 10 fwmark "$2" lookup "$2"
	ip_in "$1" "-$family" route add table "$2" "${@:3}"
}

# vip_on HOST INTERFACE
vip_on() {
	ip_in "$1" addr add "$(vip)/$(host_bits)" dev "$2"
}

# director_dr HOST: a VS/DR director without its VIP
director_dr() {
	local table=$first_table server
	director_local_rule "$1"
	director_mark "$1"
	for server in $(real_servers); do
		director_route "$1" $((++table)) default via "$(address "$server")" dev "$interface" onlink
	done
}

# director_tun HOST: each real server at the end of its own tunnel
director_tun() {
	local table=$first_table server
	director_local_rule "$1"
	director_mark "$1"
	for server in $(real_servers); do
		tunnel_create "$1" "tun-$server" "$(address "$server")"
		director_route "$1" $((++table)) default dev "tun-$server"
	done
}

# director_nat HOST [RULE]: with a rule such as "masquerade" the answers need no route back through the director
director_nat() {
	set_sysctl "$1" net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0
	on "$1" nft -f - <<-END
		table ip director {
			chain choose {
				type nat hook prerouting priority dstnat
				ip daddr $(vip) tcp dport 80 dnat to jhash ip saddr . tcp sport mod 2 seed 0x7e map { 0 : $(address rs1), 1 : $(address rs2) }
			}
			chain sources {
				type nat hook postrouting priority srcnat
				ct status dnat ${2:-accept}
			}
		}
	END
}

# ------------------------------------------------------------------------------------------ real servers

# http_start HOST [ADDRESS]: a web server whose page names the host
http_start() {
	mkdir -p "$state/www/$1"
	echo "I am $1" >"$state/www/$1/index.html"
	on "$1" busybox httpd -h "$state/www/$1" -p "${2:+$2:}80"
}

# http_stop HOST: and waits until its port is free
http_stop() {
	local pid
	for pid in $(ip netns pids "$prefix-$1"); do
		if [ "$(cat "/proc/$pid/comm")" = busybox ]; then
			kill "$pid"
			tail -s 0.02 -f --pid="$pid" /dev/null
		fi
	done
}

# real_server HOST: ready for VS/DR, as the books say: VIP as a host address on lo, and silent about it
real_server() {
	vip_on "$1" lo
	set_sysctl "$1" net.ipv4.conf.{all,lo}.arp_ignore=1 net.ipv4.conf.{all,lo}.arp_announce=2
	http_start "$1"
}

# real_server_tun HOST: the same behind a tunnel; the VIP is on the tunnel device
real_server_tun() {
	tunnel_create "$1" tunl0
	vip_on "$1" tunl0
	set_sysctl "$1" net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
	http_start "$1"
}

# lvs_dr: the whole of a healthy VS/DR on the network that is there
lvs_dr() {
	local server
	vip_on dir1 "$interface"
	director_dr dir1
	for server in $(real_servers); do
		real_server "$server"
	done
}

lvs_tun() {
	local server
	for server in $(real_servers); do
		real_server_tun "$server"
	done
	vip_on dir1 "$interface"
	director_tun dir1
}

lvs_nat() {
	local server
	vip_on dir1 "$interface"
	director_nat dir1 "${1:-}"
	for server in $(real_servers); do
		http_start "$server"
	done
}

# ----------------------------------------------------------------------------------------------- devices

# tunnel_create HOST DEVICE [REMOTE]: IPIP to REMOTE, or from anybody
tunnel_create() {
	if ! ip_in "$1" link add "$2" type ipip local "$(address "$1")" remote "${3:-any}" 2>/dev/null; then
		userlink "$1" tunnel "$2" ${3:+"$3"}
	fi
	ip_in "$1" link set "$2" mtu 1480 up
	set_sysctl "$1" "net.ipv4.conf.$2.rp_filter=0"
}

# vlan_create HOST ID: eth0.ID
vlan_create() {
	if ! ip_in "$1" link add link eth0 name "eth0.$2" type vlan id "$2" 2>/dev/null; then
		userlink "$1" vlan eth0 "$2" "eth0.$2"
	fi
	ip_in "$1" link set "eth0.$2" up
}

# userlink HOST ARGUMENTS...: stands in for devices that the kernel has not
userlink() {
	local program=$here/../../../build/lab/userlink
	if [ ! -x "$program" ] || [ "$here/userlink.c" -nt "$program" ]; then
		mkdir -p "$(dirname "$program")"
		"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O2 -o "$program.$$" "$here/userlink.c"
		mv "$program.$$" "$program"
	fi
	on "$1" "$program" "${@:2}"
}

# ------------------------------------------------------------------------------------------------- hints

# truemac_options: what probe needs to know about the scenario
truemac_options() {
	local server director words
	words="--vip $(vip):80"
	[ "$family" = 4 ] || words="--vip [$(vip)]:80"
	for server in $(real_servers); do
		words+=" --rs $(address "$server")"
	done
	for director in dir1 dir2; do
		words+=" --director $(address "$director")"
	done
	echo "$words --method $method"
}

print_hints() {
	local lab="src/test/lab/lab.sh exec" options
	[ "$prefix" = tm ] || lab="LAB_PREFIX=$prefix $lab"
	options=$(truemac_options)
	[ ${#options} -lt 400 ] || options="\$(src/test/lab/lab.sh options $1)"
	cat <<-END
		$1: ${scenario_text[$1]}
		Hosts: $(namespaces | sed "s/^$prefix-//" | head -12 | tr '\n' ' ')

		What the operator sees:
		  $lab client curl -g -m 4 $(service_url)
		  $lab client ip neigh
		What truemac sees:
		  $lab client build/truemac probe -i $interface $options
		And at last:
		  src/test/lab/lab.sh down$([ "$prefix" = tm ] || echo " $prefix")
	END
}
