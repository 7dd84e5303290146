// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes in network order, and the Internet checksum. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mkpcap.h"

void put_bytes(struct octets *o, const void *bytes, size_t count)
{
	if (count > sizeof o->b - o->length) {
		fprintf(stderr, "mkpcap: a frame is longer than %zu bytes\n", sizeof o->b);
		exit(1);
	}
	memcpy(o->b + o->length, bytes, count);
	o->length += count;
}

void put_8(struct octets *o, unsigned value)
{
	put_bytes(o, &(uint8_t){ (uint8_t)value }, 1);
}

void put_16(struct octets *o, unsigned value)
{
	put_8(o, value >> 8 & 0xff);
	put_8(o, value & 0xff);
}

void put_32(struct octets *o, uint32_t value)
{
	put_16(o, value >> 16);
	put_16(o, value & 0xffff);
}

void put_fill(struct octets *o, unsigned value, size_t count)
{
	while (count-- > 0)
		put_8(o, value);
}

void put_mac(struct octets *o, struct mac mac)
{
	put_bytes(o, mac.b, sizeof mac.b);
}

void put_ip(struct octets *o, struct ip ip)
{
	put_bytes(o, ip.b, ip.family == 6 ? 16 : 4);
}

void set_16(struct octets *o, size_t at, unsigned value)
{
	o->b[at] = (uint8_t)(value >> 8);
	o->b[at + 1] = (uint8_t)value;
}

uint16_t internet_checksum(const uint8_t *bytes, size_t count, uint32_t sum)
{
	for (size_t i = 0; i < count; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}
