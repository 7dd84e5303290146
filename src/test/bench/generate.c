// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_generate mixed|arp|udp60|udp1514 PACKETS FILE
 *
 * mixed: TCP and UDP of 60 to 1,514 bytes between 200 hosts, one ARP packet
 * in a hundred: about 640 bytes a packet.
 * arp: nothing but questions and answers of 60 bytes among 65,536 hosts.
 * udp60, udp1514: UDP in frames of that length, from many clients' ports to
 * one service, 10.77.0.1:9 at 02:00:00:00:00:02.
 *
 * The same arguments give the same bytes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_MIN = 60, FRAME_MAX = 1514, ARP_HOSTS = 65536, MIXED_HOSTS = 200, BUFFER = 1 << 20 };

struct state {
	FILE *file;
	uint64_t random;
	uint64_t micros;
	uint8_t frame[FRAME_MAX];
};

/* xorshift64: reproducible everywhere, good enough for sizes and hosts. */
static uint32_t next_random(struct state *s, uint32_t below)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 7;
	s->random ^= s->random << 17;
	return (uint32_t)(s->random >> 16) % below;
}

static void set_mac(uint8_t *at, uint32_t host)
{
	const uint8_t mac[6] = { 0x00, 0x16, 0x3e, 0x01, (uint8_t)(host >> 8), (uint8_t)host };

	memcpy(at, mac, sizeof mac);
}

static void set_ip(uint8_t *at, uint32_t host)
{
	const uint8_t ip[4] = { 10, 77, (uint8_t)(host >> 8), (uint8_t)host };

	memcpy(at, ip, sizeof ip);
}

static void set_16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void write_frame(struct state *s, uint32_t length)
{
	const uint32_t header[4] = { (uint32_t)(1767225600 + s->micros / 1000000), (uint32_t)(s->micros % 1000000),
				     length, length };

	s->micros += 3;
	if (fwrite(header, sizeof header, 1, s->file) != 1 || fwrite(s->frame, length, 1, s->file) != 1) {
		perror("bench_generate");
		exit(1);
	}
}

static void write_arp(struct state *s, uint32_t asker, uint32_t target, int reply)
{
	uint8_t *f = s->frame;
	uint32_t sender = reply ? target : asker, receiver = reply ? asker : target;

	memset(f, 0, FRAME_MIN);
	memset(f, 0xff, 6);
	if (reply)
		set_mac(f, asker);
	set_mac(f + 6, sender);
	memcpy(f + 12, "\x08\x06\x00\x01\x08\x00\x06\x04\x00", 9);
	f[21] = reply ? 2 : 1;
	set_mac(f + 22, sender);
	set_ip(f + 28, sender);
	if (reply)
		set_mac(f + 32, receiver);
	set_ip(f + 38, receiver);
	write_frame(s, FRAME_MIN);
}

static void write_packet(struct state *s)
{
	uint32_t source = 1 + next_random(s, MIXED_HOSTS), destination = 1 + next_random(s, MIXED_HOSTS);
	uint32_t kind = next_random(s, 3);
	/* A third small, a third full, a third anything between. */
	uint32_t length = kind == 0   ? FRAME_MIN
			  : kind == 1 ? FRAME_MAX
				      : FRAME_MIN + next_random(s, FRAME_MAX - FRAME_MIN);
	int tcp = next_random(s, 5) > 0;
	uint8_t *f = s->frame;

	if (kind == 1 && next_random(s, 3) == 0)
		length = 590;
	set_mac(f, destination);
	set_mac(f + 6, source);
	memcpy(f + 12, "\x08\x00\x45\x00", 4);
	set_16(f + 16, length - 14);
	set_16(f + 18, next_random(s, 65536));
	set_16(f + 20, 0x4000);
	f[22] = 64;
	f[23] = tcp ? 6 : 17;
	set_16(f + 24, 0);
	set_ip(f + 26, source);
	set_ip(f + 30, destination);
	set_16(f + 34, 32768 + next_random(s, 28232)); /* net.ipv4.ip_local_port_range */
	set_16(f + 36, tcp ? 443 : 4500);
	set_16(f + 38, tcp ? next_random(s, 65536) : length - 34);
	memset(f + 40, 0, 14);
	if (tcp)
		memcpy(f + 46, "\x50\x10\x20\x00", 4);
	write_frame(s, length);
}

static void write_datagrams(struct state *s, uint32_t length, uint64_t packets)
{
	static const uint8_t macs[12] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1 };
	uint8_t *f = s->frame;

	for (uint64_t i = 0; i < packets; i++) {
		memset(f, 'x', length);
		memcpy(f, macs, sizeof macs);
		memcpy(f + 12, "\x08\x00\x45\x00", 4);
		set_16(f + 16, length - 14);
		set_16(f + 18, (uint32_t)i);
		set_16(f + 20, 0x4000);
		f[22] = 64;
		f[23] = 17;
		set_16(f + 24, 0);
		set_ip(f + 26, 256 + (uint32_t)i % 200);
		set_ip(f + 30, 1);
		set_16(f + 34, 32768 + (uint32_t)i % 28232);
		set_16(f + 36, 9);
		set_16(f + 38, length - 34);
		set_16(f + 40, 0);
		write_frame(s, length);
	}
}

static void write_all(struct state *s, int only_arp, uint64_t packets)
{
	const uint32_t hosts = only_arp ? ARP_HOSTS : MIXED_HOSTS;

	for (uint64_t i = 0; i < packets; i++) {
		uint32_t host = (uint32_t)(i / 2 % hosts);
		if (only_arp || i % 100 == 0)
			write_arp(s, (host * 7 + 1) % hosts, host, only_arp ? i % 2 == 1 : i / 100 % 2 == 1);
		else
			write_packet(s);
	}
}

int main(int argc, char **argv)
{
	static struct state s = { .random = UINT64_C(88172645463325252) };
	const uint32_t header[6] = { 0xa1b2c3d4, 4u << 16 | 2, 0, 0, 262144, 1 };
	const char *kind = argc == 4 ? argv[1] : "";
	int udp = strncmp(kind, "udp", 3) == 0;
	unsigned long length = udp ? strtoul(kind + 3, NULL, 10) : FRAME_MIN;

	if ((!udp && strcmp(kind, "arp") != 0 && strcmp(kind, "mixed") != 0) || length < FRAME_MIN ||
	    length > FRAME_MAX || !(s.file = fopen(argv[3], "wb"))) {
		fprintf(stderr, "usage: bench_generate mixed|arp|udp60|udp1514 PACKETS FILE\n");
		return 2;
	}
	setvbuf(s.file, NULL, _IOFBF, BUFFER);
	fwrite(header, sizeof header, 1, s.file);
	if (udp)
		write_datagrams(&s, (uint32_t)length, strtoull(argv[2], NULL, 10));
	else
		write_all(&s, strcmp(kind, "arp") == 0, strtoull(argv[2], NULL, 10));
	if (fclose(s.file) != 0) {
		perror("bench_generate");
		return 1;
	}
	return 0;
}
