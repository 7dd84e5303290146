// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What came of recorded conversations that were replayed to one real server of one service. A plain value: whoever
 * replays fills it, the engine judges it (matrix column `replay`), the report shows it.
 */
#ifndef ANALYSIS_REPLAY_H
#define ANALYSIS_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "topology/topology.h"
#include "wire/address.h"

enum { REPLAY_CONTEXT_SIZE = 64 };

/* Times from a request's last byte to the first byte of its answer. All 0 where `count` is. */
struct replay_times {
	uint32_t count;
	nanos p50, p90, p99, max; /* not smaller than the true ones, and at most 1/16 larger; `max` is exact */
};

/* Where an answer left the recording for the first time, or, where it never did, another real server's answer. */
struct replay_difference {
	struct ip beside;                   /* whose answer stands for the recorded one; family 0: that one itself */
	uint32_t conversation;              /* in the order of the recording, from 1; 0: there is none */
	uint64_t offset;                    /* bytes, after what is ignored was taken out */
	uint64_t recorded_length, length;   /* of both answers, bytes, likewise */
	char recorded[REPLAY_CONTEXT_SIZE]; /* what stands there, printable ASCII, from a little before on */
	char got[REPLAY_CONTEXT_SIZE];
};

struct replay_result {
	/* Which row of the matrix: the service as the topology has it (port and protocol may be 0: any). */
	struct ip vip;
	uint16_t port;
	uint8_t protocol;
	uint32_t fwmark;
	enum method method;
	struct ip real_server;

	uint32_t planned; /* conversations; the next ones add up to at most that */
	uint32_t active;  /* under way now */
	uint32_t completed;
	uint32_t refused;     /* RST to the SYN, port unreachable */
	uint32_t reset;       /* RST later than that, where the recording has none */
	uint32_t timed_out;   /* silence */
	uint32_t unreachable; /* another ICMP error, or nobody answers for the real server's address */
	uint32_t left_out;    /* not tried: interrupted, or nothing before was answered at all */

	/* Of those that completed. */
	uint32_t as_recorded, not_as_recorded;
	uint32_t not_compared; /* the recording does not hold the answer */
	uint32_t like_others,
	    unlike_others; /* the answer that most real servers gave; both 0 where there is one only */
	uint32_t disputed; /* the others gave another answer, and neither most of them nor the recording decides */

	struct replay_times connect; /* SYN to SYN/ACK */
	struct replay_times answer;
	struct replay_times recorded; /* the same in the recording, of all its conversations with the service */

	uint64_t sent, received;  /* frames */
	uint64_t retransmissions; /* segments that were sent again for want of an acknowledgement */
	uint64_t repetitions;     /* segments of the server that came again */

	bool has_mac; /* somebody answered; the next four are valid */
	struct mac mac;
	uint8_t ttl;
	uint32_t other_macs, other_ttls; /* frames that differ from those two */

	struct replay_difference difference;
	uint32_t input; /* whose frames the next ones are */
	/* Of the run's capture: what shows it first, and the beginning of the slowest answer; 0: none. */
	uint64_t failed_frame, differing_frame, slowest_frame;
	nanos failed_time, differing_time, slowest_time; /* of those frames */
};

enum replay_verdict { REPLAY_UNKNOWN, REPLAY_PASS, REPLAY_MISSING, REPLAY_DIFFERENT, REPLAY_SLOW, REPLAY_DISPUTED };

struct text;

/*
 * The verdict on a row beside those of the same service (among all `count` of them), and in `reason`, an empty text,
 * why. Missing: a conversation did not come about or did not end. Different: an answer unlike the other real servers',
 * or unlike the recorded one where there is nobody to compare with. Disputed: somebody's answer is wrong, but nothing
 * says whose. Slow: half of all answers take five times as long
 * as recorded and as the fastest other real server's, and 100 ms longer.
 */
enum replay_verdict replay_judge(const struct replay_result *result, const struct replay_result *all, uint32_t count,
				 struct text *reason);

/* Whether both are about the same row. */
bool replay_is_same_row(const struct replay_result *a, const struct replay_result *b);

#endif
