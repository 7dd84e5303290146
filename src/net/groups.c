// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/groups.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int join(int descriptor, const struct interface *interface, const struct ip *group)
{
	struct ipv6_mreq request = { .ipv6mr_interface = (unsigned)interface->index };

	memcpy(&request.ipv6mr_multiaddr, group->b, sizeof request.ipv6mr_multiaddr);
	return setsockopt(descriptor, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &request, sizeof request);
}

int groups_join(const struct interface *interface, const struct ip *groups, uint32_t count, struct error *error)
{
	int descriptor = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), status = descriptor;

	for (uint32_t i = 0; i < count && status >= 0; i++) {
		status = join(descriptor, interface, &groups[i]);
		/* Several addresses may share a group. */
		if (status < 0 && errno == EADDRINUSE)
			status = 0;
	}
	if (status >= 0)
		return descriptor;
	error_set(error, ERROR_SYSTEM, interface->name, "IPv6 neighbours' questions cannot be heard: %s",
		  strerror(errno));
	if (descriptor >= 0)
		close(descriptor);
	return ERROR_SYSTEM;
}
