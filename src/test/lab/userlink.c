/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * userlink: tunnel and VLAN devices of the lab, for kernels built without them.
 *
 *   userlink tunnel DEVICE [REMOTE]    like an ipip device: what is routed into DEVICE leaves as IPIP to REMOTE;
 *                                      IPIP, GRE and GUE that arrive come out of DEVICE. Without REMOTE: receives only.
 *   userlink vlan LOWER ID DEVICE      like an 802.1Q device: DEVICE is LOWER's VLAN ID, with LOWER's MAC.
 *
 * It goes to the background once the device exists, and the device goes with the process. The lab takes the
 * kernel's own devices where there are any; on the wire the two cannot be told apart, but this one is slow.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	GUE_PORT = 6080, /* registered for GUE; what ipvsadm's examples use */
	PACKET_MAX = 65536,
	TAG_LENGTH = 4, /* 802.1Q: protocol 0x8100, then priority and VLAN ID */
	MACS_LENGTH = 2 * ETH_ALEN,
};

static int device_create(const char *name, short kind)
{
	struct ifreq request = { .ifr_flags = (short)(kind | IFF_NO_PI) };
	int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (device < 0 || ioctl(device, TUNSETIFF, &request) < 0)
		err(3, "%s", name);
	return device;
}

static int socket_open(int domain, int type, int protocol)
{
	int fd = socket(domain, type | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		err(3, "socket");
	return fd;
}

/* ---------------------------------------------------------------------------------------------- tunnel */

/* Length of a GRE header that carries IPv4 (RFC 2784, RFC 2890); 0 for any other, whose bytes the device refuses. */
static size_t gre_inner(const uint8_t *gre, size_t length)
{
	size_t header = 4;

	if (length < header || gre[2] != 0x08 || gre[3] != 0x00)
		return 0;
	header += (gre[0] & 0x80 ? 4U : 0) + (gre[0] & 0x20 ? 4U : 0) + (gre[0] & 0x10 ? 4U : 0);
	return header < length ? header : 0;
}

/* Length of a GUE header: version 0 names the protocol, version 1 is the bare IPv4 packet and has none. */
static size_t gue_inner(const uint8_t *gue, size_t length)
{
	if (length < 4 || gue[0] >> 6 != 0 || gue[1] != IPPROTO_IPIP)
		return 0;
	return 4 + 4 * (size_t)(gue[0] & 0x1f);
}

static void tunnel_receive(int device, int from, int protocol)
{
	static uint8_t packet[PACKET_MAX];
	ssize_t got = recv(from, packet, sizeof packet, 0);
	size_t length = got > 0 ? (size_t)got : 0;
	size_t inner = 0;

	if (protocol == IPPROTO_UDP) {
		inner = gue_inner(packet, length);
	} else if (length > sizeof(struct iphdr)) {
		inner = 4 * (size_t)(packet[0] & 0x0f);
		if (protocol == IPPROTO_GRE && inner < length)
			inner += gre_inner(packet + inner, length - inner);
	}
	if (inner < length && write(device, packet + inner, length - inner) < 0 && errno != EINVAL)
		warn("tunnel: write");
}

static void tunnel_send(int device, int out, const struct sockaddr_in *remote)
{
	static uint8_t packet[PACKET_MAX];
	ssize_t got = read(device, packet, sizeof packet);

	if (got > 0 && packet[0] >> 4 == 4 && remote->sin_addr.s_addr)
		sendto(out, packet, (size_t)got, 0, (const struct sockaddr *)remote, sizeof *remote);
}

/* Several tunnels of one host would each receive everything: one that sends (REMOTE given) does not receive. */
static void tunnel_run(int device, const char *remote_text)
{
	struct sockaddr_in remote = { .sin_family = AF_INET },
			   any = { .sin_family = AF_INET, .sin_port = htons(GUE_PORT) };
	static const int protocols[] = { IPPROTO_IPIP, IPPROTO_GRE, IPPROTO_UDP };
	struct pollfd watched[4] = { { .fd = device, .events = POLLIN } };
	nfds_t count = 1;
	int out = socket_open(AF_INET, SOCK_RAW, IPPROTO_IPIP);

	if (remote_text && inet_pton(AF_INET, remote_text, &remote.sin_addr) != 1)
		errx(2, "%s: not an IPv4 address", remote_text);
	for (; !remote_text && count < 4; count++) {
		int protocol = protocols[count - 1];
		int fd = socket_open(AF_INET, protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_RAW, protocol);

		if (protocol == IPPROTO_UDP && bind(fd, (struct sockaddr *)&any, sizeof any) < 0)
			err(3, "port %d", GUE_PORT);
		watched[count] = (struct pollfd){ .fd = fd, .events = POLLIN };
	}
	if (daemon(1, 0) < 0)
		err(3, "daemon");
	while (poll(watched, count, -1) >= 0) {
		if (watched[0].revents)
			tunnel_send(device, out, &remote);
		for (nfds_t i = 1; i < count; i++)
			if (watched[i].revents)
				tunnel_receive(device, watched[i].fd, protocols[i - 1]);
	}
}

/* ------------------------------------------------------------------------------------------------ vlan */

/* The VLAN ID that the kernel took off the frame, -1 where there was none. */
static int vlan_of(struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		struct tpacket_auxdata aux;

		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof aux);
		if (aux.tp_status & TP_STATUS_VLAN_VALID)
			return aux.tp_vlan_tci & 0x0fff;
	}
	return -1;
}

static void vlan_receive(int lower, int id, int device)
{
	static uint8_t frame[PACKET_MAX];
	union {
		struct cmsghdr aligned;
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct sockaddr_ll from;
	struct iovec data = { .iov_base = frame, .iov_len = sizeof frame };
	struct msghdr message = { .msg_name = &from,
				  .msg_namelen = sizeof from,
				  .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof control };
	ssize_t got = recvmsg(lower, &message, 0);

	if (got > 0 && from.sll_pkttype != PACKET_OUTGOING && vlan_of(&message) == id &&
	    write(device, frame, (size_t)got) < 0 && errno != EIO)
		warn("vlan: write");
}

static void vlan_send(int device, int lower, int id)
{
	static uint8_t frame[PACKET_MAX];
	uint8_t tag[TAG_LENGTH] = { 0x81, 0x00, (uint8_t)(id >> 8), (uint8_t)id };
	ssize_t got = read(device, frame, sizeof frame);
	struct iovec parts[] = { { frame, MACS_LENGTH }, { tag, sizeof tag }, { frame + MACS_LENGTH, 0 } };

	if (got < ETH_HLEN)
		return;
	parts[2].iov_len = (size_t)got - MACS_LENGTH;
	if (writev(lower, parts, 3) < 0 && errno != ENETDOWN)
		warn("vlan: send");
}

static void vlan_take_mac(int lower, const char *lower_name, const char *name)
{
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, lower_name, IFNAMSIZ - 1);
	if (ioctl(lower, SIOCGIFHWADDR, &request) < 0)
		err(3, "%s", lower_name);
	memset(request.ifr_name, 0, sizeof request.ifr_name);
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(lower, SIOCSIFHWADDR, &request) < 0)
		err(3, "%s", name);
}

static void vlan_run(int device, const char *lower_name, int id, const char *name)
{
	int lower = socket_open(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons(ETH_P_ALL),
				       .sll_ifindex = (int)if_nametoindex(lower_name) };
	struct packet_mreq promiscuous = { .mr_ifindex = address.sll_ifindex, .mr_type = PACKET_MR_ALLMULTI };
	int on = 1;

	if (bind(lower, (struct sockaddr *)&address, sizeof address) < 0 ||
	    setsockopt(lower, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) < 0 ||
	    setsockopt(lower, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous) < 0)
		err(3, "%s", lower_name);
	vlan_take_mac(lower, lower_name, name);

	struct pollfd watched[] = { { .fd = device, .events = POLLIN }, { .fd = lower, .events = POLLIN } };

	if (daemon(1, 0) < 0)
		err(3, "daemon");
	while (poll(watched, 2, -1) >= 0) {
		if (watched[0].revents)
			vlan_send(device, lower, id);
		if (watched[1].revents)
			vlan_receive(lower, id, device);
	}
}

int main(int argc, char **argv)
{
	if (argc >= 3 && argc <= 4 && !strcmp(argv[1], "tunnel"))
		tunnel_run(device_create(argv[2], IFF_TUN), argv[3]);
	else if (argc == 5 && !strcmp(argv[1], "vlan"))
		vlan_run(device_create(argv[4], IFF_TAP), argv[2], atoi(argv[3]), argv[4]);
	else
		errx(2, "usage: userlink tunnel DEVICE [REMOTE] | userlink vlan LOWER ID DEVICE");
	return 3;
}
