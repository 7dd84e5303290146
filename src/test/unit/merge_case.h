// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports as JSON, which is how they come, and what tests of merging ask of the merged one. */
#ifndef TEST_MERGE_CASE_H
#define TEST_MERGE_CASE_H

#include "merge/merge.h"

/* --- the cast: a client, a director, two real servers, and the Dom0 that routes between them --- */

#define LINK(name, mac, more) "{\"name\":\"" name "\",\"mac\":\"" mac "\",\"up\":true,\"arp\":true" more "}"
#define VIF(name)             LINK(name, "fe:ff:ff:ff:ff:ff", ",\"vif\":true,\"proxy_arp\":true")
#define ADDRESS(ip, link)     "{\"address\":\"" ip "\",\"prefix\":24,\"link\":\"" link "\"}"
#define HOST(ip, mac, own)                                                                                             \
	"{\"ip\":\"" ip "\",\"macs\":[{\"mac\":\"" mac "\",\"kind\":\"xen\",\"own\":\"" own                            \
	"\",\"own_reason\":\"\",\"claims\":3}]}"
#define MACHINE(role, links, addresses, more)                                                                          \
	"\"machine\":{\"role\":\"" role "\",\"virtualisation\":\"xen-guest\",\"ipvs\":\"unseen\",\"links\":[" links    \
	"],\"addresses\":[" addresses "]" more "}"
#define INPUT   "\"inputs\":[{\"name\":\"state\",\"format\":\"host\",\"link_type\":\"a host\"}],"
#define CAPTURE "\"inputs\":[{\"name\":\"eth0.pcap\",\"format\":\"pcap\",\"link_type\":\"EN10MB\",\"frames\":9}],"

#define RS1_MAC  "00:16:3e:00:00:0d"
#define RS2_MAC  "00:16:3e:00:00:0e"
#define DOM0_MAC "fe:ff:ff:ff:ff:ff"

#define VIP_SETUP(method)                                                                                              \
	",\"topology\":{\"source\":\"configured\",\"vips\":[{\"address\":\"10.1.1.1\",\"port\":80,\"protocol\":"       \
	"\"tcp\",\"method\":" method ",\"source\":\"configured\"}]}"
#define DIRECTOR_LINK LINK("eth0", "00:16:3e:00:00:0b", "")

extern const char rs1[], rs2[], dom0[], client[];

/* Fails the test where the report is none. The command is inspect where `content` has a machine, else probe. */
void merge_case_add(struct merge *merge, const char *name, const char *content);
/* The caller frees the report. */
void merge_case_finish(struct merge *merge, struct report *report);
/* Names and contents in turn, closed by NULL. */
void merge_these(struct report *report, ...);

/* NULL for none. */
const struct fault *find_fault(const struct report *report, const char *rule, const char *ip);
const struct report_conflict *find_conflict(const struct report *report, const char *about);
void assert_says(const struct fault *fault, const char *words);

#endif
