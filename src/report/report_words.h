// SPDX-License-Identifier: GPL-2.0-or-later
/* Phrases that several formats share. */
#ifndef REPORT_REPORT_WORDS_H
#define REPORT_REPORT_WORDS_H

#include <stdint.h>

#include "analysis/report.h"
#include "base/text.h"

/* "tcp", "udp", "sctp"; NULL for 0 (any). */
const char *report_protocol_name(uint8_t protocol);

/* The name of an input as given; "-" where the report has no such input. */
const char *report_input_name(const struct report *report, uint32_t input);

/* What a source of a merged report is called; "-" where it has no such. */
const char *report_source_label(const struct report *report, uint32_t source);

/* "client, dir1 and 12 more" */
void report_add_labels(struct text *text, const struct report *report, const uint32_t *sources, uint32_t count);

/* "10.1.1.13: its own MAC: rs1 says 00:16:3e:00:00:0d; twin says 00:16:3e:00:00:0e" */
void report_add_conflict(struct text *text, const struct report *report, const struct report_conflict *conflict);

/* The row's service: "10.1.1.1:80/tcp", "[2001:db8::1]:80/tcp", "10.1.1.1" (any port), "fwmark 7". */
void report_add_service(struct text *text, const struct report_row *row);

/* "12" for one tag, "100.12" (outer, inner) for two. */
void report_add_vlan(struct text *text, uint32_t vlan);

/* "10.1.1.13 at fe:ff:ff:ff:ff:ff, VIP 10.1.1.1, VLAN 12": what of it is known; "the segment" for nothing. */
void report_add_subject(struct text *text, const struct subject *subject);

/*
 * "FILE:FRAME" with the file's name made printable. Frame 0 for a fault that no frame shows;
 * of what a host says of itself the word in front of its note: "rs1:net.ipv4.ip_forward".
 */
void report_add_place(struct text *text, const struct report *report, const struct evidence *evidence);

/* The frame that a fault is filed under: its first evidence, or none at all. */
struct evidence report_first_evidence(const struct fault *fault);

uint32_t report_count_faults(const struct report *report, enum severity severity);

/*
 * The MAC that a host is believed to have: the configured one, the one proven its own, or the only one seen unless
 * that is proven another's. False for none.
 */
bool report_mac_of_host(const struct report *report, const struct topology_host *host, struct mac *mac);

/* What the traffic showed of an address, in the lowest of its VLANs; NULL for nothing. Hosts are in their fixed order.
 */
const struct report_host *report_find_host(const struct report *report, const struct ip *ip);

#endif
