/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crowd: a director and any number of VS/DR real servers on one interface, each with a MAC of its own.
 *
 *   crowd INTERFACE COUNT
 *
 * Answers by hand what a prober asks of a healthy set-up: ARP in both forms (the VIP is the director's alone), echo and
 * SYN. VIP 10.1.1.1 (port 80), director 10.1.1.11 at 02:00:00:01:00:00, real server N (from 0) 10.1.(4 + N / 250).(1 +
 * N % 250) at 02:00:00:02 and N. What the director gets for the service real server 0 answers. Runs until it is killed.
 */
#include <err.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { VIP = 0x0a010101, DIP = 0x0a01010b, PORT = 80, PER_NETWORK = 250, FRAME_MAX = 2048, TTL = 64 };

static int fd;
static uint32_t server_count;
static struct sockaddr_ll interface = { .sll_family = AF_PACKET };

struct arp_packet {
	struct ether_header ethernet;
	struct ether_arp arp;
} __attribute__((packed));

/* --- who is who --- */

static void mac_of_server(uint32_t number, uint8_t mac[static ETH_ALEN])
{
	const uint8_t bytes[] = { 2, 0, 0, 2, (uint8_t)(number >> 8), (uint8_t)number };

	memcpy(mac, bytes, ETH_ALEN);
}

static void mac_of_director(uint8_t mac[static ETH_ALEN])
{
	static const uint8_t bytes[] = { 2, 0, 0, 1, 0, 0 };

	memcpy(mac, bytes, ETH_ALEN);
}

/* False where nobody has the address. */
static bool mac_of(uint32_t ip, uint8_t mac[static ETH_ALEN])
{
	uint32_t number = ((ip >> 8 & 0xff) - 4) * PER_NETWORK + (ip & 0xff) - 1;

	if (ip == VIP || ip == DIP) {
		mac_of_director(mac);
		return true;
	}
	if (ip >> 16 != 0x0a01 || (ip >> 8 & 0xff) < 4 || (ip & 0xff) < 1 || (ip & 0xff) > PER_NETWORK ||
	    number >= server_count)
		return false;
	mac_of_server(number, mac);
	return true;
}

static bool is_director(const uint8_t mac[static ETH_ALEN])
{
	uint8_t director[ETH_ALEN];

	mac_of_director(director);
	return memcmp(mac, director, ETH_ALEN) == 0;
}

static bool is_server(const uint8_t mac[static ETH_ALEN])
{
	static const uint8_t first[] = { 2, 0, 0, 2 };

	return memcmp(mac, first, sizeof first) == 0 && (uint32_t)(mac[4] << 8 | mac[5]) < server_count;
}

/* --- sending --- */

static void reply(void *frame, size_t length)
{
	if (sendto(fd, frame, length, 0, (struct sockaddr *)&interface, sizeof interface) < 0)
		warn("send");
}

static uint32_t sum(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	uint32_t total = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		total += (uint32_t)(at[i] << 8 | at[i + 1]);
	return length % 2 ? total + (uint32_t)(at[length - 1] << 8) : total;
}

static uint16_t fold(uint32_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return htons((uint16_t)~total);
}

/* --- ARP --- */

static void take_arp(struct arp_packet *packet, size_t length)
{
	struct ether_arp answer = packet->arp;
	uint32_t target;
	uint8_t mac[ETH_ALEN];

	memcpy(&target, packet->arp.arp_tpa, sizeof target);
	if (length < sizeof *packet || ntohs(packet->arp.ea_hdr.ar_op) != ARPOP_REQUEST || !mac_of(ntohl(target), mac))
		return;
	/* A question to one MAC alone is answered by that one or nobody. */
	if (!(packet->ethernet.ether_dhost[0] & 1) && memcmp(packet->ethernet.ether_dhost, mac, ETH_ALEN) != 0)
		return;
	answer.ea_hdr.ar_op = htons(ARPOP_REPLY);
	memcpy(answer.arp_sha, mac, ETH_ALEN);
	memcpy(answer.arp_spa, packet->arp.arp_tpa, 4);
	memcpy(answer.arp_tha, packet->arp.arp_sha, ETH_ALEN);
	memcpy(answer.arp_tpa, packet->arp.arp_spa, 4);
	packet->arp = answer;
	memcpy(packet->ethernet.ether_dhost, answer.arp_tha, ETH_ALEN);
	memcpy(packet->ethernet.ether_shost, mac, ETH_ALEN);
	reply(packet, sizeof *packet);
}

/* --- IP --- */

static void turn(uint8_t *frame, struct iphdr *ip, const uint8_t from[static ETH_ALEN])
{
	struct ether_header *ethernet = (struct ether_header *)frame;
	uint32_t source = ip->saddr;

	memcpy(ethernet->ether_dhost, ethernet->ether_shost, ETH_ALEN);
	memcpy(ethernet->ether_shost, from, ETH_ALEN);
	ip->saddr = ip->daddr;
	ip->daddr = source;
	ip->ttl = TTL;
	ip->check = 0;
	ip->check = fold(sum(ip, sizeof *ip));
}

static void take_echo(uint8_t *frame, struct iphdr *ip, size_t length)
{
	struct icmphdr *icmp = (struct icmphdr *)(ip + 1);
	uint8_t from[ETH_ALEN];

	if (length < sizeof *icmp || icmp->type != ICMP_ECHO)
		return;
	memcpy(from, frame, ETH_ALEN);
	turn(frame, ip, from);
	icmp->type = ICMP_ECHOREPLY;
	icmp->checksum = 0;
	icmp->checksum = fold(sum(icmp, length));
	reply(frame, ETH_HLEN + sizeof *ip + length);
}

/* Options are left out of the answer. */
static void take_syn(uint8_t *frame, struct iphdr *ip, size_t length)
{
	struct tcphdr *tcp = (struct tcphdr *)(ip + 1);
	uint16_t port = tcp->source;
	uint8_t from[ETH_ALEN];

	if (length < sizeof *tcp || !tcp->syn || tcp->ack || ntohs(tcp->dest) != PORT)
		return;
	memcpy(from, frame, ETH_ALEN);
	if (is_director(from))
		mac_of_server(0, from);
	ip->tot_len = htons(sizeof *ip + sizeof *tcp);
	turn(frame, ip, from);
	tcp->source = tcp->dest;
	tcp->dest = port;
	tcp->ack_seq = htonl(ntohl(tcp->seq) + 1);
	tcp->seq = htonl(1);
	tcp->ack = 1;
	tcp->doff = sizeof *tcp / 4;
	tcp->check = 0;
	tcp->check = fold(sum(tcp, sizeof *tcp) + sum(&ip->saddr, 8) + IPPROTO_TCP + sizeof *tcp);
	reply(frame, ETH_HLEN + sizeof *ip + sizeof *tcp);
}

static void take_ip(uint8_t *frame, size_t length)
{
	struct iphdr *ip = (struct iphdr *)(frame + ETH_HLEN);
	size_t total;

	if (length < ETH_HLEN + sizeof *ip || ip->ihl != 5 || (!is_director(frame) && !is_server(frame)))
		return;
	total = ntohs(ip->tot_len);
	if (total < sizeof *ip || total > length - ETH_HLEN)
		return;
	if (ip->protocol == IPPROTO_ICMP)
		take_echo(frame, ip, total - sizeof *ip);
	else if (ip->protocol == IPPROTO_TCP)
		take_syn(frame, ip, total - sizeof *ip);
}

int main(int argc, char **argv)
{
	static uint8_t frame[FRAME_MAX] __attribute__((aligned(4)));
	static const int room = 8 << 20;
	const struct packet_mreq all = { .mr_ifindex = argc == 3 ? (int)if_nametoindex(argv[1]) : 0,
					 .mr_type = PACKET_MR_PROMISC };

	if (argc != 3 || all.mr_ifindex == 0)
		errx(2, "usage: crowd INTERFACE COUNT");
	server_count = (uint32_t)atoi(argv[2]);
	interface.sll_ifindex = all.mr_ifindex;
	interface.sll_protocol = htons(ETH_P_ALL);
	fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	if (fd < 0 || bind(fd, (struct sockaddr *)&interface, sizeof interface) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) < 0)
		err(3, "%s", argv[1]);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
	for (;;) {
		struct sockaddr_ll from;
		socklen_t size = sizeof from;
		ssize_t got = recvfrom(fd, frame, sizeof frame, 0, (struct sockaddr *)&from, &size);

		if (got < (ssize_t)sizeof(struct ether_header) || from.sll_pkttype == PACKET_OUTGOING)
			continue;
		if (ntohs(((struct ether_header *)frame)->ether_type) == ETHERTYPE_ARP)
			take_arp((struct arp_packet *)frame, (size_t)got);
		else if (ntohs(((struct ether_header *)frame)->ether_type) == ETHERTYPE_IP)
			take_ip(frame, (size_t)got);
	}
}
