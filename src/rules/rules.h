// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules, one in each file named rule_*.c, and what they have in common.
 * A new rule is one file with a constant `struct rule`, one line below and one in registry.c.
 */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "analysis/findings.h"
#include "analysis/observation.h"
#include "analysis/ownership.h"
#include "analysis/paths.h"
#include "analysis/roles.h"
#include "analysis/rule.h"

extern const struct rule rule_mac_substituted, rule_blanket_proxy, rule_routed_hop, rule_late_second_answer;
extern const struct rule rule_rs_answers_vip, rule_rs_announces_vip, rule_vip_not_on_rs, rule_service_not_on_vip;
extern const struct rule rule_rs_filters_vip, rule_rs_silent, rule_return_via_director, rule_reply_from_rip;
extern const struct rule rule_dr_to_wrong_mac, rule_director_loop, rule_vip_unanswered, rule_vip_split_brain;
extern const struct rule rule_vrid_clash, rule_garp_missing, rule_garp_ignored_form, rule_stale_neighbour;
extern const struct rule rule_duplicate_ip, rule_mac_flap, rule_arp_poisoning, rule_frame_arp_mismatch;
extern const struct rule rule_bad_sender, rule_malformed_arp, rule_arp_storm, rule_mtu_blackhole;
extern const struct rule rule_replay_failed, rule_shared_mac_by_design;
extern const struct rule rule_host_arp_ignore, rule_host_arp_announce, rule_host_vip_mask, rule_host_vip_missing;
extern const struct rule rule_host_rp_filter, rule_host_proxy_arp, rule_host_ip_forward, rule_host_send_redirects;
extern const struct rule rule_host_xen_routed, rule_host_mac_contradicted, rule_host_service_not_on_vip;

#endif
