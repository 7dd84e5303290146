// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rivals.h"
#include "rules/rule_common.h"

/* A sender may announce in both forms, one after the other, so that everybody finds the one that he takes. */
#define BESIDE_TIME (2 * NANOS_PER_SECOND)

enum { MOST_SENDERS = 64, ACCEPTED_KEPT = 64 };

/* What makes Linux ignore an announcement while its entry is younger than locktime. */
enum form { FORM_ACCEPTED, FORM_REPLY_TO_OTHER, FORM_REPLY_TO_255, FORM_WITHOUT_OVERRIDE };

static const char *const form_names[] = {
	[FORM_REPLY_TO_OTHER] = "a reply whose target MAC is not the sender's",
	[FORM_REPLY_TO_255] = "a reply with target 255.255.255.255",
	[FORM_WITHOUT_OVERRIDE] = "an advertisement without the override flag",
};

struct sender {
	struct claim_key key;
	enum form form;
	uint32_t ignored; /* announcements that no accepted one stood beside */
	uint32_t pending; /* those of the last moments */
	struct mark first, last, first_pending;
	nanos accepted; /* when it last announced in an accepted form */
	bool has_accepted;
};

struct announcements {
	struct sender senders[MOST_SENDERS];
	uint32_t count;
	struct {
		struct claim_key key;
		nanos time;
	} accepted[ACCEPTED_KEPT]; /* the latest ones of anybody, a ring */
	uint32_t accepted_count;
};

/* net/ipv4/arp.c (arp_is_garp): sender equals target, and a reply's target MAC equals its sender's. */
static enum form form_of(const struct packet *packet)
{
	if (packet->layers & LAYER_ND)
		return packet->nd.flags & ND_OVERRIDE ? FORM_ACCEPTED : FORM_WITHOUT_OVERRIDE;
	if (ip_is_broadcast(&packet->arp.tpa))
		return FORM_REPLY_TO_255;
	if (packet->arp.operation == ARP_REPLY && !mac_equal(packet->arp.tha, packet->arp.sha))
		return FORM_REPLY_TO_OTHER;
	return FORM_ACCEPTED;
}

static struct claim_key key_of(const struct observation *observation)
{
	struct claim_key key = { .segment = observation->segment, .mac = observation->mac };

	key.ip = observation->ip;
	return key;
}

static struct sender *find_sender(struct announcements *all, const struct claim_key *key)
{
	for (uint32_t i = 0; i < all->count; i++)
		if (memcmp(&all->senders[i].key, key, sizeof *key) == 0)
			return &all->senders[i];
	return NULL;
}

static void take_accepted(struct announcements *all, const struct claim_key *key, nanos now)
{
	struct sender *sender = all->count ? find_sender(all, key) : NULL;
	uint32_t place = all->accepted_count++ % ACCEPTED_KEPT;

	all->accepted[place].key = *key;
	all->accepted[place].time = now;
	if (!sender)
		return;
	if (sender->pending && now - sender->first_pending.time > BESIDE_TIME)
		sender->ignored += sender->pending;
	sender->pending = 0;
	sender->accepted = now;
	sender->has_accepted = true;
}

static struct sender *make_sender(struct announcements *all, const struct claim_key *key)
{
	struct sender *sender = find_sender(all, key);
	uint32_t kept = all->accepted_count < ACCEPTED_KEPT ? all->accepted_count : ACCEPTED_KEPT;

	if (sender || all->count == MOST_SENDERS)
		return sender;
	sender = &all->senders[all->count++];
	sender->key = *key;
	for (uint32_t i = 0; i < kept; i++)
		if (memcmp(&all->accepted[i].key, key, sizeof *key) == 0 &&
		    (!sender->has_accepted || all->accepted[i].time > sender->accepted)) {
			sender->accepted = all->accepted[i].time;
			sender->has_accepted = true;
		}
	return sender;
}

static void take_ignored(struct announcements *all, const struct observation *observation, enum form form)
{
	struct claim_key key = key_of(observation);
	struct sender *sender = make_sender(all, &key);
	nanos now = observation->mark.time;

	if (!sender || (sender->has_accepted && now - sender->accepted <= BESIDE_TIME))
		return;
	if (sender->pending && now - sender->first_pending.time > BESIDE_TIME) {
		sender->ignored += sender->pending;
		sender->pending = 0;
	}
	if (sender->pending++ == 0)
		sender->first_pending = observation->mark;
	if (sender->ignored == 0 && sender->pending == 1) {
		sender->first = observation->mark;
		sender->form = form;
	}
	sender->last = observation->mark;
}

static void observe(void *state, const struct facts *facts, const struct observation *observation)
{
	struct claim_key key;
	enum form form;

	(void)facts;
	if (observation->neighbour != NEIGHBOUR_GRATUITOUS || !observation->claim || !observation->packet->group)
		return;
	form = form_of(observation->packet);
	if (form != FORM_ACCEPTED) {
		take_ignored(state, observation, form);
		return;
	}
	key = key_of(observation);
	take_accepted(state, &key, observation->mark.time);
}

/* An address that stays where it is loses nothing when its announcements are ignored. */
static enum severity severity_for(const struct facts *facts, const struct sender *sender)
{
	const struct host *host = facts_host(facts, sender->key.segment, &sender->key.ip);

	if (mac_kind_of(sender->key.mac)->traits & MAC_TRAIT_EMULATED)
		return SEVERITY_INFO;
	if (roles_is_vip(facts, &sender->key.ip) || (host && host->moves > 0))
		return SEVERITY_WARNING;
	return SEVERITY_INFO;
}

static void report(struct findings *findings, const struct sender *sender, uint32_t ignored)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, sender->key.segment, &sender->key.ip, &sender->key.mac, NULL);
	enum severity severity = severity_for(facts, sender);
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	struct fault *fault;

	if (roles_is_vip(facts, &sender->key.ip))
		subject.vip = sender->key.ip;
	fault = findings_add(findings, severity, CONFIDENCE_PROVEN, &subject);
	ip_format(&sender->key.ip, ip);
	mac_format(sender->key.mac, mac);
	fault_set_summary(fault, "%s announces %s only as %s: Linux neighbours ignore that for a second", mac, ip,
			  form_names[sender->form]);
	if (severity == SEVERITY_INFO)
		fault_set_effect(fault, "None as long as %s stays at %s: nobody has to learn anything new.", ip, mac);
	fault_cite(fault, facts, sender->key.segment, &sender->first, "%s", form_names[sender->form]);
	fault_cite(fault, facts, sender->key.segment, &sender->last, "again, and no accepted form within 2 s");
	fault_count(fault, ignored, sender->first.time, sender->last.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	const struct announcements *all = state;

	for (uint32_t i = 0; i < all->count; i++) {
		const struct sender *sender = &all->senders[i];
		const struct input_facts *input = &facts->inputs[facts_input_of(facts, sender->key.segment)];
		bool decided = sender->pending && input->last - sender->first_pending.time > BESIDE_TIME;
		uint32_t ignored = sender->ignored + (decided ? sender->pending : 0);

		if (ignored > 0 && !rival_is_designed(sender->key.mac))
			report(findings, sender, ignored);
	}
}

const struct rule rule_garp_ignored_form = {
	.id = "garp-ignored-form",
	.severity = SEVERITY_WARNING,
	.summary = "An address is announced only in a form that Linux neighbours ignore for a second after an update.",
	.why = "Linux overwrites a neighbour entry that is younger than locktime (1 s) only for what it takes for "
	       "gratuitous ARP: a request with sender = target, or a reply whose target MAC, too, is the sender's. A "
	       "reply "
	       "with the broadcast MAC as target, or one to 255.255.255.255, is an ordinary reply to it. In IPv6 an "
	       "advertisement without the override flag changes no entry.",
	.proof = "Proven by the announcement's own fields, when the same sender does not announce the address in an "
		 "accepted form within two seconds.",
	.effect =
	    "After a failover a neighbour whose entry was refreshed within the last second, which a busy client's "
	    "or router's may well have been, stays with the old MAC until that entry expires.",
	.remedies = { "Send the request form: arping -c 3 -U -I eth0 VIP; keepalived sends it by itself.",
		      "Or send both forms, as MetalLB does: arping -c 3 -U -I eth0 VIP; arping -c 3 -A -I eth0 VIP "
		      "(arping "
		      "-A sets the target MAC to the sender's).",
		      "Repeat the announcement after more than a second: keepalived garp_master_delay 5, "
		      "garp_master_repeat 5." },
	.no_help =
	    "arp_accept=1 on the neighbours does not help: it lets announcements create entries, the age check of "
	    "existing ones stays.",
	.sources = "net/ipv4/arp.c (arp_is_garp, arp_process: locktime), RFC 5227 section 3, RFC 4861 section 7.2.5",
	.subscribes = SUBSCRIBE(OBSERVED_NEIGHBOUR),
	.state_size = sizeof(struct announcements),
	.observe = observe,
	.conclude = conclude,
};
