// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of interfaces, and how the kernel combines them with those of `all`. */
#include <stdio.h>

#include "topology/host_state.h"

/* include/linux/inetdevice.h: IN_DEV_MAXCONF, IN_DEV_ORCONF, IN_DEV_CONF_GET. */
enum combination { MAXIMUM, EITHER, OWN };

static const struct {
	const char *family, *name;
	enum combination combination;
} table[SETTING_COUNT] = {
	[SETTING_ARP_IGNORE] = { "ipv4", "arp_ignore", MAXIMUM },
	[SETTING_ARP_ANNOUNCE] = { "ipv4", "arp_announce", MAXIMUM },
	[SETTING_ARP_FILTER] = { "ipv4", "arp_filter", EITHER },
	[SETTING_ARP_ACCEPT] = { "ipv4", "arp_accept", MAXIMUM },
	[SETTING_ARP_NOTIFY] = { "ipv4", "arp_notify", MAXIMUM },
	[SETTING_DROP_GRATUITOUS_ARP] = { "ipv4", "drop_gratuitous_arp", EITHER },
	[SETTING_RP_FILTER] = { "ipv4", "rp_filter", MAXIMUM },
	[SETTING_PROXY_ARP] = { "ipv4", "proxy_arp", EITHER },
	[SETTING_PROXY_ARP_PVLAN] = { "ipv4", "proxy_arp_pvlan", EITHER },
	[SETTING_FORWARDING] = { "ipv4", "forwarding", OWN },
	[SETTING_SEND_REDIRECTS] = { "ipv4", "send_redirects", EITHER },
	[SETTING_ACCEPT_LOCAL] = { "ipv4", "accept_local", EITHER },
	[SETTING_LOG_MARTIANS] = { "ipv4", "log_martians", EITHER },
	[SETTING_MEDIUM_ID] = { "ipv4", "medium_id", OWN },
	[SETTING_FORWARDING6] = { "ipv6", "forwarding", OWN },
	[SETTING_PROXY_NDP] = { "ipv6", "proxy_ndp", EITHER },
};

int32_t host_setting(const struct host_state *state, const struct host_link *link, enum host_setting setting)
{
	int32_t own = link->settings[setting], all = state->all[setting];

	if (table[setting].combination == OWN || all == SETTING_UNSEEN)
		return own;
	if (own == SETTING_UNSEEN)
		return all == 0 ? SETTING_UNSEEN : all;
	if (table[setting].combination == EITHER)
		return own != 0 || all != 0;
	return own > all ? own : all;
}

const char *host_setting_name(enum host_setting setting)
{
	return table[setting].name;
}

const char *host_setting_family(enum host_setting setting)
{
	return table[setting].family;
}

const char *host_setting_key(const char *link, enum host_setting setting, char buffer[static SETTING_KEY_SIZE])
{
	int start = snprintf(buffer, SETTING_KEY_SIZE, "net.%s.conf.", table[setting].family);

	snprintf(buffer + start, SETTING_KEY_SIZE - (size_t)start, "%.15s.%s", link, table[setting].name);
	for (char *at = buffer + start; *link != '\0' && *at != '\0'; at++, link++)
		if (*link == '.')
			*at = '/';
	return buffer;
}

bool host_setting_find(const char *family, const char *name, enum host_setting *setting)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		if (strcmp(table[i].family, family) == 0 && strcmp(table[i].name, name) == 0) {
			*setting = (enum host_setting)i;
			return true;
		}
	}
	return false;
}
