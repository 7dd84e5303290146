// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a recording can be replayed, and as what. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "replay/script_private.h"

static const struct fate {
	const char *name, *text;
} fates[SCRIPT_FATE_COUNT] = {
	[SCRIPT_WHOLE] = { "whole", "replayed and compared with the recording" },
	[SCRIPT_OPEN] = { "open", "replayed, and compared with the recording as far as it goes: it ends before the "
				  "conversation does, or the client hung up, maybe before the answer's end" },
	[SCRIPT_CLIENT_ONLY] = { "client-only", "replayed, and compared among the real servers only: the recording has "
						"the client's direction alone, as captures of a VS/DR director do" },
	[SCRIPT_ANSWER_CUT] = { "answer-cut", "replayed, and compared among the real servers only: the recorded "
					      "answers are cut (snap length) or fragmented" },
	[SCRIPT_ANSWER_GAP] = { "answer-gap", "replayed, and compared among the real servers only: parts of the "
					      "recorded answers are missing" },
	[SCRIPT_TLS] = { "tls", "replayed up to the ClientHello, and the kinds of records in the answers compared: TLS "
				"makes its keys anew in each connection, so what follows cannot be said again" },
	[SCRIPT_MIDSTREAM] = { "midstream", "not replayed: the recording begins in the middle, without the SYN" },
	[SCRIPT_SERVER_ONLY] = { "server-only", "not replayed: the client's direction was not recorded" },
	[SCRIPT_CUT] = { "cut", "not replayed: what the client sent is cut; record with a larger snap length (tcpdump "
				"-s 0)" },
	[SCRIPT_FRAGMENTS] = { "fragments", "not replayed: what the client sent came in IP fragments, which are not "
					    "put together" },
	[SCRIPT_GAP] = { "gap", "not replayed: parts of what the client sent are missing in the recording" },
	[SCRIPT_UNANSWERED] = { "unanswered",
				"not replayed: they never came about; a SYN was refused or got no answer, "
				"or nobody said anything" },
	[SCRIPT_NO_ROOM] = { "no-room", "not replayed: there was no more room; split the recording" },
};

const char *script_fate_text(enum script_fate fate)
{
	return fates[fate].text;
}

const char *script_fate_name(enum script_fate fate)
{
	return fates[fate].name;
}

static bool is_tcp(const struct recorded *recorded)
{
	return recorded->conversation.protocol == IP_PROTO_TCP;
}

static bool was_refused(const struct recorded *recorded)
{
	return is_tcp(recorded) && recorded->acknowledged == 0 && recorded->client.count == 0 &&
	       (recorded->server.rst || !recorded->server.known);
}

/* RFC 8446 section 5.1: content type 22 (handshake), version 3.x, length; then message type 1 (ClientHello). */
static bool is_client_hello(const struct stream *client)
{
	const struct piece *first = client->count > 0 ? &client->pieces[0] : NULL;

	return first && first->length > 5 && first->bytes[0] == 22 && first->bytes[1] == 3 && first->bytes[5] == 1;
}

/*
 * How much of the server's stream each replay gets for sure: all that was recorded, or, where the client hung up, what
 * it had heard by then.
 */
static uint32_t sure_end(const struct recorded *recorded)
{
	uint32_t end = stream_end(&recorded->server);
	uint64_t heard = recorded->client.rst_need;

	return recorded->client.rst && heard < end ? (uint32_t)heard : end;
}

/* The answer may have gone on behind that. */
static bool is_open(const struct recorded *recorded)
{
	const struct stream *server = &recorded->server;

	return (!server->fin && !server->rst) || sure_end(recorded) < stream_end(server);
}

static enum script_fate judge_answer(const struct recorded *recorded)
{
	const struct stream *server = &recorded->server;
	if (!server->seen)
		return SCRIPT_CLIENT_ONLY;
	if (server->cut || server->fragments)
		return SCRIPT_ANSWER_CUT;
	if (stream_lacks(server))
		return SCRIPT_ANSWER_GAP;
	if (!is_tcp(recorded))
		return SCRIPT_WHOLE;
	if (is_client_hello(&recorded->client))
		return SCRIPT_TLS;
	return is_open(recorded) ? SCRIPT_OPEN : SCRIPT_WHOLE;
}

/* Opened and closed without a word; a FIN may be one unit. */
static bool is_empty(const struct recorded *recorded)
{
	return recorded->client.count == 0 && stream_end(&recorded->server) == 0 && recorded->acknowledged <= 1;
}

static enum script_fate judge(const struct recorded *recorded)
{
	const struct stream *client = &recorded->client;

	if (recorded->no_room)
		return SCRIPT_NO_ROOM;
	if (!client->seen)
		return recorded->midstream ? SCRIPT_MIDSTREAM : SCRIPT_SERVER_ONLY;
	if (recorded->midstream && !client->known)
		return SCRIPT_MIDSTREAM;
	if (client->fragments)
		return SCRIPT_FRAGMENTS;
	if (was_refused(recorded) || (!is_tcp(recorded) && client->count == 0))
		return SCRIPT_UNANSWERED;
	if (client->cut)
		return SCRIPT_CUT;
	if (stream_lacks(client))
		return SCRIPT_GAP;
	if (is_empty(recorded))
		return SCRIPT_UNANSWERED;
	return judge_answer(recorded);
}

/* --- steps --- */

static struct script_step *add_step(struct script_conversation *conversation, uint32_t room)
{
	return conversation->step_count < room ? &conversation->steps[conversation->step_count++] : NULL;
}

/* What the client has heard never becomes less. */
static uint64_t later_need(const struct script_conversation *conversation, uint64_t need)
{
	uint64_t before = conversation->step_count > 0 ? conversation->steps[conversation->step_count - 1].need : 0;

	return need > before ? need : before;
}

/* Pieces that were sent without hearing anything new in between are one step; datagrams stay apart. */
static void add_data(struct script_conversation *conversation, uint32_t room, const struct piece *piece, bool apart)
{
	uint64_t need = later_need(conversation, piece->need);
	struct script_step *last =
	    conversation->step_count > 0 ? &conversation->steps[conversation->step_count - 1] : NULL;
	struct script_step *step;

	if (last && !apart && last->need == need && piece->pause < 10 * NANOS_PER_MILLI) {
		last->length += piece->length;
		return;
	}
	step = add_step(conversation, room);
	if (step)
		*step = (struct script_step){
			.need = need, .offset = piece->offset, .length = piece->length, .pause = piece->pause
		};
}

static void add_end(struct script_conversation *conversation, uint32_t room, uint64_t need, nanos pause, bool fin)
{
	struct script_step *step;

	need = later_need(conversation, need);
	step = add_step(conversation, room);
	if (step)
		*step = (struct script_step){
			.need = need, .offset = conversation->request_length, .pause = pause, .fin = fin, .rst = !fin
		};
}

static bool make_steps(struct recorded *recorded)
{
	struct script_conversation *conversation = &recorded->conversation;
	const struct stream *client = &recorded->client;
	uint32_t room = client->count + 3;
	bool tcp = is_tcp(recorded);

	conversation->steps = calloc(room, sizeof *conversation->steps);
	if (!conversation->steps)
		return false;
	for (uint32_t i = 0; i < client->count; i++)
		add_data(conversation, room, &client->pieces[i], !tcp);
	if (!tcp)
		return true;
	if (client->fin)
		add_end(conversation, room, client->fin_need, client->fin_pause, true);
	/* Behind a FIN, too: a client that hangs up says FIN first and RST to what still comes. */
	if (client->rst)
		add_end(conversation, room, client->rst_need, client->rst_pause, false);
	/* The recording does not have the end, or the server made it alone. */
	if (!client->fin && !client->rst)
		add_end(conversation, room, conversation->units, 0, recorded->server.fin);
	return true;
}

/* Only the ClientHello, and what the server says to it before the client goes on. */
static void end_at_hello(struct script_conversation *conversation)
{
	struct script_step *hello = &conversation->steps[0];
	uint64_t flight = conversation->answer_length;

	if (conversation->step_count > 1 && conversation->steps[1].need < flight)
		flight = conversation->steps[1].need;
	conversation->request_length = hello->length;
	conversation->answer_length = (uint32_t)flight;
	/* Signatures differ by a few bytes in length, and with them the flight. */
	conversation->units = flight > TLS_SLACK ? flight - TLS_SLACK : flight;
	conversation->server_fin = false;
	conversation->server_rst = false;
	conversation->step_count = 1;
	add_end(conversation, 2, conversation->units, 0, false);
}

static void count_units(struct recorded *recorded)
{
	struct script_conversation *conversation = &recorded->conversation;
	const struct stream *server = &recorded->server;

	if (!is_tcp(recorded)) {
		conversation->units = server->count;
		return;
	}
	conversation->server_fin = server->fin;
	conversation->server_rst = server->rst;
	conversation->units = (uint64_t)stream_end(server) + server->fin;
	if (recorded->acknowledged > conversation->units)
		conversation->units = recorded->acknowledged;
}

/* The streams give their bytes away. */
static bool compose(struct recorded *recorded)
{
	struct script_conversation *conversation = &recorded->conversation;
	bool compared =
	    conversation->fate == SCRIPT_WHOLE || conversation->fate == SCRIPT_OPEN || conversation->fate == SCRIPT_TLS;

	conversation->request = stream_join(&recorded->client, false, &conversation->request_length);
	if (stream_end(&recorded->client) > 0 && !conversation->request)
		return false;
	count_units(recorded);
	if (compared) {
		conversation->answer = stream_join(&recorded->server, !is_tcp(recorded), &conversation->answer_length);
		if (!conversation->answer && stream_end(&recorded->server) > 0)
			return false;
	}
	if (conversation->fate == SCRIPT_OPEN)
		conversation->answer_length = sure_end(recorded);
	if (!make_steps(recorded))
		return false;
	if (conversation->fate == SCRIPT_TLS)
		end_at_hello(conversation);
	return true;
}

static int compare_starts(const void *a, const void *b)
{
	const struct script_conversation *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static bool collect(struct script *script)
{
	script->list = calloc((size_t)script->count + 1, sizeof *script->list);
	if (!script->list)
		return false;
	for (uint32_t i = 0; i < script->count; i++) {
		struct recorded *recorded = script->recorded[i];

		if (recorded->conversation.fate < SCRIPT_REPLAYED_COUNT)
			script->list[script->list_count++] = recorded->conversation;
	}
	qsort(script->list, script->list_count, sizeof *script->list, compare_starts);
	for (uint32_t i = script->list_count; i > 0; i--)
		script->list[i - 1].start -= script->list[0].start;
	if (script->list_count > 0)
		script->summary.duration = script->list[script->list_count - 1].start;
	return true;
}

int script_finish(struct script *script, struct error *error)
{
	for (uint32_t i = 0; i < script->count; i++) {
		struct recorded *recorded = script->recorded[i];
		enum script_fate fate = judge(recorded);

		recorded->conversation.fate = fate;
		script->summary.fates[fate]++;
		if (fate < SCRIPT_REPLAYED_COUNT) {
			script->summary.replayed++;
			script->failed |= !compose(recorded);
		}
		stream_free(&recorded->client);
		stream_free(&recorded->server);
	}
	if (script->failed || !collect(script))
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the recorded conversations");
	return 0;
}
