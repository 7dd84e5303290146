// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "rules/rivals.h"
#include "rules/rule_common.h"

enum { LIST_SIZE = 96, LISTED = 2 };

static bool share_address(const struct group_router *a, const struct group_router *b)
{
	for (int i = 0; i < a->address_count; i++)
		for (int k = 0; k < b->address_count; k++)
			if (ip_equal(&a->addresses[i], &b->addresses[k]))
				return true;
	return false;
}

/* Neither gives way: one of them goes on advertising against the other. */
static bool are_rivals(const struct group_router *a, const struct group_router *b)
{
	return (router_is_defiant(a) && ip_equal(&a->defied, &b->source)) ||
	       (router_is_defiant(b) && ip_equal(&b->defied, &a->source));
}

/* "192.0.2.6, 192.0.2.7 and 3 more" */
static const char *list(const struct group_router *router, char buffer[static LIST_SIZE])
{
	char first[IP_TEXT_SIZE], second[IP_TEXT_SIZE];
	int more = router->address_count - LISTED;

	if (router->address_count == 0)
		return "no address";
	ip_format(&router->addresses[0], first);
	if (router->address_count == 1)
		snprintf(buffer, LIST_SIZE, "%s", first);
	else if (more <= 0)
		snprintf(buffer, LIST_SIZE, "%s and %s", first, ip_format(&router->addresses[1], second));
	else
		snprintf(buffer, LIST_SIZE, "%s and %d more", first, more + 1);
	return buffer;
}

static void report(struct findings *findings, const struct group *group, const struct group_router *a,
		   const struct group_router *b, enum confidence confidence)
{
	const struct facts *facts = findings->facts;
	uint32_t segment = group->key.segment;
	bool versions = a->version != b->version;
	struct subject subject = subject_of(facts, segment, &b->source, &b->mac, NULL);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, confidence, &subject);
	char one[WHO_SIZE], two[WHO_SIZE], ones[LIST_SIZE], twos[LIST_SIZE];

	who(&a->source, a->mac, one);
	who(&b->source, b->mac, two);
	if (versions)
		fault_set_summary(fault, "VRID %u is advertised in two versions: VRRPv%u by %s, VRRPv%u by %s",
				  group->key.vrid, a->version, one, b->version, two);
	else
		fault_set_summary(fault, "VRID %u is used for different addresses: %s by %s, %s by %s", group->key.vrid,
				  list(a, ones), one, list(b, twos), two);
	fault_cite(fault, facts, segment, &a->first, "VRID %u, VRRPv%u, priority %u, for %s", group->key.vrid,
		   a->version, a->priority, list(a, ones));
	fault_cite(fault, facts, segment, &b->first, "VRID %u, VRRPv%u, priority %u, for %s", group->key.vrid,
		   b->version, b->priority, list(b, twos));
	fault_cite(fault, facts, segment, &a->last_defiance, "it does not give way to the better router");
	fault_cite(fault, facts, segment, &b->last_defiance, "it does not give way to the better router");
	fault_count(fault, a->count + b->count, a->first.time < b->first.time ? a->first.time : b->first.time,
		    a->last.time > b->last.time ? a->last.time : b->last.time);
}

/*
 * A failover between routers with equal lists is what VRRP is for. Lists that differ in part are a configuration under
 * change as long as one router is silent; lists without a common address are two clusters.
 */
static void judge(struct findings *findings, const struct group *group, const struct group_router *a,
		  const struct group_router *b)
{
	bool lists = a->addresses_hash != b->addresses_hash && a->address_count + b->address_count > 0;

	if (a->interval == 0 || b->interval == 0 || (!lists && a->version == b->version))
		return;
	if (are_rivals(a, b))
		report(findings, group, a, b, CONFIDENCE_PROVEN);
	else if (lists && a->version == b->version && !share_address(a, b) && a->count >= DEFIANT_ADVERTS &&
		 b->count >= DEFIANT_ADVERTS)
		report(findings, group, a, b, CONFIDENCE_LIKELY);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (group, group, &facts->groups)
		for (int i = 0; i < group->router_count; i++)
			for (int k = i + 1; k < group->router_count; k++)
				judge(findings, group, &group->routers[i], &group->routers[k]);
}

const struct rule rule_vrid_clash = {
	.id = "vrid-clash",
	.severity = SEVERITY_ERROR,
	.summary = "One VRID is used by two clusters, or by routers that do not agree on addresses or version.",
	.why =
	    "A virtual router is known by its VRID alone, 1 to 255, once in each segment and address family. Two "
	    "clusters that chose the same number, or two routers of one cluster with different lists of addresses or "
	    "different VRRP versions, take each other's advertisements for rivals' or drop them as invalid.",
	.proof = "Proven by advertisements of one VRID with different addresses or versions, neither giving way to the "
		 "other. Where one is silent while the other speaks, lists without a common address make it likely.",
	.effect =
	    "Depending on the implementation one cluster never becomes master and its addresses are dead, or both "
	    "are master and, with virtual MACs, switches see one MAC on two ports and frames go astray.",
	.remedies = { "Two clusters: give one of them another virtual_router_id (keepalived.conf, vrrp_instance), "
		      "unused in "
		      "this segment, and reload all its routers.",
		      "One cluster: make virtual_ipaddress and vrrp_version the same on all its routers; move "
		      "addresses "
		      "beyond 20 to virtual_ipaddress_excluded on all of them.",
		      "See which VRIDs are in use: tcpdump -ni eth0 -v 'ip proto 112'" },
	.no_help = "Different passwords or priorities do not separate two clusters: both still use the same virtual "
		   "router, and the log fills with mismatches.",
	.sources = "RFC 5798 sections 5.2.3, 5.2.9 and 7.1, keepalived.conf(5)",
	.conclude = conclude,
};
