// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/registry.h"

#include <string.h>

#include "rules/rules.h"

static const struct rule *const registry[] = {
	&rule_mac_substituted,
	&rule_blanket_proxy,
	&rule_routed_hop,
	&rule_late_second_answer,
	&rule_rs_answers_vip,
	&rule_rs_announces_vip,
	&rule_vip_not_on_rs,
	&rule_service_not_on_vip,
	&rule_rs_filters_vip,
	&rule_rs_silent,
	&rule_return_via_director,
	&rule_reply_from_rip,
	&rule_dr_to_wrong_mac,
	&rule_director_loop,
	&rule_vip_unanswered,
	&rule_vip_split_brain,
	&rule_vrid_clash,
	&rule_garp_missing,
	&rule_garp_ignored_form,
	&rule_stale_neighbour,
	&rule_duplicate_ip,
	&rule_mac_flap,
	&rule_arp_poisoning,
	&rule_frame_arp_mismatch,
	&rule_bad_sender,
	&rule_malformed_arp,
	&rule_arp_storm,
	&rule_mtu_blackhole,
	&rule_replay_failed,
	&rule_shared_mac_by_design,
	&rule_host_arp_ignore,
	&rule_host_arp_announce,
	&rule_host_vip_mask,
	&rule_host_vip_missing,
	&rule_host_rp_filter,
	&rule_host_proxy_arp,
	&rule_host_ip_forward,
	&rule_host_send_redirects,
	&rule_host_xen_routed,
	&rule_host_mac_contradicted,
	&rule_host_service_not_on_vip,
	NULL,
};

const rule_list rules_all = registry;

const struct rule *rule_find(const char *id)
{
	for (rule_list rule = rules_all; *rule; rule++)
		if (strcmp((*rule)->id, id) == 0)
			return *rule;
	return NULL;
}
