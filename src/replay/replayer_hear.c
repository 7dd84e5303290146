// SPDX-License-Identifier: GPL-2.0-or-later
/* Packets of conversations: whose they are, and what they acknowledge. */
#include <stdlib.h>

#include "base/bytes.h"
#include "replay/replayer_private.h"

enum { DUPLICATES_ENOUGH = 3, FIRST_SEGMENTS = 10, DEFAULT_MSS = 536 };

static const nanos least_rto = 200 * NANOS_PER_MILLI, most_rto = 60 * NANOS_PER_SECOND;

/* --- options --- */

struct heard_options {
	uint16_t mss; /* 0: none */
	int window_scale;
	bool sack, timestamps;
	uint32_t timestamp;
};

/* RFC 9293 section 3.2, RFC 7323, RFC 2018. */
static struct heard_options read_options(const struct packet *packet)
{
	struct bytes left = bytes_of(packet->options, packet->options ? packet->option_length : 0);
	struct heard_options heard = { .window_scale = -1 };
	uint8_t kind, length;

	while (bytes_get_u8(&left, &kind) && kind != 0) {
		const uint8_t *value;

		if (kind == 1)
			continue;
		if (!bytes_get_u8(&left, &length) || length < 2)
			break;
		value = bytes_take(&left, (size_t)length - 2);
		if (!value)
			break;
		if (kind == 2 && length == 4)
			heard.mss = bytes_u16_at(value);
		else if (kind == 3 && length == 3)
			heard.window_scale = value[0] < 14 ? value[0] : 14;
		else if (kind == 4)
			heard.sack = true;
		else if (kind == 8 && length == 10) {
			heard.timestamps = true;
			heard.timestamp = bytes_u32_at(value);
		}
	}
	return heard;
}

/* --- acknowledgements --- */

/* RFC 6298 sections 2.2 to 2.4. */
static void measure(struct replayer *replayer, struct flow *flow)
{
	nanos sample = replayer->now - flow->timed_at;
	nanos off = flow->srtt > sample ? flow->srtt - sample : sample - flow->srtt;

	if (flow->srtt == 0) {
		flow->srtt = sample;
		flow->rttvar = sample / 2;
	} else {
		flow->rttvar = (3 * flow->rttvar + off) / 4;
		flow->srtt = (7 * flow->srtt + sample) / 8;
	}
	flow->rto = flow->srtt + 4 * flow->rttvar;
	if (flow->rto < least_rto)
		flow->rto = least_rto;
	if (flow->rto > most_rto)
		flow->rto = most_rto;
	flow->timing = false;
}

/* RFC 5681 section 3.1. */
static void open_window(struct flow *flow)
{
	uint32_t more = flow->congestion < flow->threshold ? flow->mss : flow->mss * flow->mss / flow->congestion + 1;

	if (flow->congestion < (1u << 24))
		flow->congestion += more;
}

static void take_new_acknowledgement(struct replayer *replayer, struct flow *flow, uint32_t position)
{
	flow->una = position;
	if (flow->nxt < position)
		flow->nxt = position;
	flow->duplicates = 0;
	flow->progress_at = replayer->now;
	flow->acknowledged_fin = flow->fin_wanted && position == flow->length + 1;
	if (flow->timing && position >= flow->timed)
		measure(replayer, flow);
	open_window(flow);
	flow->rto_at = flow->una != flow->nxt || flow->nxt < flow->allowed ? replayer->now + flow->rto : 0;
}

static void take_acknowledgement(struct replayer *replayer, struct flow *flow, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;
	uint32_t position = tcp->acknowledgement - flow->first;
	uint32_t window = (uint32_t)tcp->window << flow->window_scale;

	if (position > flow->high) /* also what is older than all */
		return;
	if (position > flow->una) {
		take_new_acknowledgement(replayer, flow, position);
	} else if (position == flow->una && flow->una != flow->nxt && packet->payload_length == 0 &&
		   window == flow->window && !(tcp->flags & TCP_FIN)) {
		if (++flow->duplicates == DUPLICATES_ENOUGH)
			flow->again = true;
	}
	flow->window = window;
}

/* --- segments by state --- */

static void reset_stranger(struct replayer *replayer, const struct flow *flow, const struct packet *packet)
{
	struct letter *letter = replayer_add_letter(replayer, LETTER_RESET);

	letter->row = flow->row;
	letter->to = packet->ip.destination;
	letter->port = packet->transport.destination_port;
	letter->server_port = packet->transport.source_port;
	letter->sequence = packet->transport.acknowledgement;
}

static void open_flow(struct replayer *replayer, struct flow *flow, const struct packet *packet)
{
	struct heard_options options = read_options(packet);
	bool scaled = flow_conversation(replayer, flow)->window_scale >= 0 && options.window_scale >= 0;

	flow->state = FLOW_OPEN;
	flow->server_first = packet->transport.sequence + 1;
	flow->mss = options.mss ? options.mss : DEFAULT_MSS;
	flow->mss = send_room(replayer, flow) + (flow->timestamps ? 12 : 0);
	flow->sack &= options.sack;
	flow->timestamps &= options.timestamps;
	flow->their_timestamp = options.timestamp;
	flow->window_scale = scaled ? options.window_scale : 0;
	flow->window = packet->transport.window;
	flow->congestion = FIRST_SEGMENTS * flow->mss;
	flow->threshold = UINT32_MAX;
	flow->acknowledge = true;
	flow->again = false;
	flow->rto_at = 0;
	flow->progress_at = replayer->now;
	flow->timed = 0;
	latency_add(&replayer->rows[flow->row].connect,
		    flow->asked_seen ? packet->frame->time - flow->asked_time : replayer->now - flow->asked_at);
	flow->asked_seen = false;
	/* Karn: an answer to a repeated SYN says nothing of the time. */
	if (flow->tries == 1)
		measure(replayer, flow);
	flow->timing = false;
	flow_advance(replayer, flow);
}

static void hear_syn_answer(struct replayer *replayer, struct flow *flow, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;

	if (!(tcp->flags & TCP_ACK))
		return;
	if (tcp->acknowledgement != flow->first) {
		/* A server that remembers the port: it forgets by RST, and the SYN goes out again (RFC 9293 3.10.7.3).
		 */
		if (!(tcp->flags & TCP_RST))
			reset_stranger(replayer, flow, packet);
	} else if (tcp->flags & TCP_RST) {
		flow->last_frame = packet->frame->number;
		flow->last_time = packet->frame->time;
		flow_end(replayer, flow, OUTCOME_REFUSED);
	} else if (tcp->flags & TCP_SYN) {
		flow->last_frame = packet->frame->number;
		flow->last_time = packet->frame->time;
		open_flow(replayer, flow, packet);
	}
}

/* As recorded, or behind everything that was. */
static bool is_reset_expected(const struct replayer *replayer, const struct flow *flow)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);

	return conversation->server_rst || flow->acknowledged_fin ||
	       (flow->fin_wanted && flow->rcv + flow->shortfall + 1 >= conversation->units);
}

static void hear_reset(struct replayer *replayer, struct flow *flow, const struct packet *packet)
{
	uint32_t position = packet->transport.sequence - flow->server_first;

	if (position - flow->rcv > (1u << 18))
		return;
	flow->last_frame = packet->frame->number;
	flow->last_time = packet->frame->time;
	flow_end(replayer, flow, is_reset_expected(replayer, flow) ? OUTCOME_COMPLETED : OUTCOME_RESET);
}

static void hear_open(struct replayer *replayer, struct flow *flow, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;

	if (tcp->flags & TCP_RST) {
		hear_reset(replayer, flow, packet);
		return;
	}
	if (tcp->flags & TCP_SYN) {
		/* Our acknowledgement was lost. */
		flow->acknowledge = true;
		replayer->results[flow->row].repetitions++;
		replayer_make_ready(replayer, flow);
		return;
	}
	if (flow->timestamps) {
		struct heard_options options = read_options(packet);

		/* RFC 7323 section 4.3 */
		if (options.timestamps && (int32_t)(tcp->sequence - flow->server_first - flow->rcv) <= 0)
			flow->their_timestamp = options.timestamp;
	}
	if (tcp->flags & TCP_ACK)
		take_acknowledgement(replayer, flow, packet);
	receive_segment(replayer, flow, packet);
	flow_advance(replayer, flow);
}

/* --- whose packet --- */

static bool is_from_server(const struct replayer *replayer, uint32_t number, const struct packet *packet)
{
	const struct row *row = &replayer->rows[number];
	const struct topology_service *service = &replayer->topology.services[row->service];
	uint16_t port = row->port ? row->port : service->port;

	if (!ip_equal(&packet->ip.source,
		      row->method == METHOD_NAT ? &replayer->servers[row->server].ip : &service->vip))
		return false;
	return port == 0 || port == packet->transport.source_port;
}

static void note_sender(struct replayer *replayer, const struct flow *flow, const struct packet *packet)
{
	struct replay_result *result = &replayer->results[flow->row];

	replayer->received++;
	result->received++;
	replayer->rows[flow->row].answered = true;
	if (!result->has_mac) {
		result->has_mac = true;
		result->mac = packet->source;
		result->ttl = packet->ip.ttl;
	}
	result->other_macs += !mac_equal(result->mac, packet->source);
	result->other_ttls += result->ttl != packet->ip.ttl;
}

static void hear_flow(struct replayer *replayer, struct flow *flow, const struct packet *packet)
{
	bool tcp = packet->layers & LAYER_TCP;

	if (tcp != (flow->state != FLOW_DATAGRAMS) || flow->ending || !is_from_server(replayer, flow->row, packet))
		return;
	note_sender(replayer, flow, packet);
	if (flow->state == FLOW_DATAGRAMS) {
		receive_datagram(replayer, flow, packet);
		flow_advance(replayer, flow);
	} else if (flow->state == FLOW_SYN) {
		hear_syn_answer(replayer, flow, packet);
	} else {
		hear_open(replayer, flow, packet);
	}
}

/* For a conversation that is over: as a host says that has no such port. By the way to the server that said it. */
static void hear_stray(struct replayer *replayer, const struct packet *packet)
{
	uint32_t found = NOBODY;

	if (!(packet->layers & LAYER_TCP) || (packet->transport.flags & (TCP_RST | TCP_ACK)) != TCP_ACK)
		return;
	for (uint32_t i = 0; i < replayer->row_count; i++) {
		if (!is_from_server(replayer, i, packet))
			continue;
		if (mac_equal(replayer->servers[replayer->rows[i].server].mac, packet->source)) {
			found = i;
			break;
		}
		if (found == NOBODY)
			found = i;
	}
	if (found != NOBODY && replayer->servers[replayer->rows[found].server].state == SERVER_KNOWN) {
		struct flow gone = { .row = found };

		reset_stranger(replayer, &gone, packet);
	}
}

/* --- own frames: when they left, by the same clock as the answers --- */

static void see_own(struct flow *flow, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;

	/* Where nothing ever comes, the question is the proof. */
	if (flow->last_frame == 0) {
		flow->last_frame = packet->frame->number;
		flow->last_time = packet->frame->time;
	}
	if (flow->state == FLOW_SYN && (tcp->flags & TCP_SYN) && !flow->asked_seen) {
		flow->asked_seen = true;
		flow->asked_time = packet->frame->time;
		return;
	}
	if (flow->state == FLOW_SYN || !flow->asked || flow->asked_seen || packet->payload_length == 0)
		return;
	if (flow->state == FLOW_OPEN && tcp->sequence + packet->payload_length - flow->first != flow->allowed)
		return;
	flow->asked_seen = true;
	flow->asked_time = packet->frame->time;
}

/* --- ICMP errors --- */

static bool is_unreachable_port(const struct packet *packet)
{
	const struct icmp *icmp = &packet->icmp;

	return packet->ip.source.family == 4
		   ? icmp->type == ICMP_TYPE_UNREACHABLE && (icmp->code == 2 || icmp->code == 3)
		   : icmp->type == ICMP6_TYPE_UNREACHABLE && icmp->code == 4;
}

static bool is_too_big(const struct packet *packet)
{
	const struct icmp *icmp = &packet->icmp;

	return packet->ip.source.family == 4 ? icmp->type == ICMP_TYPE_UNREACHABLE && icmp->code == 4
					     : icmp->type == ICMP6_TYPE_TOO_BIG;
}

static bool is_hopeless(const struct packet *packet)
{
	uint8_t type = packet->icmp.type;

	return packet->ip.source.family == 4 ? type == ICMP_TYPE_UNREACHABLE || type == ICMP_TYPE_TIME_EXCEEDED
					     : type == ICMP6_TYPE_UNREACHABLE || type == ICMP6_TYPE_TIME_EXCEEDED;
}

static void shrink(struct replayer *replayer, struct flow *flow, uint32_t mtu)
{
	uint32_t headers = replayer->results[flow->row].vip.family == 6 ? 60 : 40;

	if (flow->state != FLOW_OPEN || mtu < headers + 256 || mtu - headers >= flow->mss)
		return;
	flow->mss = mtu - headers;
	flow->nxt = flow->una;
	flow->again = true;
	replayer_make_ready(replayer, flow);
}

static void hear_error(struct replayer *replayer, const struct packet *packet)
{
	const struct quoted *quoted = &packet->quoted;
	struct flow *flow =
	    quoted->has_ports ? replayer_find_flow(replayer, &quoted->ip.source, quoted->transport.source_port) : NULL;

	if (!flow || flow->ending)
		return;
	if (is_too_big(packet)) {
		shrink(replayer, flow, packet->icmp.mtu);
	} else if (flow->state != FLOW_OPEN && is_hopeless(packet)) {
		flow->last_frame = packet->frame->number;
		flow->last_time = packet->frame->time;
		replayer->rows[flow->row].answered = true;
		if (is_unreachable_port(packet))
			flow_end(replayer, flow, OUTCOME_REFUSED);
		else
			flow_abort(replayer, flow, OUTCOME_UNREACHABLE);
	}
}

void hear_packet(struct replayer *replayer, const struct packet *packet)
{
	const struct transport *transport = &packet->transport;
	struct flow *flow;

	if (packet->layers & LAYER_QUOTED) {
		hear_error(replayer, packet);
		return;
	}
	if (!(packet->layers & (LAYER_TCP | LAYER_UDP)) || packet->ip.fragment > 0)
		return;
	flow = replayer_find_flow(replayer, &packet->ip.source, transport->source_port);
	if (flow) {
		see_own(flow, packet);
		return;
	}
	flow = replayer_find_flow(replayer, &packet->ip.destination, transport->destination_port);
	if (flow) {
		hear_flow(replayer, flow, packet);
		return;
	}
	for (uint32_t i = 0; i < replayer->client_count; i++)
		if (ip_equal(&replayer->clients[i].ip, &packet->ip.destination) && replayer->clients[i].flows &&
		    transport->destination_port >= replayer->options.first_port &&
		    transport->destination_port <= replayer->options.last_port)
			hear_stray(replayer, packet);
}
