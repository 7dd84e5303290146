// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ARP and IPv6 neighbour discovery: who asks for whom, and who says so. Both
 * protocols become one kind of message, so that everything behind here serves both.
 */
#include "analysis/engine_private.h"

/* What an ARP or ND packet says, whichever it is. */
struct message {
	enum neighbour_kind kind;
	struct ip ip;       /* the address that is claimed or asked for */
	struct mac mac;     /* claimed for `ip`; the asker's in questions */
	struct ip asker_ip; /* questions: sender address; answers: target address */
	struct mac to;      /* answers: the asker as the message names it */
	bool has_to;
	bool broadcast_reply; /* sent to all although it is a reply */
	bool without_override;
	struct question *question;
};

static bool is_claimable(struct mac mac, const struct ip *ip)
{
	return !mac_is_group(mac) && !mac_is_zero(mac) && !ip_is_zero(ip) && !ip_is_multicast(ip) &&
	       !ip_is_broadcast(ip);
}

/* --- from the wire ---------------------------------------------------------------------------------------------------
 */

static void read_arp_request(const struct arp *arp, struct message *message)
{
	message->mac = arp->sha;
	message->asker_ip = arp->spa;
	message->ip = arp->tpa;
	if (ip_is_zero(&arp->spa))
		message->kind = NEIGHBOUR_PROBE;
	else if (ip_equal(&arp->spa, &arp->tpa))
		message->kind = NEIGHBOUR_GRATUITOUS;
	else
		message->kind = NEIGHBOUR_QUESTION;
}

/* Replies that announce: sender equals target, or the target is 255.255.255.255 as some load balancers send it. */
static bool arp_reply_announces(const struct arp *arp)
{
	return ip_equal(&arp->spa, &arp->tpa) || ip_is_broadcast(&arp->tpa);
}

static void read_arp_reply(const struct packet *packet, struct message *message)
{
	const struct arp *arp = &packet->arp;

	message->mac = arp->sha;
	message->ip = arp->spa;
	message->asker_ip = arp->tpa;
	message->to = arp->tha;
	message->has_to = true;
	message->broadcast_reply = packet->group;
	message->kind = arp_reply_announces(arp) ? NEIGHBOUR_GRATUITOUS : NEIGHBOUR_UNSOLICITED;
}

static void read_solicitation(const struct packet *packet, struct message *message)
{
	message->mac = packet->nd.has_lladdr ? packet->nd.lladdr : packet->source;
	message->ip = packet->nd.target;
	message->asker_ip = packet->ip.source;
	message->kind = ip_is_zero(&packet->ip.source) ? NEIGHBOUR_PROBE : NEIGHBOUR_QUESTION;
}

/* RFC 4861 section 7.2.4: answers to a solicitation from :: go to all nodes without the solicited flag. */
static void read_advertisement(const struct packet *packet, struct message *message)
{
	message->mac = packet->nd.has_lladdr ? packet->nd.lladdr : packet->source;
	message->ip = packet->nd.target;
	message->asker_ip = packet->ip.destination;
	message->broadcast_reply = packet->group;
	message->without_override = !(packet->nd.flags & ND_OVERRIDE);
	message->kind = NEIGHBOUR_UNSOLICITED;
	if (packet->group && !(packet->nd.flags & ND_SOLICITED))
		message->kind = NEIGHBOUR_GRATUITOUS;
	if (!packet->group) {
		message->to = packet->destination;
		message->has_to = (packet->layers & LAYER_COOKED) == 0;
	}
}

static bool read_message(const struct packet *packet, struct message *message)
{
	memset(message, 0, sizeof *message);
	if (packet->layers & LAYER_ND) {
		if (packet->nd.advert)
			read_advertisement(packet, message);
		else
			read_solicitation(packet, message);
		return true;
	}
	if (packet->arp.operation == ARP_REQUEST)
		read_arp_request(&packet->arp, message);
	else if (packet->arp.operation == ARP_REPLY)
		read_arp_reply(packet, message);
	else
		return false;
	return true;
}

/* --- into the tables -------------------------------------------------------------------------------------------------
 */

static void unset_current(struct facts *facts, const struct host *host)
{
	struct claim *left = facts_get_claim(facts, host->key.segment, &host->key.ip, host->current);

	if (left)
		left->is_current = false;
}

void hosts_moved(struct eating *eating, struct host *host, struct mac mac, bool announced)
{
	if (mac_equal(host->current, mac))
		return;
	if (!mac_is_zero(host->current)) {
		if (mac_equal(host->previous, mac) && host->moves > 0 && !host->moves_back++)
			host->first_back = eating->mark;
		host->moves++;
		unset_current(eating->facts, host);
		interest_unsettle(eating->engine);
		host->previous = host->current;
		host->moved = eating->mark;
		host->moved_announced = announced;
		host->stale = 0;
	}
	host->current = mac;
}

static void note_self(struct eating *eating, const struct claim *claim)
{
	struct station *station = facts_station_of(eating->facts, claim);
	const struct ip *ip = &claim->key.ip;

	if (!mark_is_set(&station->self_mark)) {
		station->self = *ip;
		station->self_mark = eating->mark;
	} else if (!ip_equal(&station->self, ip)) {
		station->selves = true;
	}
}

static void count_side(struct eating *eating, struct claim *claim, enum claim_side side)
{
	/* Who announces an address or asks with it came by it in its own right: it was no proxy that was silent before.
	 */
	if (side == CLAIM_ANNOUNCE || side == CLAIM_ASK)
		claim->probes_pending = 0;
	if (side == CLAIM_ASK) {
		if (!claim->asks++) {
			claim->ask = eating->mark;
			note_self(eating, claim);
		}
	} else if (side == CLAIM_ANNOUNCE) {
		if (!claim->announcements++)
			claim->announcement = eating->mark;
		claim->last_announcement = eating->mark;
	} else if (side == CLAIM_UNSOLICITED) {
		claim->unsolicited++;
	}
}

/* "ip is at mac", said in one way or another. */
static struct claim *take_claim(struct eating *eating, const struct ip *ip, struct mac mac, enum claim_side side)
{
	struct claim *claim;

	if (!is_claimable(mac, ip))
		return NULL;
	claim = facts_make_claim(eating->facts, eating->segment->index, ip, mac);
	interest_add(eating->engine, ip);
	if (!claim)
		return NULL;
	if (!claim->count++) {
		claim->first = eating->mark;
		interest_unsettle(eating->engine);
	}
	claim->last = eating->mark;
	if (!mac_equal(eating->packet->source, mac) && claim->relayed < UINT8_MAX)
		claim->relayed++;
	count_side(eating, claim, side);
	if (!claim->is_current)
		hosts_moved(eating, facts_host_of(eating->facts, claim), mac, side == CLAIM_ANNOUNCE);
	claim->is_current = true;
	return claim;
}

static void ask(struct eating *eating, struct message *message)
{
	struct question question = { .segment = eating->segment->index,
				     .mark = eating->mark,
				     .asker = message->mac,
				     .asker_ip = message->asker_ip,
				     .target = message->ip };

	question.form = message->kind == NEIGHBOUR_PROBE ? FORM_PROBE : FORM_ORDINARY;
	question.unicast = !eating->packet->group && !(eating->packet->layers & LAYER_COOKED);
	question.asked = eating->packet->destination;
	if (ip_is_zero(&message->ip) || ip_is_multicast(&message->ip))
		return;
	message->question = questions_ask(eating->engine, &question);
}

static void find_question(struct eating *eating, struct message *message)
{
	bool to_all = message->broadcast_reply && (eating->packet->layers & LAYER_ND);
	struct question_reply reply = { .from = message->mac,
					.to_ip = to_all ? NULL : &message->asker_ip,
					.to = !to_all && message->has_to ? &message->to : NULL };

	message->question =
	    questions_match(eating->engine, eating->segment->index, &message->ip, &reply, eating->mark.time);
}

/* A capture that has just begun missed the question. */
static bool began_just_now(const struct eating *eating)
{
	return eating->mark.time - eating->facts->inputs[eating->segment->key.input].first < LISTEN_TIME;
}

static struct claim *take_answer(struct eating *eating, struct message *message)
{
	struct question *question = message->question;
	struct claim *claim;

	message->kind = NEIGHBOUR_ANSWER;
	claim = take_claim(eating, &message->ip, message->mac, CLAIM_ANSWER);
	if (!claim)
		return NULL;
	if (!claim->answers++) {
		claim->answer = eating->mark;
		facts_station_of(eating->facts, claim)->answered_claims++;
	}
	if (!question)
		return claim;
	if (message->without_override && !question->unicast && question->form == FORM_ORDINARY)
		claim->override_missing++;
	questions_answer(eating->engine, question, claim, eating->mark);
	return claim;
}

static struct claim *take_reply(struct eating *eating, struct message *message)
{
	bool solicited_to_all = message->kind == NEIGHBOUR_GRATUITOUS && (eating->packet->layers & LAYER_ND);

	if (message->kind == NEIGHBOUR_GRATUITOUS && !solicited_to_all)
		return take_claim(eating, &message->ip, message->mac, CLAIM_ANNOUNCE);
	find_question(eating, message);
	if (solicited_to_all && (!message->question || message->question->form != FORM_PROBE)) {
		message->question = NULL;
		return take_claim(eating, &message->ip, message->mac, CLAIM_ANNOUNCE);
	}
	if (message->question || began_just_now(eating))
		return take_answer(eating, message);
	return take_claim(eating, &message->ip, message->mac, CLAIM_UNSOLICITED);
}

static struct claim *take_request(struct eating *eating, struct message *message)
{
	if (message->kind == NEIGHBOUR_GRATUITOUS)
		return take_claim(eating, &message->ip, message->mac, CLAIM_ANNOUNCE);
	ask(eating, message);
	if (message->kind == NEIGHBOUR_PROBE)
		return NULL;
	return take_claim(eating, &message->asker_ip, message->mac, CLAIM_ASK);
}

void eat_neighbour(struct eating *eating)
{
	struct observation observation = { .kind = OBSERVED_NEIGHBOUR,
					   .segment = eating->segment->index,
					   .mark = eating->mark,
					   .packet = eating->packet };
	struct message message;
	bool reply;

	if ((eating->packet->layers & LAYER_ARP) && eating->packet->arp.wrong) {
		observation.kind = OBSERVED_MALFORMED;
		engine_observe(eating->engine, &observation);
		return;
	}
	if (!read_message(eating->packet, &message))
		return;
	reply = (eating->packet->layers & LAYER_ND) ? eating->packet->nd.advert
						    : eating->packet->arp.operation == ARP_REPLY;
	observation.claim = reply ? take_reply(eating, &message) : take_request(eating, &message);
	observation.neighbour = message.kind;
	observation.ip = message.ip;
	observation.mac = message.mac;
	observation.question = message.question;
	engine_observe(eating->engine, &observation);
}
