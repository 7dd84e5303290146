// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers beside each other: each real server's beside the recorded one and beside the other real servers'. Kept are
 * digests, for each conversation and each row (a service on a real server), and, to say where answers differ, the first
 * answer of each conversation as long as there is room.
 */
#ifndef REPLAY_ANSWERS_H
#define REPLAY_ANSWERS_H

#include "analysis/replay.h"
#include "base/error.h"
#include "replay/mask.h"
#include "replay/script.h"

/* Digests that are kept at most: conversations times real servers. */
enum { ANSWERS_MAX = 1 << 24 };
/* Bytes of first answers that are kept at most. */
enum { ANSWERS_SAMPLES = 64 << 20 };

/* The first answer to a conversation. */
struct answers_sample {
	struct text text;
	uint32_t row;
	uint64_t digest; /* 0: none yet, or no room */
	uint64_t frame;
	nanos time;
};

struct answers {
	const struct mask *mask;
	uint64_t *digests;              /* [row][conversation]; 0: none yet */
	uint64_t *recorded;             /* [conversation], likewise */
	struct answers_sample *samples; /* [conversation] */
	size_t sampled;                 /* bytes of all samples */
	uint32_t rows, conversations;
};

int answers_init(struct answers *answers, const struct mask *mask, uint32_t rows, uint32_t conversations,
		 struct error *error);
void answers_free(struct answers *answers);

struct answer {
	uint32_t row, conversation; /* index into the script's list */
	const uint8_t *bytes;
	uint32_t kept;   /* of them are there, */
	uint64_t length; /* of so many */
	uint64_t frame;  /* that brought the last of it; 0 unknown */
	nanos time;      /* of that frame */
};

/* Notes a whole answer, and counts it in its row's result as what it is beside the recording. */
void answers_add(struct answers *answers, const struct script_conversation *conversation, const struct answer *answer,
		 struct replay_result *results);

/* Counts like_others, unlike_others and disputed of the rows from `first` on, which are those of one service. */
void answers_compare(const struct answers *answers, struct replay_result *results, uint32_t first, uint32_t count);

#endif
