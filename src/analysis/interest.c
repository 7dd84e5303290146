// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Passing over what cannot matter. On a busy link nearly every frame is data
 * of conversations that run, between addresses of which no ARP packet spoke,
 * or whose MACs and TTLs were looked at often enough. One look at fixed
 * offsets tells, so that the decoder need not run.
 */
#include "analysis/engine_private.h"

#include "base/hash.h"

enum {
	/* Offsets into an untagged Ethernet frame with an IPv4 header without options (RFC 894, RFC 791). */
	AT_DESTINATION_MAC = 0,
	AT_SOURCE_MAC = 6,
	AT_ETHERTYPE = 12,
	AT_IP = 14,
	AT_TTL = AT_IP + 8,
	AT_PROTOCOL = AT_IP + 9,
	AT_SOURCE = AT_IP + 12,
	AT_DESTINATION = AT_IP + 16,
	AT_PORTS = AT_IP + 20,
	AT_TCP_FLAGS = AT_PORTS + 13,
	DULL_LEAST = AT_TCP_FLAGS + 1,
};

/* --- addresses --- */

static uint32_t read_address(const uint8_t *at)
{
	uint32_t address;

	memcpy(&address, at, sizeof address);
	return address;
}

static uint32_t bit_of_v4(uint32_t address)
{
	return (uint32_t)((address * UINT64_C(0x9e3779b97f4a7c15)) >> 48) % INTEREST_BITS;
}

static uint32_t bit_of(const struct ip *ip)
{
	if (ip->family == 4)
		return bit_of_v4(read_address(ip->b));
	return (uint32_t)hash_bytes(ip->b, sizeof ip->b, 0) % INTEREST_BITS;
}

static void set_bit(uint8_t *bits, uint32_t bit)
{
	bits[bit / 8] |= (uint8_t)(1 << bit % 8);
}

static bool has_bit(const uint8_t *bits, uint32_t bit)
{
	return (bits[bit / 8] & (1 << bit % 8)) != 0;
}

void interest_add(struct engine *engine, const struct ip *ip)
{
	set_bit(engine->interest, bit_of(ip));
}

void interest_add_service(struct engine *engine, const struct ip *ip)
{
	set_bit(engine->interest, bit_of(ip));
	set_bit(engine->services, bit_of(ip));
}

/* --- senders and receivers --- */

static uint64_t read_mac(const uint8_t *at)
{
	uint64_t mac = 0;

	memcpy(&mac, at, sizeof(struct mac));
	return mac;
}

static uint64_t mac_and_ttl(const uint8_t *mac, uint8_t ttl)
{
	return read_mac(mac) << 8 | ttl;
}

/*
 * A few places for each, one cache line together, so that neighbours in the table do not push each other out for ever.
 * MACs are often made from addresses: each is multiplied before they are joined, or their differences would cancel out.
 */
static uint32_t slot_of(uint64_t mac, uint32_t address)
{
	uint64_t hash = mac * UINT64_C(0x9e3779b97f4a7c15) + address * UINT64_C(0xc2b2ae3d27d4eb4f);

	return (uint32_t)(hash >> 32) % SETTLED_SLOTS / SETTLED_PLACES * SETTLED_PLACES;
}

static bool is_entry(const struct engine *engine, const struct settled *entry, uint64_t mac, uint32_t address)
{
	return entry->mac_and_ttl == mac && entry->address == address && entry->generation == engine->generation;
}

static bool is_settled(const struct engine *engine, const struct settled *table, uint64_t mac, uint32_t address)
{
	const struct settled *places = &table[slot_of(mac, address)];

	for (int i = 0; i < SETTLED_PLACES; i++)
		if (is_entry(engine, &places[i], mac, address))
			return places[i].count >= SETTLED_ENOUGH;
	return false;
}

/* The entry's place; where it has none, that of an outdated entry, or of the one that was seen least. */
static struct settled *place_of(const struct engine *engine, struct settled *places, uint64_t mac, uint32_t address)
{
	struct settled *free = &places[0];

	for (int i = 0; i < SETTLED_PLACES; i++) {
		if (is_entry(engine, &places[i], mac, address))
			return &places[i];
		if (places[i].generation != engine->generation)
			places[i] = (struct settled){ .generation = engine->generation };
		if (places[i].count < free->count)
			free = &places[i];
	}
	return free;
}

static void settle(const struct engine *engine, struct settled *table, uint64_t mac, uint32_t address)
{
	struct settled *entry = place_of(engine, &table[slot_of(mac, address)], mac, address);

	if (!is_entry(engine, entry, mac, address))
		*entry = (struct settled){ .mac_and_ttl = mac, .address = address, .generation = engine->generation };
	if (entry->count < SETTLED_ENOUGH)
		entry->count++;
}

void interest_settle_sender(struct engine *engine, const struct packet *packet)
{
	if (packet->ip.source.family == 4)
		settle(engine, engine->senders, mac_and_ttl(packet->source.b, packet->ip.ttl),
		       read_address(packet->ip.source.b));
}

void interest_settle_receiver(struct engine *engine, const struct packet *packet)
{
	if (packet->ip.source.family == 4)
		settle(engine, engine->receivers, mac_and_ttl(packet->destination.b, 0),
		       read_address(packet->ip.destination.b));
}

void interest_unsettle(struct engine *engine)
{
	engine->generation++;
}

/* --- frames --- */

/* Ports whose packets are decoded whoever sends them: DHCP, HSRP, and the overlays and tunnels over UDP. */
static bool is_decoded_port(uint16_t port)
{
	return port == 67 || port == 68 || port == 1985 || port == 4789 || port == 8472 || port == 6080 || port == 6081;
}

static bool is_plain_udp(const uint8_t *ports)
{
	return !is_decoded_port((uint16_t)(ports[0] << 8 | ports[1])) &&
	       !is_decoded_port((uint16_t)(ports[2] << 8 | ports[3]));
}

static bool carries_data(const uint8_t *b)
{
	if (b[AT_ETHERTYPE] != 0x08 || b[AT_ETHERTYPE + 1] != 0x00 || b[AT_IP] != 0x45)
		return false;
	if (b[AT_PROTOCOL] == IP_PROTO_TCP)
		return (b[AT_TCP_FLAGS] & (TCP_SYN | TCP_RST)) == 0;
	return b[AT_PROTOCOL] == IP_PROTO_UDP && is_plain_udp(b + AT_PORTS);
}

bool interest_is_dull(const struct engine *engine, const struct frame *frame)
{
	const uint8_t *b = frame->bytes;
	uint32_t source, destination, source_bit, destination_bit;

	if (frame->link_type != LINK_ETHERNET || frame->captured < DULL_LEAST || !carries_data(b))
		return false;
	source = read_address(b + AT_SOURCE);
	destination = read_address(b + AT_DESTINATION);
	source_bit = bit_of_v4(source);
	destination_bit = bit_of_v4(destination);
	if (!has_bit(engine->interest, source_bit) && !has_bit(engine->interest, destination_bit))
		return true;
	if (has_bit(engine->services, source_bit) || has_bit(engine->services, destination_bit))
		return false;
	return is_settled(engine, engine->senders, mac_and_ttl(b + AT_SOURCE_MAC, b[AT_TTL]), source) &&
	       is_settled(engine, engine->receivers, mac_and_ttl(b + AT_DESTINATION_MAC, 0), destination);
}
