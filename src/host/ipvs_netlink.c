// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IPVS's table by generic netlink (net/netfilter/ipvs/ip_vs_ctl.c):
 *
 *   GET_SERVICE, dump                     each message: SERVICE { AF, PROTOCOL, ADDR, PORT | FWMARK, ... }
 *   GET_DEST, dump, SERVICE { its key }   each message: DEST { ADDR, PORT, FWD_METHOD, WEIGHT, ADDR_FAMILY, ... }
 *
 * Addresses have 16 bytes whatever their family; ports are in network byte order, the rest in the machine's.
 */
#include "host/ipvs.h"

#include <arpa/inet.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { MOST_TRIES = 3 };

struct listing {
	struct nl_sock *socket;
	int family; /* the kernel's number of IPVS */
	struct topology_service *services;
	uint8_t *families; /* of each */
	uint32_t count;
	uint32_t current; /* whose destinations are asked for */
	struct ipvs_table table;
	bool failed;
};

static uint8_t family_of(uint16_t code)
{
	return code == AF_INET ? 4 : code == AF_INET6 ? 6 : 0;
}

static bool take_address(struct nlattr *attribute, uint8_t family, struct ip *ip)
{
	if (!attribute || family == 0 || nla_len(attribute) < (family == 4 ? 4 : 16))
		return false;
	*ip = ip_from_bytes(family, nla_data(attribute));
	return true;
}

static uint16_t port_of(struct nlattr *attribute)
{
	return attribute ? ntohs(nla_get_u16(attribute)) : 0;
}

bool ipvs_decode_service(struct nlmsghdr *message, struct topology_service *service, uint8_t *family)
{
	static struct nla_policy policy[IPVS_SVC_ATTR_MAX + 1] = {
		[IPVS_SVC_ATTR_AF] = { .type = NLA_U16 },
		[IPVS_SVC_ATTR_PROTOCOL] = { .type = NLA_U16 },
		[IPVS_SVC_ATTR_PORT] = { .type = NLA_U16 },
		[IPVS_SVC_ATTR_FWMARK] = { .type = NLA_U32 },
	};
	struct nlattr *outer[IPVS_CMD_ATTR_MAX + 1], *inner[IPVS_SVC_ATTR_MAX + 1];

	if (genlmsg_parse(message, 0, outer, IPVS_CMD_ATTR_MAX, NULL) < 0 || !outer[IPVS_CMD_ATTR_SERVICE] ||
	    nla_parse_nested(inner, IPVS_SVC_ATTR_MAX, outer[IPVS_CMD_ATTR_SERVICE], policy) < 0 ||
	    !inner[IPVS_SVC_ATTR_AF])
		return false;
	*service = (struct topology_service){ .origin = ORIGIN_CONFIGURED };
	*family = family_of(nla_get_u16(inner[IPVS_SVC_ATTR_AF]));
	if (inner[IPVS_SVC_ATTR_FWMARK]) {
		service->fwmark = nla_get_u32(inner[IPVS_SVC_ATTR_FWMARK]);
		return service->fwmark != 0 && *family != 0;
	}
	service->port = port_of(inner[IPVS_SVC_ATTR_PORT]);
	if (inner[IPVS_SVC_ATTR_PROTOCOL])
		service->protocol = (uint8_t)nla_get_u16(inner[IPVS_SVC_ATTR_PROTOCOL]);
	return take_address(inner[IPVS_SVC_ATTR_ADDR], *family, &service->vip);
}

static enum method method_of(uint32_t flags)
{
	switch (flags & IP_VS_CONN_F_FWD_MASK) {
	case IP_VS_CONN_F_MASQ: return METHOD_NAT;
	case IP_VS_CONN_F_TUNNEL: return METHOD_TUN;
	case IP_VS_CONN_F_DROUTE: return METHOD_DR;
	default: return METHOD_UNKNOWN;
	}
}

bool ipvs_decode_destination(struct nlmsghdr *message, uint8_t family, struct ip *ip, struct topology_backend *backend,
			     bool *local)
{
	static struct nla_policy policy[IPVS_DEST_ATTR_MAX + 1] = {
		[IPVS_DEST_ATTR_PORT] = { .type = NLA_U16 },
		[IPVS_DEST_ATTR_FWD_METHOD] = { .type = NLA_U32 },
		[IPVS_DEST_ATTR_WEIGHT] = { .type = NLA_U32 },
		[IPVS_DEST_ATTR_ADDR_FAMILY] = { .type = NLA_U16 },
	};
	struct nlattr *outer[IPVS_CMD_ATTR_MAX + 1], *inner[IPVS_DEST_ATTR_MAX + 1];
	uint32_t flags;

	if (genlmsg_parse(message, 0, outer, IPVS_CMD_ATTR_MAX, NULL) < 0 || !outer[IPVS_CMD_ATTR_DEST] ||
	    nla_parse_nested(inner, IPVS_DEST_ATTR_MAX, outer[IPVS_CMD_ATTR_DEST], policy) < 0 ||
	    !inner[IPVS_DEST_ATTR_FWD_METHOD])
		return false;
	if (inner[IPVS_DEST_ATTR_ADDR_FAMILY])
		family = family_of(nla_get_u16(inner[IPVS_DEST_ATTR_ADDR_FAMILY]));
	flags = nla_get_u32(inner[IPVS_DEST_ATTR_FWD_METHOD]);
	*local = (flags & IP_VS_CONN_F_FWD_MASK) == IP_VS_CONN_F_LOCALNODE;
	*backend = (struct topology_backend){ .port = port_of(inner[IPVS_DEST_ATTR_PORT]),
					      .method = method_of(flags),
					      .weight = -1 };
	if (inner[IPVS_DEST_ATTR_WEIGHT] && nla_get_u32(inner[IPVS_DEST_ATTR_WEIGHT]) <= INT32_MAX)
		backend->weight = (int32_t)nla_get_u32(inner[IPVS_DEST_ATTR_WEIGHT]);
	return take_address(inner[IPVS_DEST_ATTR_ADDR], family, ip);
}

static int take_service(struct nl_msg *message, void *argument)
{
	struct listing *listing = argument;
	struct topology_service *services;
	uint8_t *families;

	if (listing->count == TOPOLOGY_MAX_SERVICES)
		return NL_OK;
	services = reallocarray(listing->services, listing->count + 1, sizeof *services);
	listing->services = services ? services : listing->services;
	families = reallocarray(listing->families, listing->count + 1, sizeof *families);
	listing->families = families ? families : listing->families;
	listing->failed |= !services || !families;
	if (!listing->failed &&
	    ipvs_decode_service(nlmsg_hdr(message), &services[listing->count], &families[listing->count]))
		listing->count++;
	return NL_OK;
}

static int take_destination(struct nl_msg *message, void *argument)
{
	struct listing *listing = argument;
	struct topology_backend backend;
	struct ip ip;
	bool local;

	/* A local one is the director itself: no real server that could be asked. */
	if (ipvs_decode_destination(nlmsg_hdr(message), listing->families[listing->current], &ip, &backend, &local) &&
	    !local)
		ipvs_add_destination(&listing->table, &ip, &backend);
	return NL_OK;
}

/* The key by which the kernel finds a service. */
static int put_service(struct nl_msg *message, const struct topology_service *service, uint8_t family)
{
	struct nlattr *nest = nla_nest_start(message, IPVS_CMD_ATTR_SERVICE);
	uint8_t address[16] = { 0 };

	if (!nest)
		return -NLE_NOMEM;
	memcpy(address, service->vip.b, family == 4 ? 4 : 16);
	NLA_PUT_U16(message, IPVS_SVC_ATTR_AF, family == 4 ? AF_INET : AF_INET6);
	if (service->fwmark != 0) {
		NLA_PUT_U32(message, IPVS_SVC_ATTR_FWMARK, service->fwmark);
	} else {
		NLA_PUT_U16(message, IPVS_SVC_ATTR_PROTOCOL, service->protocol);
		NLA_PUT(message, IPVS_SVC_ATTR_ADDR, sizeof address, address);
		NLA_PUT_U16(message, IPVS_SVC_ATTR_PORT, htons(service->port));
	}
	nla_nest_end(message, nest);
	return 0;

nla_put_failure:
	return -NLE_MSGSIZE;
}

/* A dump of all services, or of the destinations of one. */
static int ask(struct listing *listing, uint8_t command, const struct topology_service *service, uint8_t family,
	       nl_recvmsg_msg_cb_t take)
{
	struct nl_msg *message = nlmsg_alloc();
	int status = message && genlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, listing->family, 0, NLM_F_DUMP, command,
					    IPVS_GENL_VERSION)
			 ? 0
			 : -NLE_NOMEM;

	if (status == 0 && service)
		status = put_service(message, service, family);
	if (status == 0)
		status = nl_socket_modify_cb(listing->socket, NL_CB_VALID, NL_CB_CUSTOM, take, listing);
	if (status == 0)
		status = nl_send_auto(listing->socket, message);
	if (status >= 0)
		status = nl_recvmsgs_default(listing->socket);
	nlmsg_free(message);
	return status < 0 ? status : 0;
}

static int list(struct listing *listing)
{
	int status = ask(listing, IPVS_CMD_GET_SERVICE, NULL, 0, take_service);

	for (listing->current = 0; listing->current < listing->count && status == 0; listing->current++) {
		const struct topology_service *service = &listing->services[listing->current];

		ipvs_add_service(&listing->table, service);
		status =
		    ask(listing, IPVS_CMD_GET_DEST, service, listing->families[listing->current], take_destination);
		/* Taken away meanwhile. */
		if (status == -NLE_OBJ_NOTFOUND)
			status = 0;
	}
	return status;
}

static int connect_to_ipvs(struct listing *listing)
{
	int status = listing->socket ? genl_connect(listing->socket) : -NLE_NOMEM;

	if (status == 0)
		status = listing->family = genl_ctrl_resolve(listing->socket, IPVS_GENL_NAME);
	return status < 0 ? status : 0;
}

/* A table that changes while it is listed makes the kernel say so: then again. */
bool ipvs_read_netlink(struct host_state *state)
{
	struct listing listing = { .socket = nl_socket_alloc() };
	int status = connect_to_ipvs(&listing);

	for (int tries = 0; status == 0 && tries < MOST_TRIES; tries++) {
		topology_free(&state->services);
		listing.count = 0;
		listing.table = (struct ipvs_table){ .state = state, .service = -1 };
		status = list(&listing);
		if (status != -NLE_DUMP_INTR)
			break;
		status = tries + 1 < MOST_TRIES ? 0 : status;
	}
	nl_socket_free(listing.socket);
	free(listing.services);
	free(listing.families);
	if (status == 0 && !listing.failed) {
		state->ipvs = IPVS_PRESENT;
		return true;
	}
	topology_free(&state->services);
	return false;
}
