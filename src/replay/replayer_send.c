// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames of conversations, sent the way the director would. */
#include <string.h>

#include "replay/replayer_private.h"

enum {
	TTL = 64,
	IPV4_SIZE = 20,
	IPV6_SIZE = 40,
	TCP_SIZE = 20,
	TIMESTAMPS_SIZE = 12,
	GRE_SIZE = 4,
	GUE_SIZE = 12, /* UDP and its own four bytes */
	WINDOW = 65535,
	WINDOW_SCALE = 2,
	OPTIONS_MAX = 40,
};

static const nanos datagram_wait = NANOS_PER_SECOND;

/* --- around the segment --- */

static uint32_t tunnel_size(const struct replayer *replayer, const struct row *row)
{
	uint32_t size = replayer->servers[row->server].ip.family == 6 ? IPV6_SIZE : IPV4_SIZE;

	if (row->method != METHOD_TUN)
		return 0;
	if (replayer->options.tunnel == TUNNEL_GRE)
		return size + GRE_SIZE;
	return replayer->options.tunnel == TUNNEL_GUE ? size + GUE_SIZE : size;
}

static struct ip_header header_of(struct replayer *replayer, const struct ip *source, const struct ip *destination)
{
	return (struct ip_header){ .source = *source,
				   .destination = *destination,
				   .ttl = TTL,
				   .id = (uint16_t)replayer_random(replayer),
				   .dont_fragment = true };
}

static void wrap(struct replayer *replayer, const struct row *row, uint16_t port)
{
	const struct ip *target = &replayer->servers[row->server].ip;
	struct ip_header outer = header_of(replayer, &replayer->options.own[target->family == 6], target);
	struct transport udp = { .source_port = port, .destination_port = GUE_PORT };

	if (row->method != METHOD_TUN)
		return;
	if (replayer->options.tunnel == TUNNEL_GRE)
		build_gre(&replayer->builder, &outer, false, 0);
	else if (replayer->options.tunnel == TUNNEL_GUE)
		build_gue(&replayer->builder, &outer, &udp);
	else
		build_ipip(&replayer->builder, &outer);
}

static size_t finish(struct replayer *replayer, const struct row *row, uint16_t port)
{
	struct build_link link = { .source = replayer->emulated ? replayer->options.client_mac : replayer->options.mac,
				   .destination = replayer->servers[row->server].mac };
	int length;

	wrap(replayer, row, port);
	build_ethernet(&replayer->builder, &link);
	build_pad(&replayer->builder);
	length = build_end(&replayer->builder, NULL);
	return length > 0 ? (size_t)length : 0;
}

static struct ip_header flow_header(struct replayer *replayer, const struct flow *flow)
{
	const struct row *row = &replayer->rows[flow->row];
	const struct ip *target = row->method == METHOD_NAT ? &replayer->servers[row->server].ip
							    : &replayer->topology.services[row->service].vip;

	return header_of(replayer, &replayer->clients[flow->client].ip, target);
}

static uint16_t flow_server_port(const struct replayer *replayer, const struct flow *flow)
{
	const struct row *row = &replayer->rows[flow->row];

	return row->port ? row->port : flow_conversation(replayer, flow)->port;
}

/* --- options --- */

static void put_u32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
}

/* RFC 7323 section 3.2, behind two bytes that do nothing (appendix A). Milliseconds. */
static size_t put_timestamps(const struct replayer *replayer, const struct flow *flow, uint8_t *at)
{
	static const uint8_t head[4] = { 1, 1, 8, 10 };

	if (!flow->timestamps)
		return 0;
	memcpy(at, head, sizeof head);
	put_u32(at + 4, (uint32_t)(replayer->now / NANOS_PER_MILLI));
	put_u32(at + 8, flow->their_timestamp);
	return TIMESTAMPS_SIZE;
}

/* RFC 2018 section 3: the islands, as far as there is room. */
static size_t put_islands(const struct flow *flow, uint8_t *at, size_t room)
{
	uint32_t count = flow->sack ? flow->island_count : 0;

	if (room < 12)
		return 0;
	if (count > (room - 4) / 8)
		count = (uint32_t)(room - 4) / 8;
	if (count == 0)
		return 0;
	at[0] = at[1] = 1;
	at[2] = 5;
	at[3] = (uint8_t)(2 + 8 * count);
	for (uint32_t i = 0; i < count; i++) {
		put_u32(at + 4 + 8 * i, flow->server_first + flow->islands[i].begin);
		put_u32(at + 8 + 8 * i, flow->server_first + flow->islands[i].end);
	}
	return 4 + 8 * count;
}

/* As the recorded client had them; each padded to words. */
static size_t put_syn_options(const struct replayer *replayer, const struct flow *flow, uint8_t *at)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);
	uint32_t most =
	    replayer->options.mtu - TCP_SIZE - (replayer->results[flow->row].vip.family == 6 ? IPV6_SIZE : IPV4_SIZE);
	uint32_t mss = conversation->mss && conversation->mss < most ? conversation->mss : most;
	size_t size = 4;

	at[0] = 2;
	at[1] = 4;
	at[2] = (uint8_t)(mss >> 8);
	at[3] = (uint8_t)mss;
	if (flow->sack) {
		static const uint8_t permitted[4] = { 1, 1, 4, 2 };

		memcpy(at + size, permitted, sizeof permitted);
		size += sizeof permitted;
	}
	size += put_timestamps(replayer, flow, at + size);
	if (conversation->window_scale >= 0) {
		const uint8_t scale[4] = { 1, 3, 3, WINDOW_SCALE };

		memcpy(at + size, scale, sizeof scale);
		size += sizeof scale;
	}
	return size;
}

/* --- segments --- */

uint32_t send_room(const struct replayer *replayer, const struct flow *flow)
{
	const struct row *row = &replayer->rows[flow->row];
	uint32_t headers = (replayer->results[flow->row].vip.family == 6 ? IPV6_SIZE : IPV4_SIZE) + TCP_SIZE;
	uint32_t room = replayer->options.mtu - headers - tunnel_size(replayer, row);

	/* The server's MSS does not count options (RFC 6691). */
	if (flow->mss > 0 && flow->mss < room)
		room = flow->mss;
	return room - (flow->timestamps ? TIMESTAMPS_SIZE : 0);
}

static size_t compose(struct replayer *replayer, struct flow *flow, const struct transport *wanted, const uint8_t *data,
		      uint32_t length)
{
	struct ip_header ip = flow_header(replayer, flow);
	struct transport tcp = *wanted;
	uint8_t options[OPTIONS_MAX] = { 0 };
	size_t size = 0;

	tcp.source_port = flow->port;
	tcp.destination_port = flow_server_port(replayer, flow);
	tcp.window = tcp.flags & TCP_RST ? 0 : WINDOW;
	if (tcp.flags & TCP_SYN) {
		size = put_syn_options(replayer, flow, options);
	} else if (!(tcp.flags & TCP_RST)) {
		size = put_timestamps(replayer, flow, options);
		size += put_islands(flow, options + size, OPTIONS_MAX - size);
	}
	build_payload(&replayer->builder, data, length);
	build_tcp_with(&replayer->builder, &ip, &tcp, options, size);
	replayer->results[flow->row].sent++;
	return finish(replayer, &replayer->rows[flow->row], flow->port);
}

static size_t send_syn(struct replayer *replayer, struct flow *flow)
{
	struct transport tcp = { .sequence = flow->first - 1, .flags = TCP_SYN };

	if (flow->tries > 0)
		replayer->results[flow->row].retransmissions++;
	if (flow->tries++ == 0) {
		flow->asked_at = flow->timed_at = replayer->now;
		flow->timing = true;
	}
	flow->again = false;
	flow->rto_at = replayer->now + flow->rto;
	flow_set_timer(replayer, flow);
	return compose(replayer, flow, &tcp, NULL, 0);
}

/* Bytes that may be in flight. */
static uint32_t window_of(const struct flow *flow)
{
	return flow->window < flow->congestion ? flow->window : flow->congestion;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* New data, or FIN. */
static bool may_send_more(const struct flow *flow)
{
	uint32_t in_flight = flow->nxt - flow->una;

	if (flow->nxt < flow->allowed)
		return in_flight < window_of(flow);
	return flow->fin_wanted && flow->nxt == flow->length && flow->allowed == flow->length;
}

bool send_is_due(const struct replayer *replayer, const struct flow *flow)
{
	(void)replayer;
	if (flow->state == FLOW_DATAGRAMS)
		return flow->nxt < flow->allowed || flow->again;
	return flow->ending || flow->again || flow->acknowledge || may_send_more(flow);
}

/* What stands at this position: data, FIN behind the last of it, or nothing. */
static size_t send_at(struct replayer *replayer, struct flow *flow, uint32_t at, uint32_t least)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);
	uint32_t window = window_of(flow) > flow->nxt - flow->una ? window_of(flow) - (flow->nxt - flow->una) : 0;
	uint32_t end = at < flow->allowed ? flow->allowed : at, length;
	struct transport tcp = { .sequence = flow->first + at,
				 .acknowledgement = flow->server_first + flow->rcv,
				 .flags = TCP_ACK };

	length = smaller(end - at, smaller(send_room(replayer, flow), window > least ? window : least));
	if (length > 0 && at + length == flow->allowed)
		tcp.flags |= TCP_PSH;
	if (flow->fin_wanted && at + length == flow->length && flow->allowed == flow->length)
		tcp.flags |= TCP_FIN;
	end = at + length + (tcp.flags & TCP_FIN ? 1 : 0);
	if (end > at && at < flow->high)
		replayer->results[flow->row].retransmissions++;
	if (end > at && at >= flow->high && !flow->timing) {
		flow->timing = true;
		flow->timed = end;
		flow->timed_at = replayer->now;
	}
	if (end > flow->nxt)
		flow->nxt = end;
	if (end > flow->high)
		flow->high = end;
	flow->acknowledge = false;
	return compose(replayer, flow, &tcp, length > 0 ? conversation->request + at : NULL, length);
}

static size_t send_segment(struct replayer *replayer, struct flow *flow)
{
	size_t length;

	if (flow->again) {
		/* A closed window is asked with one byte (RFC 9293 section 3.8.6.1). */
		flow->again = false;
		length = send_at(replayer, flow, flow->una, 1);
	} else if (may_send_more(flow)) {
		length = send_at(replayer, flow, flow->nxt, 0);
	} else if (flow->acknowledge) {
		struct transport tcp = { .sequence = flow->first + flow->nxt,
					 .acknowledgement = flow->server_first + flow->rcv,
					 .flags = TCP_ACK };

		flow->acknowledge = false;
		length = compose(replayer, flow, &tcp, NULL, 0);
	} else {
		return 0;
	}
	if (flow->rto_at == 0 && (flow->una != flow->nxt || flow->nxt < flow->allowed))
		flow->rto_at = replayer->now + flow->rto;
	flow_advance(replayer, flow);
	return length;
}

/* The last word of a conversation that nobody ends otherwise. */
static size_t send_end(struct replayer *replayer, struct flow *flow)
{
	struct transport tcp = { .sequence = flow->first + flow->nxt, .flags = TCP_RST };
	size_t length;

	if (flow->state == FLOW_OPEN) {
		tcp.flags |= TCP_ACK;
		tcp.acknowledgement = flow->server_first + flow->rcv;
	}
	length = compose(replayer, flow, &tcp, NULL, 0);
	flow_end(replayer, flow, flow->outcome);
	return length;
}

static size_t send_datagram(struct replayer *replayer, struct flow *flow)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);
	const struct script_step *step = flow->step > 0 ? &conversation->steps[flow->step - 1] : NULL;
	struct ip_header ip = flow_header(replayer, flow);
	struct transport udp = { .source_port = flow->port, .destination_port = flow_server_port(replayer, flow) };
	size_t length;

	if (!step || (flow->nxt >= flow->allowed && !flow->again))
		return 0;
	if (flow->again)
		replayer->results[flow->row].retransmissions++;
	flow->again = false;
	flow->tries++;
	flow->una = flow->nxt = flow->allowed;
	if (flow->rto_at == 0 && conversation->units > flow->rcv)
		flow->rto_at = replayer->now + datagram_wait;
	build_payload(&replayer->builder, conversation->request + step->offset, step->length);
	build_udp(&replayer->builder, &ip, &udp);
	replayer->results[flow->row].sent++;
	length = finish(replayer, &replayer->rows[flow->row], flow->port);
	if (length == 0)
		flow_end(replayer, flow, OUTCOME_LEFT_OUT);
	else
		flow_advance(replayer, flow);
	return length;
}

size_t send_flow(struct replayer *replayer, struct flow *flow, uint8_t *buffer, size_t size)
{
	build_begin(&replayer->builder, buffer, size);
	if (flow->ending)
		return send_end(replayer, flow);
	if (flow->state == FLOW_DATAGRAMS)
		return send_datagram(replayer, flow);
	if (flow->state == FLOW_SYN)
		return send_syn(replayer, flow);
	return send_segment(replayer, flow);
}

size_t send_reset(struct replayer *replayer, const struct letter *letter, uint8_t *buffer, size_t size)
{
	const struct row *row = &replayer->rows[letter->row];
	const struct ip *target = row->method == METHOD_NAT ? &replayer->servers[row->server].ip
							    : &replayer->topology.services[row->service].vip;
	struct ip_header ip = header_of(replayer, &letter->to, target);
	struct transport tcp = { .source_port = letter->port,
				 .destination_port = letter->server_port,
				 .sequence = letter->sequence,
				 .flags = TCP_RST };

	build_begin(&replayer->builder, buffer, size);
	build_tcp(&replayer->builder, &ip, &tcp, 0);
	replayer->results[letter->row].sent++;
	return finish(replayer, row, letter->port);
}
