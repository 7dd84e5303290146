# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# VS/DR on a bridge, the VIP kept by keepalived on dir1 (master) and dir2 (backup).
# shellcheck disable=SC2154 # state comes from lab.sh

# keepalived_start HOST PRIORITY [INSTANCE-LINES [VIP-DEVICE-WORDS]]
keepalived_start() {
	local base=$state/keepalived-$1
	cat >"$base.conf" <<-END
		global_defs {
		    router_id $1
		    vrrp_version 2
		    vrrp_garp_master_refresh 0
		}
		vrrp_instance VI_1 {
		    state BACKUP
		    interface eth0
		    virtual_router_id 51
		    priority $2
		    advert_int 1
		    garp_master_delay 1
		    ${3:-}
		    virtual_ipaddress {
		        $(vip)/32 ${4-dev eth0}
		    }
		}
	END
	on "$1" keepalived -P -f "$base.conf" -p "$base.pid" -r "$base-vrrp.pid" -l -n >"$base.log" 2>&1 </dev/null &
	disown
}

# keepalived_stop HOST: an orderly end: it resigns (priority 0) and gives the VIP back
keepalived_stop() {
	kill -TERM "$(cat "$state/keepalived-$1.pid")"
}

vip_await() {
	local tries
	for ((tries = 0; tries < 80; tries++)); do
		! ip_in "$1" -o addr | grep -q "$(vip)/" || return 0
		sleep 0.1
	done
	fail "keepalived on $1 did not take the VIP: see $state/keepalived-$1.log"
}

# lvs_vrrp [INSTANCE-LINES [VIP-DEVICE-WORDS]]
lvs_vrrp() {
	bridge_network "${bridged[@]}"
	vrrp_directors "$@"
}

vrrp_directors() {
	local host
	for host in dir1 dir2; do
		director_dr "$host"
	done
	for host in rs1 rs2; do
		real_server "$host"
	done
	keepalived_start dir1 150 "$@"
	keepalived_start dir2 100 "$@"
	vip_await dir1
}

# dir1's adverts end with priority 0, dir2's begin; dir2 sends gratuitous ARP at once and again a second later.
scenario failover "keepalived; playing it stops the master: a healthy takeover"
up_failover() {
	lvs_vrrp
}
play_failover() {
	visit_master
	keepalived_stop dir1
	act client "busybox ping -c 5 -i 1 -W 1 $(vip)"
	visit 40011 4
	act client "ip neigh"
}

visit_master() {
	forget_neighbours
	act client "arping -i eth0 -c 1 -w 1.3 $(vip)"
	visit 40002 2
}

# dir1 falls silent, dir2's adverts begin 3.6 s later, and no gratuitous ARP is ever seen outside of dir2: the client
# sends its connections to dir1's MAC, without any answer, until its entry ages (more than the 8 s played here).
scenario failover-no-garp "playing it cuts the master off; the takeover is not announced: a filter on dir2's port"
up_failover_no_garp() {
	lvs_vrrp
	on dom0 nft -f - <<-END
		table netdev spoofing {
			chain from_dir2 {
				type filter hook ingress device $(vif_of dir2) priority 0
				arp saddr ip $(vip) arp daddr ip $(vip) drop
			}
		}
	END
}
play_failover_no_garp() {
	visit_master
	ip_in dir1 link set eth0 down
	visit 40005 2
	visit 40011 4
	act client "ip neigh"
}

# Adverts of both, with priorities 150 and 100, every second; both MACs answer for the VIP in both forms.
# Each answers for the VIP; from a director it is the other's answer to its own question that shows it.
scenario split-brain-silent "both directors hold the VIP, and no VRRP is to be heard"
up_split_brain_silent() {
	lvs_bridge
	vip_on dir2 eth0
}

scenario split-brain "both directors are master: dir2's firewall drops VRRP"
up_split_brain() {
	bridge_network "${bridged[@]}"
	on dir2 nft -f - <<-END
		table ip filter {
			chain input {
				type filter hook input priority filter
				ip protocol 112 drop
			}
		}
	END
	vrrp_directors
	vip_await dir2
}

# The VIP answers from 00:00:5e:00:01:33; adverts come from it too.
scenario vmac "keepalived with use_vmac: the VIP has VRRP's MAC, healthy"
up_vmac() {
	lvs_vrrp use_vmac ""
}
