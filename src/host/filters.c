// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which packet filters there are: enough to know that somebody may drop or redirect, without judging every rule.
 *
 *   nftables   by netlink (NFNL_SUBSYS_NFTABLES, GETCHAIN), which needs CAP_NET_ADMIN: tables with chains that are
 *              hooked in and have rules, or drop by policy
 *   iptables   /proc/net/{ip,ip6,arp}_tables_names, of this network namespace, for root
 *   ebtables   its module
 *
 * Asking a subsystem that is not there makes the kernel load it (net/netfilter/nfnetlink.c), so it is asked only where
 * it is there, or where nothing could be loaded.
 */
// clang-format off
#include <netinet/in.h> /* before the kernel's own, which then leaves it its names */
#include <linux/netfilter.h>
// clang-format on
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>

#include "host/readers.h"

static const char *family_name(uint8_t family)
{
	static const struct {
		uint8_t family;
		const char *name;
	} names[] = { { NFPROTO_INET, "inet" }, { NFPROTO_IPV4, "ip" },       { NFPROTO_ARP, "arp" },
		      { NFPROTO_IPV6, "ip6" },  { NFPROTO_NETDEV, "netdev" }, { NFPROTO_BRIDGE, "bridge" } };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].family == family)
			return names[i].name;
	return "other";
}

/* Before the protocols part company, every frame comes by. */
static bool sees_arp(uint8_t family, uint32_t hook)
{
	return family == NFPROTO_ARP || family == NFPROTO_BRIDGE || family == NFPROTO_NETDEV ||
	       (family == NFPROTO_INET && hook == NF_INET_INGRESS);
}

/* A table is listed once; as one of ARP where any of its chains sees that. */
static void add_table(struct host_state *state, const char *name, bool of_arp)
{
	for (uint32_t i = 0; i < state->filter_count; i++) {
		if (strcmp(state->filters[i].name, name) != 0)
			continue;
		state->filters[i].value |= of_arp;
		return;
	}
	host_add_filter(state, name, of_arp);
}

static bool parse_hook(struct nlattr *attribute, uint32_t *hook)
{
	struct nlattr *hooks[NFTA_HOOK_MAX + 1];

	if (!attribute || nla_parse_nested(hooks, NFTA_HOOK_MAX, attribute, NULL) < 0 || !hooks[NFTA_HOOK_HOOKNUM] ||
	    nla_len(hooks[NFTA_HOOK_HOOKNUM]) < 4)
		return false;
	*hook = ntohl(nla_get_u32(hooks[NFTA_HOOK_HOOKNUM]));
	return true;
}

static uint32_t number_of(struct nlattr *attribute)
{
	return attribute && nla_len(attribute) >= 4 ? ntohl(nla_get_u32(attribute)) : 0;
}

void filters_take_chain(struct host_state *state, struct nlmsghdr *message)
{
	static struct nla_policy policy[NFTA_CHAIN_MAX + 1] = { [NFTA_CHAIN_TABLE] = { .type = NLA_STRING } };
	struct nlattr *attributes[NFTA_CHAIN_MAX + 1];
	const struct nfgenmsg *header;
	char name[HOST_WORD_SIZE], table[HOST_WORD_SIZE / 2];
	uint32_t hook;

	if (nlmsg_parse(message, sizeof *header, attributes, NFTA_CHAIN_MAX, policy) < 0 ||
	    !attributes[NFTA_CHAIN_TABLE] || !parse_hook(attributes[NFTA_CHAIN_HOOK], &hook) ||
	    (number_of(attributes[NFTA_CHAIN_USE]) == 0 &&
	     (!attributes[NFTA_CHAIN_POLICY] || number_of(attributes[NFTA_CHAIN_POLICY]) != NF_DROP)))
		return;
	header = nlmsg_data(message);
	nla_strlcpy(table, attributes[NFTA_CHAIN_TABLE], sizeof table);
	snprintf(name, sizeof name, "nftables %s %s", family_name(header->nfgen_family), table);
	add_table(state, name, sees_arp(header->nfgen_family, hook));
}

static int take(struct nl_msg *message, void *state)
{
	filters_take_chain(state, nlmsg_hdr(message));
	return NL_OK;
}

/* Gives 0 or libnl's error. */
static int ask_for_chains(struct host_state *state)
{
	const struct nfgenmsg request = { .nfgen_family = NFPROTO_UNSPEC, .version = NFNETLINK_V0 };
	struct nl_sock *socket = nl_socket_alloc();
	int status = socket ? nl_connect(socket, NETLINK_NETFILTER) : -NLE_NOMEM;

	if (status == 0)
		status = nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, take, state);
	if (status == 0)
		status = nl_send_simple(socket, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN, NLM_F_DUMP,
					(void *)(uintptr_t)&request, sizeof request);
	if (status >= 0)
		status = nl_recvmsgs_default(socket);
	nl_socket_free(socket);
	return status < 0 ? status : 0;
}

/* A module shows in sysfs; what is built in, in a list; where there are no modules, nothing can be loaded. */
static bool may_ask(const struct host_files *files)
{
	struct text builtin = TEXT_INIT;
	char path[FILES_PATH_SIZE];
	bool found;

	if (files_exist(files, "sys/module/nf_tables"))
		return true;
	snprintf(path, sizeof path, "lib/modules/%s", files->state->kernel);
	if (!files_exist(files, path))
		return true;
	snprintf(path, sizeof path, "lib/modules/%s/modules.builtin", files->state->kernel);
	found = files_read(files, path, NULL, &builtin) == FILES_READ &&
		strstr(text_string(&builtin), "/nf_tables.ko") != NULL;
	text_free(&builtin);
	return found;
}

static void read_nftables(const struct host_files *files)
{
	int status;

	if (strcmp(files->root, "/") == 0 && may_ask(files)) {
		status = ask_for_chains(files->state);
		/* No such subsystem: no filters of it. */
		if (status == 0 || status == -NLE_OPNOTSUPP || status == -NLE_INVAL || status == -NLE_PROTO_MISMATCH)
			return;
		host_add_unseen(files->state, "chains of nftables", false, nl_geterror(status));
	}
	if (files_exist(files, "sys/module/nf_tables"))
		host_add_filter(files->state, "nftables", false);
}

/* The file names tables of this namespace, one a line; the module alone may be there for another one. */
static void read_xtables(const struct host_files *files, const char *path, const char *module, const char *name,
			 bool of_arp)
{
	struct text content = TEXT_INIT;
	enum files_result result = files_read(files, path, NULL, &content);

	if (result == FILES_READ ? content.length > 0 : files_exist(files, module))
		host_add_filter(files->state, name, of_arp);
	text_free(&content);
}

void filters_read(const struct host_files *files)
{
	read_xtables(files, "proc/net/arp_tables_names", "sys/module/arp_tables", "arptables", true);
	read_xtables(files, "proc/net/ip_tables_names", "sys/module/ip_tables", "iptables", false);
	read_xtables(files, "proc/net/ip6_tables_names", "sys/module/ip6_tables", "ip6tables", false);
	if (files_exist(files, "sys/module/ebtables"))
		host_add_filter(files->state, "ebtables", true);
	if (files_exist(files, "sys/module/br_netfilter"))
		host_add_filter(files->state, "br_netfilter", false);
	read_nftables(files);
}
