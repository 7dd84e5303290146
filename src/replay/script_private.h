// SPDX-License-Identifier: GPL-2.0-or-later
/* The script's inside: conversations while they are recorded. For src/replay/script*.c only. */
#ifndef REPLAY_SCRIPT_PRIVATE_H
#define REPLAY_SCRIPT_PRIVATE_H

#include "base/table.h"
#include "replay/latency.h"
#include "replay/script.h"

enum { STREAM_MAX = 1 << 30 };

/* A piece of a stream that was seen for the first time, in one packet. Of UDP, a datagram. */
struct piece {
	uint32_t offset, length;
	uint64_t need; /* units of the other direction that its sender had acknowledged */
	nanos pause;
	uint8_t *bytes; /* NULL where length is 0 */
};

/* One direction. */
struct stream {
	struct piece *pieces; /* by offset, without overlaps */
	uint32_t count, room;
	uint32_t first; /* sequence number of the first byte */
	bool known;     /* `first` is */
	bool seen;      /* any packet was */
	bool cut;       /* a payload was not captured whole */
	bool fragments;
	bool fin, rst;
	uint64_t said;   /* units that its sender has sent, or its receiver heard, as their numbers tell; FIN is one */
	uint32_t fin_at; /* offset */
	uint64_t fin_need, rst_need; /* as with pieces */
	nanos fin_pause, rst_pause;
	uint16_t last_id, last_checksum; /* UDP: of the last datagram */
	nanos last_time;
};

struct recorded {
	struct script_conversation conversation;
	struct stream client, server;
	uint64_t acknowledged; /* units of the server's stream, by the client */
	bool midstream;
	bool no_room;
	nanos last_event;
	bool asked;     /* an answer is awaited, */
	nanos asked_at; /* since */
};

struct recorded_key {
	struct ip client;
	uint8_t protocol;
	uint16_t client_port, port;
	uint32_t service;
};

struct recorded_slot {
	struct recorded_key key;
	uint32_t place; /* of the latest conversation of these ends */
};

struct script {
	const struct topology *topology;
	uint64_t memory, used;
	uint32_t limit;
	struct table slots;
	struct recorded **recorded;
	uint32_t count, room;
	struct script_conversation *list; /* once finished: what is replayed, by start */
	uint32_t list_count;
	struct latency *latencies; /* one for each service */
	struct script_summary summary;
	bool failed; /* memory ran out */
};

/*
 * Keeps what of `length` bytes at `offset` was not there yet; `captured` of them are known. Gives how many bytes are
 * new, or -1 where there is no room.
 */
int64_t stream_insert(struct script *script, struct stream *stream, const struct piece *piece, const uint8_t *bytes,
		      uint32_t captured);
void stream_free(struct stream *stream);
/* Whether the stream has no hole before its last byte, nor before its FIN. */
bool stream_is_whole(const struct stream *stream);
/* Something was sent that was not recorded. */
bool stream_lacks(const struct stream *stream);
/* Behind the last byte that was seen. */
uint32_t stream_end(const struct stream *stream);
/* All of it in one allocation (NULL for an empty stream or without memory); `framed`: two bytes of length before each
 * piece. */
uint8_t *stream_join(const struct stream *stream, bool framed, uint32_t *length);

#endif
