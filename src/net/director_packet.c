// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packet sockets (packet(7)): what always works. The kernel keeps its own copy
 * of each frame, so this is refused where it would do something with it.
 *
 * Frames that were not cut up yet, or that lack their checksums, come and go with a header that says so (struct
 * virtio_net_hdr, PACKET_VNET_HDR); the interface that sends them does the rest. VLAN tags are not in the bytes
 * (PACKET_AUXDATA has them): tagged frames are left to the interface of their VLAN.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/director_engine.h"
#include "net/privileges.h"
#include "wire/director_user.h"

enum {
	BATCH = 32,
	LARGEST = 66 << 10, /* a packet that is still to be cut up, and its Ethernet header */
	BUFFER = 16 << 20,
};

struct place {
	union {
		uint64_t alignment;
		uint8_t bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct virtio_net_hdr offload;
	uint8_t bytes[DIRECTOR_FRAME_HEADROOM + LARGEST];
};

struct packet_engine {
	struct director_engine engine; /* first */
	int socket;
	const struct interface *interface;
	bool has_tunnels;
	struct place *places; /* BATCH */
};

static int fail(const struct packet_engine *packet, const char *what, struct error *error)
{
	if (errno == EPERM || errno == EACCES)
		return privileges_fail_raw(error);
	return error_set(error, ERROR_SYSTEM, packet->interface->name, "%s: %s", what, strerror(errno));
}

static bool setting_is_on(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	char value = '0';
	bool on = descriptor >= 0 && read(descriptor, &value, 1) == 1 && value != '0';

	if (descriptor >= 0)
		close(descriptor);
	return on;
}

static int refuse_forwarding(const struct ip *vip, struct error *error)
{
	char path[96];

	snprintf(path, sizeof path, "/proc/sys/net/ipv%d/conf/all/forwarding", vip->family);
	if (!setting_is_on(path))
		return 0;
	return error_set(
	    error, ERROR_USAGE, NULL,
	    "this machine forwards IPv%d, so its kernel would send each packet on as well; use --engine xdp, "
	    "or turn it off: sysctl -w net.ipv%d.conf.all.forwarding=0",
	    vip->family, vip->family);
}

/* Two answers to one packet are worse than none. */
static int refuse_rivalry(const struct director_plan *plan, struct error *error)
{
	struct interfaces interfaces = INTERFACES_INIT;
	int status = interfaces_read(&interfaces, error);

	for (uint32_t i = 0; i < plan->pool_count && status == 0; i++) {
		const struct ip *vip = &plan->topology->services[plan->pools[i].service].vip;
		char text[IP_TEXT_SIZE];

		if (interfaces_have(&interfaces, vip))
			status =
			    error_set(error, ERROR_USAGE, NULL,
				      "this machine has %s itself, so its kernel would answer each packet as well; "
				      "use --engine xdp, or take the address away",
				      ip_format(vip, text));
		else
			status = refuse_forwarding(vip, error);
	}
	interfaces_free(&interfaces);
	return status;
}

static void close_engine(struct director_engine *engine)
{
	struct packet_engine *packet = (struct packet_engine *)engine;

	if (!packet)
		return;
	if (packet->socket >= 0)
		close(packet->socket);
	director_tables_free(&engine->tables);
	free(packet->places);
	free(packet);
}

/* Deaf until it is bound. */
static int open_socket(struct packet_engine *packet, struct error *error)
{
	int on = 1, size = BUFFER;

	packet->socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (packet->socket < 0)
		return fail(packet, "cannot be forwarded by", error);
	if (setsockopt(packet->socket, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) < 0 ||
	    setsockopt(packet->socket, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) < 0)
		return fail(packet, "packet sockets cannot pass checksums on", error);
	/* Without the right to, it is as large as everybody may have it. */
	if (setsockopt(packet->socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
		(void)setsockopt(packet->socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	/* Since Linux 4.20. Own frames are left out below, too. */
	(void)setsockopt(packet->socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
	return 0;
}

static int open_engine(struct director_engine **result, const struct director_engine_options *options,
		       struct error *error)
{
	struct packet_engine *packet;
	int status = refuse_rivalry(options->plan, error);

	*result = NULL;
	if (status < 0)
		return status;
	packet = calloc(1, sizeof *packet);
	if (!packet)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to forward");
	packet->engine.kind = &director_engine_packet;
	packet->socket = -1;
	packet->interface = options->interface;
	for (uint32_t i = 0; i < options->plan->backend_count; i++)
		packet->has_tunnels |= options->plan->backends[i].method == METHOD_TUN;
	packet->places = calloc(BATCH, sizeof *packet->places);
	if (!packet->places)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory to forward");
	if (status == 0)
		status = director_tables_make(&packet->engine.tables, options->plan, error);
	if (status == 0)
		status = open_socket(packet, error);
	if (status < 0)
		close_engine(&packet->engine);
	else
		*result = &packet->engine;
	return status;
}

static int start(struct director_engine *engine, struct error *error)
{
	struct packet_engine *packet = (struct packet_engine *)engine;
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons(ETH_P_ALL),
				       .sll_ifindex = packet->interface->index };

	if (bind(packet->socket, (struct sockaddr *)&address, sizeof address) < 0)
		return fail(packet, "cannot be listened to", error);
	snprintf(engine->how, sizeof engine->how, "this machine's kernel sees the frames, too");
	return 0;
}

static unsigned descriptors(const struct director_engine *engine, struct pollfd list[DIRECTOR_MAX_DESCRIPTORS])
{
	list[0] = (struct pollfd){ .fd = ((const struct packet_engine *)engine)->socket, .events = POLLIN };
	return 1;
}

/* A tunnel's packets are cut up before they are put into it: that is not known how to be said. */
static bool is_unfit(const struct place *place, const struct director_frame *frame)
{
	return frame->grown > 0 && frame->to_backend && place->offload.gso_type != VIRTIO_NET_HDR_GSO_NONE;
}

/* In front of a tunnel's header the sums are there: who computes them may not find them behind it. */
static void prepare(struct packet_engine *packet, struct place *place, struct director_frame *frame)
{
	bool unfinished = place->offload.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;

	if (!packet->has_tunnels || !unfinished || place->offload.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return;
	director_complete_sum(&packet->engine.tables, frame);
	place->offload = (struct virtio_net_hdr){ .flags = 0 };
}

static void adjust(struct place *place, const struct director_frame *frame)
{
	if (!frame->to_backend || frame->grown > 0)
		place->offload = (struct virtio_net_hdr){ .flags = 0 };
}

static void send_frame(struct packet_engine *packet, struct place *place, const struct director_frame *frame)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons(ETH_P_ALL),
				       .sll_ifindex = frame->ifindex ? (int)frame->ifindex : packet->interface->index,
				       .sll_halen = ETH_ALEN };
	struct iovec parts[] = { { &place->offload, sizeof place->offload }, { frame->bytes, frame->length } };
	struct msghdr message = {
		.msg_name = &address, .msg_namelen = sizeof address, .msg_iov = parts, .msg_iovlen = 2
	};

	if (is_unfit(place, frame)) {
		packet->engine.tables.other_count->not_sent++;
		return;
	}
	adjust(place, frame);
	if (sendmsg(packet->socket, &message, MSG_DONTWAIT) < 0)
		packet->engine.tables.other_count->not_sent++;
}

static bool is_tagged(struct msghdr *message)
{
	struct tpacket_auxdata auxiliary = { .tp_status = 0 };

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part))
		if (part->cmsg_level == SOL_PACKET && part->cmsg_type == PACKET_AUXDATA &&
		    part->cmsg_len >= CMSG_LEN(sizeof auxiliary))
			memcpy(&auxiliary, CMSG_DATA(part), sizeof auxiliary);
	return (auxiliary.tp_status & TP_STATUS_VLAN_VALID) != 0;
}

static int receive(struct packet_engine *packet, struct mmsghdr messages[BATCH], struct sockaddr_ll addresses[BATCH])
{
	struct iovec parts[BATCH][2];
	int count;

	for (int i = 0; i < BATCH; i++) {
		struct place *place = &packet->places[i];

		parts[i][0] = (struct iovec){ &place->offload, sizeof place->offload };
		parts[i][1] = (struct iovec){ place->bytes + DIRECTOR_FRAME_HEADROOM, LARGEST };
		messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = &addresses[i],
							     .msg_namelen = sizeof addresses[i],
							     .msg_control = &place->control,
							     .msg_controllen = sizeof place->control,
							     .msg_iov = parts[i],
							     .msg_iovlen = 2 } };
	}
	count = recvmmsg(packet->socket, messages, BATCH, MSG_DONTWAIT, NULL);
	return count;
}

static int work(struct director_engine *engine, struct error *error)
{
	struct packet_engine *packet = (struct packet_engine *)engine;
	struct mmsghdr messages[BATCH];
	struct sockaddr_ll addresses[BATCH];
	int count = receive(packet, messages, addresses);

	if (count < 0 && (errno == EAGAIN || errno == EINTR || errno == ENETDOWN))
		return 0;
	if (count < 0)
		return fail(packet, "cannot be listened to", error);
	for (int i = 0; i < count; i++) {
		struct place *place = &packet->places[i];
		struct director_frame frame = { .bytes = place->bytes + DIRECTOR_FRAME_HEADROOM };

		if (addresses[i].sll_pkttype == PACKET_OUTGOING || is_tagged(&messages[i].msg_hdr) ||
		    messages[i].msg_len < sizeof place->offload)
			continue;
		frame.length = messages[i].msg_len - sizeof place->offload;
		prepare(packet, place, &frame);
		if (director_handle(&engine->tables, &frame) == DIRECTOR_FORWARD)
			send_frame(packet, place, &frame);
	}
	return count;
}

const struct director_engine_kind director_engine_packet = { "packet",    open_engine, start,
							     descriptors, work,        close_engine };
