// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report: what every command ends in and every writer starts from.
 *
 * A plain value owned by the caller (report_free). All strings inside are
 * owned by the report or are static. The order of each list is fixed:
 * inputs as given; services by VIP, port, protocol; matrix rows by VIP, port,
 * protocol, fwmark, real server or director; faults by severity (error first), rule in the
 * registry's order, subject address, MAC, VLAN; replays as matrix rows; hosts by address, VLAN; MACs
 * of a host by first sight; of a merged report, by MAC; sources by name, digest;
 * conflicts by what they are about.
 */
#ifndef ANALYSIS_REPORT_H
#define ANALYSIS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/fault.h"
#include "analysis/machine.h"
#include "analysis/replay.h"
#include "base/error.h"
#include "base/nanos.h"
#include "topology/topology.h"
#include "wire/address.h"

enum report_verdict { REPORT_CLEAN, REPORT_FAULTY, REPORT_INCOMPLETE };

struct report_input {
	char *name;
	char *format;    /* "pcap", "pcap-ns", "pcapng", "live" */
	char *link_type; /* "EN10MB (Ethernet)" */
	uint64_t frames, bytes, dropped;
	nanos first, last; /* valid where frames > 0 */
	bool truncated;
	bool has_offset;    /* another input shares packets with this one */
	nanos offset;       /* this input's clock minus the reference input's; the reference has 0 */
	uint32_t reference; /* index of the input that the offset is relative to */
	uint32_t matches;   /* packets that the estimate rests on */
	uint32_t source;    /* of a merged report: the report that it comes from */
};

/* One packet that several inputs saw, in travelling order. */
struct report_hop {
	uint32_t input;
	uint64_t frame;
	nanos time;
	struct mac source, destination;
	bool has_destination;
	uint8_t ttl;
};

struct report_path {
	char *packet; /* what it is, for people */
	struct report_hop *hops;
	uint32_t hop_count;
	uint32_t *absent; /* of a merged report: inputs that would have it if it had come by */
	uint32_t absent_count;
};

/*
 * The first packet of a conversation, and how it travelled as far as this report's inputs saw it. Of many those with
 * the smallest numbers are kept. The number follows from what the packet is (RFC 5475 section 6.2, hash-based
 * selection), so that all vantage points keep the same ones: where a number is smaller than the largest one kept, or
 * fewer than REPORT_MAX_FLOWS are kept, a packet that is missing was not seen, unless flows were forgotten.
 */
enum { REPORT_MAX_FLOWS = 32 };

struct report_flow {
	uint64_t number; /* 48 bits */
	bool answered;
	struct report_path path;
};

enum check {
	CHECK_ARP,
	CHECK_MAC,
	CHECK_HOP,
	CHECK_QUIET,
	CHECK_ACCEPTS,
	CHECK_SERVICE,
	CHECK_RETURN,
	CHECK_REPLAY,
	CHECK_COUNT
};
enum check_value { CHECK_UNKNOWN, CHECK_PASS, CHECK_FAIL, CHECK_NOT_APPLICABLE };

struct report_cell {
	enum check_value value;
	char *reason; /* never NULL; for unknown: why, and what would settle it */
};

struct report_row {
	struct ip vip; /* family 0 for a service that is known by its fwmark alone */
	uint16_t port;
	uint8_t protocol;
	uint32_t fwmark; /* 0: none */
	enum method method;
	struct ip real_server; /* in a director's row: the director */
	bool is_director;
	bool has_mac;
	struct mac mac; /* at which the segment believes it to be */
	struct report_cell cells[CHECK_COUNT];
};

enum own { OWN_UNKNOWN, OWN_YES, OWN_NO };

/* There is one for each host of a large network, so its fields stand without gaps. */
struct report_host_mac {
	struct mac mac;
	bool has_answer_time;
	enum own own;
	const char *own_reason; /* static or among the report's strings, never NULL */
	const char *kind;       /* static or among the report's strings */
	nanos first, last;
	uint64_t claims;
	nanos answer_time; /* the shortest to a question that was asked of all */
};

struct report_host {
	struct ip ip;
	uint32_t vlan;                /* see struct subject */
	struct report_host_mac *macs; /* among the report's */
	uint32_t mac_count;
};

struct report_gap {
	char *reason;
	uint64_t count;
};

/* What is in force on a host, for people: "eth0" and its MAC, addresses, settings. */
struct report_fact {
	char *name, *value;
};

struct report;

enum { DIGEST_SIZE = 33 };

/* A report that was merged, as it came: all that the merged one says can be concluded anew from these. */
struct report_source {
	char *name;               /* the file's, as a rule the machine's; not unique */
	char *label;              /* unique: the name, where needed with the beginning of the digest */
	char digest[DIGEST_SIZE]; /* of the report, in hexadecimal digits */
	struct report *report;    /* owned */
};

/* One of several sayings that cannot all be true. */
struct report_statement {
	char *says;
	uint32_t *sources; /* who says it, ascending */
	uint32_t source_count;
};

struct report_conflict {
	char *about; /* "10.1.1.1:80/tcp on 10.1.1.13: quiet" */
	struct report_statement *statements;
	uint32_t statement_count;
};

/* A backend of a stand-in director: a real server in a service. */
struct report_forward {
	struct ip vip;
	uint16_t port;
	uint8_t protocol;
	enum method method;
	struct ip real_server;
	bool has_mac;
	struct mac mac;    /* that frames go to */
	bool known, up;    /* as the latest check found it */
	const char *why;   /* static or among the report's strings */
	uint32_t failures; /* how often it went down */
	uint64_t packets, bytes, flows, too_big;
};

/* Of a blast: a real server in a service. */
struct report_blast {
	struct ip vip;
	uint16_t port;
	uint8_t protocol;
	enum method method;
	struct ip real_server;
	struct mac mac;                      /* that frames went to */
	uint64_t sent;                       /* frames */
	uint64_t answered;                   /* frames that came back, of all the next kinds together */
	uint64_t syn_acks, resets, segments; /* TCP: SYN and ACK, RST, others */
	uint64_t datagrams;                  /* UDP */
	uint64_t errors;                     /* ICMP and ICMPv6 */
};

struct report {
	const char *command; /* static */
	enum report_verdict verdict;
	struct report_input *inputs;
	uint32_t input_count;
	struct topology topology; /* configured and inferred together */
	bool topology_configured, topology_inferred;
	struct report_row *rows; /* a service on a real server */
	uint32_t row_count;
	struct report_row *director_rows; /* a service and a director that forwards for it */
	uint32_t director_row_count;
	struct fault *faults;
	uint32_t fault_count;
	struct report_host *hosts;
	uint32_t host_count;
	struct report_host_mac *host_macs; /* of all hosts, one behind the other */
	struct report_path *paths;         /* packets followed through several inputs */
	uint32_t path_count;
	struct report_flow *flows; /* by number */
	uint32_t flow_count;
	bool flows_forgotten; /* there were more than the engine remembers: a flow that is missing may have been seen */
	struct report_gap *gaps; /* why the evidence is incomplete */
	uint32_t gap_count;
	struct replay_result *replays; /* as matrix rows are: by VIP, port, protocol, fwmark, real server */
	uint32_t replay_count;
	struct report_fact *facts; /* of the host that was inspected */
	uint32_t fact_count;
	struct report_machine *machine; /* the same, for other machines' reports; NULL where none was inspected */
	struct report_source *sources;  /* of a merged report */
	uint32_t source_count;
	struct report_conflict *conflicts; /* where they contradict each other */
	uint32_t conflict_count;
	char **strings; /* that host_macs and forwards point into */
	uint32_t string_count;
	struct report_forward *forwards; /* of a director that stood in, as the set-up has them; else none */
	uint32_t forward_count;
	struct report_blast *blasts; /* of a blast, as the set-up has them; else none */
	uint32_t blast_count;
};

#define REPORT_INIT                                                                                                    \
	{                                                                                                              \
		.command = ""                                                                                          \
	}

void report_free(struct report *report);

/* Behind those that are there. A failed allocation leaves the line out and gives ERROR_MEMORY. */
int report_add_fact(struct report *report, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/*
 * Counts with the gap of the same reason, where there is one; nothing where `count` is 0. ERROR_MEMORY leaves the
 * report as it was.
 */
int report_add_gap(struct report *report, uint64_t count, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The order of matrix rows by their services: negative, 0 or positive. */
int report_compare_services(const struct report_row *a, const struct report_row *b);

const char *check_name(enum check check);             /* "arp", "mac", ... */
const char *check_value_name(enum check_value value); /* "pass", "fail", "unknown", "n/a" */
const char *own_name(enum own own);                   /* "yes", "no", "unknown" */
const char *report_verdict_name(enum report_verdict verdict);
/* From its faults and gaps: faulty with any warning or error, else incomplete with any gap. */
enum report_verdict report_judge(const struct report *report);

/* DESIGN: 0 clean, 1 faults at or above `fail_on`, 4 no such fault but incomplete evidence. */
int report_exit_status(const struct report *report, enum severity fail_on);

#endif
