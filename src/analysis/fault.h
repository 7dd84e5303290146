// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults and the evidence that they rest on. */
#ifndef ANALYSIS_FAULT_H
#define ANALYSIS_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "wire/address.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

/* proven: a test that only this fault can explain; likely: evidence that agrees; hint: a name or a pattern. */
enum confidence { CONFIDENCE_HINT, CONFIDENCE_LIKELY, CONFIDENCE_PROVEN };

enum { FAULT_MAX_EVIDENCE = 8, FAULT_MAX_REMEDIES = 6, EVIDENCE_NOTE_SIZE = 120 };

/* A frame that anybody can open in Wireshark, and what it shows. */
struct evidence {
	uint32_t input;
	uint64_t frame; /* 0: no evidence */
	nanos time;
	char note[EVIDENCE_NOTE_SIZE];
};

/* Whom a fault is about. Absent parts: family 0, has_mac false, vlan 0. */
struct subject {
	struct ip ip;
	bool has_mac;
	struct mac mac;
	struct ip vip;
	uint32_t vlan; /* up to two VLAN ids: outer << 16 | inner for stacks, the id alone for one tag, 0 untagged */
};

struct rule;

struct fault {
	const struct rule *rule;
	enum severity severity;
	enum confidence confidence;
	struct subject subject;
	char *summary; /* one line: what is wrong and who is guilty */
	char *effect;
	char *remedies[FAULT_MAX_REMEDIES]; /* NULL behind the last */
	nanos first, last;
	uint64_t count;
	struct evidence evidence[FAULT_MAX_EVIDENCE]; /* oldest first */
	uint32_t evidence_count;
	uint32_t *sources; /* of a merged report: which of its sources say so, ascending */
	uint32_t source_count;
};

void fault_free(struct fault *fault);
const char *severity_name(enum severity severity); /* "info", "warning", "error" */
bool severity_parse(const char *text, enum severity *severity);
const char *confidence_name(enum confidence confidence);

#endif
