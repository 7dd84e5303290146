// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe/announcer.h"

#include <stdlib.h>
#include <string.h>

#include "wire/build.h"

enum { QUESTIONS = 3, ANNOUNCEMENTS = 2, MOST_ANSWERS = 256 };

static const nanos between_questions = 400 * NANOS_PER_MILLI;
/* Proxies wait up to 0.8 s, slow hosts longer. */
static const nanos listening = 1200 * NANOS_PER_MILLI;
static const nanos between_announcements = 2 * NANOS_PER_SECOND;

struct answer {
	struct ip vip, to; /* `to` unspecified: the asker has no address yet */
	struct mac mac;    /* the asker's */
};

struct announcer {
	struct builder builder;
	struct mac mac;
	struct ip *vips;
	uint32_t count;
	enum announcer_state state;
	uint32_t round, next; /* of questions or announcements; the VIP whose turn it is */
	nanos due;
	struct answer answers[MOST_ANSWERS]; /* ring */
	uint32_t answer_first, answer_count;
	uint64_t answered;
	struct ip rival_vip; /* family 0: none */
	struct mac rival_mac;
};

int announcer_new(struct announcer **result, const struct announcer_options *options, struct error *error)
{
	struct announcer *announcer = calloc(1, sizeof *announcer);
	int status = 0;

	*result = NULL;
	if (announcer)
		announcer->vips = calloc(options->vip_count + 1, sizeof *announcer->vips);
	if (!announcer || !announcer->vips)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory to answer for the VIPs");
	if (status == 0)
		status = builder_open(&announcer->builder, error);
	if (status < 0) {
		announcer_free(announcer);
		return status;
	}
	announcer->mac = options->mac;
	announcer->count = options->vip_count;
	memcpy(announcer->vips, options->vips, options->vip_count * sizeof *announcer->vips);
	*result = announcer;
	return 0;
}

void announcer_free(struct announcer *announcer)
{
	if (!announcer)
		return;
	builder_close(&announcer->builder);
	free(announcer->vips);
	free(announcer);
}

enum announcer_state announcer_state(const struct announcer *announcer)
{
	return announcer->state;
}

int announcer_rival(struct announcer *announcer, struct ip *vip, struct mac *mac)
{
	if (announcer->rival_vip.family == 0)
		return 0;
	*vip = announcer->rival_vip;
	*mac = announcer->rival_mac;
	announcer->rival_vip = (struct ip){ .family = 0 };
	return 1;
}

uint64_t announcer_answers(const struct announcer *announcer)
{
	return announcer->answered;
}

/* --- frames --- */

static size_t finish(struct announcer *announcer, struct mac destination)
{
	struct build_link link = { .destination = destination, .source = announcer->mac };
	int length;

	build_ethernet(&announcer->builder, &link);
	build_pad(&announcer->builder);
	length = build_end(&announcer->builder, NULL);
	return length > 0 ? (size_t)length : 0;
}

static struct mac everybody(void)
{
	return (struct mac){ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
}

static size_t compose_question(struct announcer *announcer, const struct ip *vip)
{
	struct ip_header ip = { .source = { .family = 6 }, .ttl = 255 };
	struct nd nd = { .target = *vip };

	if (vip->family == 4) {
		build_arp_request(&announcer->builder, announcer->mac, (struct ip){ .family = 4 }, *vip);
		return finish(announcer, everybody());
	}
	ip.destination = build_solicited_node(vip);
	build_nd(&announcer->builder, &ip, &nd);
	return finish(announcer, build_multicast_mac(&ip.destination));
}

static size_t compose_advert(struct announcer *announcer, const struct ip *vip, const struct ip *to, struct mac mac,
			     uint8_t flags)
{
	struct ip_header ip = { .source = *vip, .destination = *to, .ttl = 255 };
	struct nd nd = { .advert = true, .flags = flags, .target = *vip, .has_lladdr = true, .lladdr = announcer->mac };

	build_nd(&announcer->builder, &ip, &nd);
	return finish(announcer, mac);
}

/* ff02::1 (RFC 4291 section 2.7.1). */
static struct ip all_nodes(void)
{
	return (struct ip){ .family = 6, .b = { 0xff, 2, [15] = 1 } };
}

static size_t compose_announcement(struct announcer *announcer, const struct ip *vip)
{
	struct ip all = all_nodes();

	if (vip->family == 6)
		return compose_advert(announcer, vip, &all, build_multicast_mac(&all), ND_OVERRIDE);
	build_arp_announcement(&announcer->builder, ARP_REQUEST, announcer->mac, *vip);
	return finish(announcer, everybody());
}

static size_t compose_answer(struct announcer *announcer, const struct answer *answer)
{
	struct ip all = all_nodes();

	if (answer->vip.family == 6 && ip_is_zero(&answer->to))
		return compose_advert(announcer, &answer->vip, &all, build_multicast_mac(&all), ND_OVERRIDE);
	if (answer->vip.family == 6)
		return compose_advert(announcer, &answer->vip, &answer->to, answer->mac, ND_SOLICITED | ND_OVERRIDE);
	build_arp_reply(&announcer->builder, announcer->mac, answer->vip, answer->mac, answer->to);
	return finish(announcer, answer->mac);
}

/* --- whose turn it is --- */

static size_t next_answer(struct announcer *announcer)
{
	const struct answer *answer = &announcer->answers[announcer->answer_first];

	announcer->answer_first = (announcer->answer_first + 1) % MOST_ANSWERS;
	announcer->answer_count--;
	announcer->answered++;
	return compose_answer(announcer, answer);
}

/* After the last VIP of a round. */
static void end_round(struct announcer *announcer, nanos now)
{
	announcer->next = 0;
	announcer->round++;
	if (announcer->state == ANNOUNCER_ASKING)
		announcer->due = now + (announcer->round < QUESTIONS ? between_questions : listening);
	else
		announcer->due = announcer->round < ANNOUNCEMENTS ? now + between_announcements : INT64_MAX;
}

static size_t next_of_round(struct announcer *announcer, nanos now)
{
	const struct ip *vip = &announcer->vips[announcer->next++];
	size_t length;

	length = announcer->state == ANNOUNCER_ASKING ? compose_question(announcer, vip)
						      : compose_announcement(announcer, vip);
	if (announcer->next == announcer->count)
		end_round(announcer, now);
	return length;
}

size_t announcer_next(struct announcer *announcer, nanos now, uint8_t *buffer, size_t size)
{
	if (announcer->state == ANNOUNCER_REFUSED)
		return 0;
	build_begin(&announcer->builder, buffer, size);
	if (announcer->answer_count > 0)
		return next_answer(announcer);
	if (now < announcer->due)
		return 0;
	/* All was asked and listened for. */
	if (announcer->state == ANNOUNCER_ASKING && announcer->round == QUESTIONS) {
		announcer->state = ANNOUNCER_ANSWERING;
		announcer->round = 0;
	}
	return next_of_round(announcer, now);
}

nanos announcer_deadline(const struct announcer *announcer)
{
	if (announcer->state == ANNOUNCER_REFUSED)
		return INT64_MAX;
	return announcer->answer_count > 0 ? 0 : announcer->due;
}

/* --- what is heard --- */

static bool is_ours(const struct announcer *announcer, const struct ip *ip)
{
	for (uint32_t i = 0; i < announcer->count; i++)
		if (ip_equal(&announcer->vips[i], ip))
			return true;
	return false;
}

static void hear_claim(struct announcer *announcer, const struct ip *ip, struct mac mac)
{
	if (!is_ours(announcer, ip) || mac_equal(mac, announcer->mac))
		return;
	announcer->rival_vip = *ip;
	announcer->rival_mac = mac;
	if (announcer->state == ANNOUNCER_ASKING)
		announcer->state = ANNOUNCER_REFUSED;
}

static void hear_question(struct announcer *announcer, const struct answer *answer)
{
	uint32_t place = (announcer->answer_first + announcer->answer_count) % MOST_ANSWERS;

	if (announcer->state != ANNOUNCER_ANSWERING || !is_ours(announcer, &answer->vip) ||
	    announcer->answer_count == MOST_ANSWERS)
		return;
	announcer->answers[place] = *answer;
	announcer->answer_count++;
}

static void hear_arp(struct announcer *announcer, const struct packet *packet)
{
	const struct arp *arp = &packet->arp;

	if (arp->wrong != 0)
		return;
	hear_claim(announcer, &arp->spa, arp->sha);
	if (arp->operation == ARP_REQUEST && !ip_equal(&arp->spa, &arp->tpa))
		hear_question(announcer, &(struct answer){ arp->tpa, arp->spa, packet->source });
}

void announcer_eat(struct announcer *announcer, const struct packet *packet, nanos now)
{
	(void)now;
	if (!(packet->layers & LAYER_ETHERNET) || packet->vlan_count > 0 || mac_equal(packet->source, announcer->mac))
		return;
	if (packet->layers & LAYER_ARP)
		hear_arp(announcer, packet);
	else if ((packet->layers & LAYER_ND) && packet->ip.ttl == 255 && packet->nd.advert)
		hear_claim(announcer, &packet->nd.target, packet->nd.has_lladdr ? packet->nd.lladdr : packet->source);
	else if ((packet->layers & LAYER_ND) && packet->ip.ttl == 255)
		hear_question(announcer, &(struct answer){ packet->nd.target, packet->ip.source, packet->source });
}
