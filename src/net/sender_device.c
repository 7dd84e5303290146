// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an interface says of itself: by rtnetlink(7) its state and its
 * drops, by the generic netlink family "netdev" what its driver can do for XDP
 * (Linux: Documentation/netlink/specs/netdev.yaml).
 */
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/route/link.h>
#include <stdlib.h>
#include <string.h>

#include "net/sender_private.h"

/* The numbers of netdev.yaml: headers older than Linux 6.3 do not have them. */
enum { DEV_GET = 1, DEV_IFINDEX = 1, DEV_XDP_FEATURES = 3, FAMILY_VERSION = 1 };
enum { XDP_NDO_XMIT = 4, XDP_ZERO_COPY = 8 };

static int take_features(struct nl_msg *message, void *device_)
{
	struct sender_device *device = device_;
	struct nlattr *features = nlmsg_find_attr(nlmsg_hdr(message), GENL_HDRLEN, DEV_XDP_FEATURES);

	if (features && nla_len(features) == (int)sizeof(uint64_t)) {
		device->has_features = true;
		device->takes_redirected = nla_get_u64(features) & XDP_NDO_XMIT;
		device->zero_copy = nla_get_u64(features) & XDP_ZERO_COPY;
	}
	return NL_OK;
}

/* A kernel that does not know the question leaves the features unknown. */
static void ask_features(struct sender_device *device, struct nl_sock *socket)
{
	int family = genl_ctrl_resolve(socket, "netdev");
	struct nl_msg *message = family < 0 ? NULL : nlmsg_alloc();

	if (!message)
		return;
	if (genlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, 0, DEV_GET, FAMILY_VERSION) &&
	    nla_put_u32(message, DEV_IFINDEX, (uint32_t)device->index) == 0) {
		nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, take_features, device);
		if (nl_send_auto(socket, message) >= 0)
			nl_recvmsgs_default(socket);
	}
	nlmsg_free(message);
}

static void read_features(struct sender_device *device)
{
	struct nl_sock *socket = nl_socket_alloc();

	if (socket && genl_connect(socket) == 0)
		ask_features(device, socket);
	nl_socket_free(socket);
}

static int check_link(struct sender_device *device, struct rtnl_link *link, struct error *error)
{
	unsigned flags = rtnl_link_get_flags(link);

	device->index = rtnl_link_get_ifindex(link);
	device->mtu = rtnl_link_get_mtu(link);
	if (rtnl_link_get_arptype(link) != ARPHRD_ETHER || flags & IFF_LOOPBACK)
		return error_set(error, ERROR_SYSTEM, device->name, "has no Ethernet frames");
	if (!(flags & IFF_UP))
		return error_set(error, ERROR_SYSTEM, device->name, "is down; set it up: ip link set %s up",
				 device->name);
	return 0;
}

int sender_device_read(struct sender_device *device, const char *name, struct error *error)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct rtnl_link *link = NULL;
	int status;

	*device = (struct sender_device){ .index = 0 };
	strncpy(device->name, name, sizeof device->name - 1);
	if (socket && nl_connect(socket, NETLINK_ROUTE) == 0 && rtnl_link_get_kernel(socket, 0, name, &link) == 0)
		status = check_link(device, link, error);
	else
		status = error_set(error, ERROR_SYSTEM, name, "there is no such interface");
	rtnl_link_put(link);
	nl_socket_free(socket);
	if (status == 0)
		read_features(device);
	return status;
}

struct sender_losses {
	struct nl_sock *socket;
	int index;
	uint64_t last;
};

int sender_losses_open(struct sender_losses **result, int index, struct error *error)
{
	struct sender_losses *losses = calloc(1, sizeof *losses);

	*result = losses;
	if (losses)
		losses->socket = nl_socket_alloc();
	if (!losses || !losses->socket || nl_connect(losses->socket, NETLINK_ROUTE) < 0)
		return error_set(error, ERROR_SYSTEM, NULL, "the kernel cannot be asked for the interface's losses");
	losses->index = index;
	return 0;
}

uint64_t sender_losses_read(struct sender_losses *losses, bool *is_up)
{
	struct rtnl_link *link = NULL;

	*is_up = false;
	if (rtnl_link_get_kernel(losses->socket, losses->index, NULL, &link) == 0) {
		*is_up = rtnl_link_get_flags(link) & IFF_UP;
		losses->last =
		    rtnl_link_get_stat(link, RTNL_LINK_TX_DROPPED) + rtnl_link_get_stat(link, RTNL_LINK_TX_ERRORS);
	}
	rtnl_link_put(link);
	return losses->last;
}

void sender_losses_close(struct sender_losses *losses)
{
	if (losses)
		nl_socket_free(losses->socket);
	free(losses);
}

bool sender_is_full(int number)
{
	return number == ENOBUFS || number == EAGAIN || number == EINTR || number == EBUSY;
}

int sender_fail(const char *interface, int number, struct error *error)
{
	return error_set(error, ERROR_SYSTEM, interface, "frames cannot be sent: %s", strerror(number));
}
