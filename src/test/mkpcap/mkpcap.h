// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mkpcap: captures written from a text that can be reviewed.
 *
 *     mkpcap SCRIPT OUTPUT
 *
 * The same script gives the same bytes, always. The encoder is deliberately
 * its own and shares nothing but address parsing with the program under test:
 * a mistake in the one must not hide its twin in the other.
 *
 * THE LANGUAGE, one statement a line; `#` begins a comment.
 *
 *   host NAME IPV4 MAC [IPV6]         a machine; `-` where it has no such address (a VIP has no MAC)
 *   file NAME [link ethernet|sll|sll2] [format pcap|pcap-ns|pcapng] [clock SECONDS] [snap BYTES] [drops N] [cut BYTES]
 *                                     a vantage: OUTPUT becomes x-NAME.pcap for x.pcap; `file .` is OUTPUT itself.
 *                                     `clock` is added to all its times, `drops` are reported by pcapng interface
 *                                     statistics, `cut` removes the end of the file
 *   include PATH                      the statements of another file; relative to this one
 *   to NAME... | to all               where the frames that follow are seen (all at first)
 *   repeat N [from M] ... end         the lines between, with $i = M..M+N-1 (M is 0), $x the same as two hex digits
 *   +SECONDS FRAME                    a frame, that long after the previous one (the first: after 2026-01-01 00:00 UTC)
 *   @SECONDS FRAME                    a frame at that time after the beginning
 *
 * Where an address is asked for, a literal or a host's name stands: NAME is the IPv4 or MAC address, NAME.6 the IPv6
 * address. FRAME is
 *
 *   arp who-has IP tell HOST          broadcast request; `unicast MAC` asks one
 *   arp probe IP by HOST              sender 0.0.0.0 (RFC 5227); `unicast MAC`
 *   arp reply IP is-at MAC to HOST    unicast reply
 *   arp announce IP by HOST [reply]   gratuitous, broadcast: request with target MAC zero, or reply with tha = sha
 *   rarp HOST                         the announcement of a virtual machine that moved
 *       all of them: [sha MAC] [spa IP] [tha MAC] [tpa IP] [op N] [hw N] [proto N] [hlen N] [plen N]
 *                    [eth-src MAC] [eth-dst MAC] [short BYTES: the frame ends that much too early]
 *   ip IP > IP [from MAC] [via MAC] [ttl N] [ip-id N] [df] [mf] [offset BYTES] UPPER
 *       from, via: MACs of the frame, where they are not those of source and destination. UPPER is
 *       tcp SPORT>DPORT syn|synack|ack|psh|rst|rstack|fin [seq N] [ack-no N] [data N] [bad-sum]
 *       udp SPORT>DPORT [data N]
 *       echo|echo-reply id N [seq N] [data N]
 *       time-exceeded|redirect IP|unreachable net|host|protocol|port|frag|prohibited  quoting LABEL
 *       unreachable frag and IPv6's too-big also take `mtu N`
 *       The quoted packet is the labelled one as it was; `quoted-ttl N` changes its TTL.
 *   forward LABEL from MAC via MAC [ttl N] [src IP] [dst IP]
 *       the labelled packet once more, one TTL less, other MACs, perhaps other addresses (NAT)
 *   tunnel ipip|gre|gue IP > IP [from MAC] [via MAC] [ttl N] carrying LABEL [inner-ttl N]
 *   ns IP6 by HOST [unicast MAC] [dad]          neighbour solicitation; dad: source ::
 *   na IP6 is-at MAC to HOST|all [flags RSO] [hop-limit N] [eth-src MAC]
 *   vrrp HOST vrid N prio N [v3] [vmac] [src IP] ADDRESS...
 *   carp HOST vhid N [skew N] [vmac]
 *   hsrp HOST group N vip IP [resign]
 *   dhcp discover|request HOST, dhcp offer|ack HOST by HOST
 *   lacp HOST, lldp HOST              a bond's negotiation; a frame that only lets time pass
 *   raw HEX...                        a whole frame
 *
 *   before any of them: vlan ID or vlan ID.ID (802.1ad outside), vxlan|geneve VNI IP > IP
 *   behind any of them: label NAME (`last` always names the previous frame), snap BYTES
 */
#ifndef MKPCAP_H
#define MKPCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/address.h"

enum { OCTETS_MAX = 9216, WORDS_MAX = 96, HOSTS_MAX = 512, LABELS_MAX = 128, FILES_MAX = 16, NAME_MAX_LENGTH = 32 };

/* A frame under construction. */
struct octets {
	uint8_t b[OCTETS_MAX];
	size_t length;
	size_t network; /* where the IP header begins; 0 for frames without one */
};

void put_8(struct octets *o, unsigned value);
void put_16(struct octets *o, unsigned value);
void put_32(struct octets *o, uint32_t value);
void put_bytes(struct octets *o, const void *bytes, size_t count);
void put_fill(struct octets *o, unsigned value, size_t count);
void put_mac(struct octets *o, struct mac mac);
void put_ip(struct octets *o, struct ip ip); /* 4 or 16 bytes */
void set_16(struct octets *o, size_t at, unsigned value);
/* RFC 1071; `sum` carries a pseudo header's sum in. */
uint16_t internet_checksum(const uint8_t *bytes, size_t count, uint32_t sum);

/* The words of a statement; each is used once, and words that nobody used are an error. */
struct line {
	char *words[WORDS_MAX];
	bool used[WORDS_MAX];
	int count;
};

struct host {
	char name[NAME_MAX_LENGTH];
	struct ip v4, v6;
	struct mac mac;
	bool has_mac;
};

struct label {
	char name[NAME_MAX_LENGTH];
	struct octets frame;
};

struct output {
	char name[NAME_MAX_LENGTH];
	char *path;
	void *stream; /* FILE */
	uint16_t link_type;
	bool pcapng, nanoseconds, selected;
	int64_t clock;
	uint32_t snap;
	uint64_t drops, cut;
};

struct script {
	const char *path;
	unsigned line_number;
	struct host hosts[HOSTS_MAX];
	unsigned host_count;
	struct label labels[LABELS_MAX]; /* the first is `last` */
	unsigned label_count;
	struct output outputs[FILES_MAX];
	unsigned output_count;
	const char *output_path;
	int64_t start, time;
	uint16_t ip_id;
};

/* Says where and what, and ends the program: scripts are ours, there is nothing to go on with. */
_Noreturn void fail(const struct script *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

char *take(const struct script *s, struct line *line, const char *what); /* the next unused word */
char *take_if_any(struct line *line);
bool take_flag(struct line *line, const char *word);
char *take_key(const struct script *s, struct line *line, const char *key); /* its value, or NULL */
char *need_key(const struct script *s, struct line *line, const char *key);
unsigned long take_number(const struct script *s, struct line *line, const char *key, unsigned long otherwise);
unsigned long parse_number(const struct script *s, const char *word);
int64_t parse_seconds(const struct script *s, const char *word); /* nanoseconds */

const struct host *find_host(const struct script *s, const char *name);
const struct host *need_host(const struct script *s, const char *name);
struct mac mac_of(const struct script *s, const char *word);
struct ip ip_of(const struct script *s, const char *word);
/* The MAC a packet to or from `word` travels by: a multicast group's, or the host's with that name or address. */
struct mac mac_behind(const struct script *s, const char *word);
const struct octets *find_label(const struct script *s, const char *name);

extern const struct mac mac_broadcast;

/* Each encodes a whole Ethernet frame; `line` holds the words behind the frame's name. */
typedef void encoder(struct script *s, struct line *line, struct octets *o);
encoder encode_arp, encode_rarp, encode_ip, encode_forward, encode_tunnel, encode_ns, encode_na, encode_vrrp,
    encode_carp, encode_hsrp, encode_dhcp, encode_lacp, encode_lldp, encode_raw;

void put_ethernet(struct octets *o, struct mac destination, struct mac source, unsigned ethertype);
struct ip_fields {
	struct ip source, destination;
	unsigned protocol, ttl, id, fragment; /* `fragment`: the 16 bits of flags and offset */
};
/* An IP header whose lengths and checksums seal_packet() fills in when the rest is there. */
void put_ip_header(struct octets *o, const struct ip_fields *fields);
void seal_packet(struct octets *o, size_t network);
/* Wraps `inner` in UDP between two tunnel ends. */
void encode_overlay(struct script *s, const char *kind, unsigned long vni, const char *from, const char *to,
		    const struct octets *inner, struct octets *o);
void insert_vlan(const struct script *s, struct octets *o, const char *ids);

void output_add(struct script *s, struct line *line);
void output_select(struct script *s, struct line *line);
void output_frame(struct script *s, const struct octets *o, uint32_t snap);
void output_close_all(struct script *s);

#endif
