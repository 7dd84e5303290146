// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of prefixes. Manufacturers' blocks are the IEEE's; VRRP RFC 5798 section 7.3; documentation RFC 9542;
 * groups IEEE 802.1Q and 802.3; the others are what the named products use, by their sources, manuals and captures.
 */
#include "wire/mac_kind.h"

enum kind {
	XEN_VIF_BACKEND,
	XEN,
	LIBVIRT_TAP,
	QEMU,
	BOCHS,
	VMWARE,
	NSX_DLR,
	VIRTUALBOX,
	VIRTUALBOX_HOST,
	VIRTUALBOX_NAT,
	HYPER_V,
	PARALLELS,
	PROXMOX,
	OVIRT,
	NEUTRON,
	NEUTRON_DVR,
	DOCKER,
	OVN,
	OVN_GATEWAY,
	CALICO,
	GCP,
	AZURE_GATEWAY,
	ACI_GATEWAY,
	VRRP,
	VRRP_IPV6,
	HSRP,
	HSRP_V2,
	HSRP_IPV6,
	GLBP,
	MS_NLB,
	MS_NLB_MULTICAST,
	MS_NLB_HOST,
	HP_TEAMING,
	STP,
	LACP,
	LLDP,
	CDP,
	OPENBSD_RANDOM,
	DECNET,
	DOCUMENTATION,
	IPV6_MULTICAST,
	BROADCAST,
	MULTICAST,
	LOCAL,
	UNIVERSAL,
};

static const struct mac_kind kinds[] = {
	[XEN_VIF_BACKEND] = { "xen-vif-backend", "Dom0's end of a Xen guest's interface", MAC_TRAIT_BACKEND },
	[XEN] = { "xen", "a Xen guest", MAC_TRAIT_GUEST },
	[LIBVIRT_TAP] = { "libvirt-tap", "the host's end of a libvirt guest's interface", MAC_TRAIT_BACKEND },
	[QEMU] = { "qemu", "a QEMU or KVM guest", MAC_TRAIT_GUEST },
	[BOCHS] = { "bochs", "a Bochs guest", MAC_TRAIT_GUEST },
	[VMWARE] = { "vmware", "a VMware guest", MAC_TRAIT_GUEST },
	[NSX_DLR] = { "nsx-dlr", "the NSX distributed router, the same on every host", MAC_TRAIT_EMULATED },
	[VIRTUALBOX] = { "virtualbox", "a VirtualBox guest", MAC_TRAIT_GUEST },
	[VIRTUALBOX_HOST] = { "virtualbox-host", "the host's VirtualBox host-only adapter", 0 },
	[VIRTUALBOX_NAT] = { "virtualbox-nat", "VirtualBox's built-in NAT gateway", MAC_TRAIT_GATEWAY },
	[HYPER_V] = { "hyper-v", "a Hyper-V guest", MAC_TRAIT_GUEST },
	[PARALLELS] = { "parallels", "a Parallels guest", MAC_TRAIT_GUEST },
	[PROXMOX] = { "proxmox", "a Proxmox VE guest", MAC_TRAIT_GUEST },
	[OVIRT] = { "ovirt", "an oVirt or RHV guest", MAC_TRAIT_GUEST },
	[NEUTRON] = { "neutron", "an OpenStack Neutron port", MAC_TRAIT_GUEST },
	[NEUTRON_DVR] = { "neutron-dvr", "a Neutron distributed router", MAC_TRAIT_EMULATED },
	[DOCKER] = { "docker", "a Docker container", MAC_TRAIT_GUEST },
	[OVN] = { "ovn", "an OVN-Kubernetes or CNI bridge port", MAC_TRAIT_GUEST },
	[OVN_GATEWAY] = { "ovn-gateway", "OVN-Kubernetes' link-local gateway, on every node", MAC_TRAIT_EMULATED },
	[CALICO] = { "calico", "Calico's host side, answering for everything by design", MAC_TRAIT_EMULATED },
	[GCP] = { "gcp", "Google Compute Engine, whose gateway answers for everything", MAC_TRAIT_EMULATED },
	[AZURE_GATEWAY] = { "azure-gateway", "Azure's virtual gateway, answering for everything", MAC_TRAIT_EMULATED },
	[ACI_GATEWAY] = { "aci-gateway", "the Cisco ACI bridge domain's gateway, on every leaf", MAC_TRAIT_EMULATED },
	[VRRP] = { "vrrp", "a VRRP or CARP virtual router", MAC_TRAIT_SHARED },
	[VRRP_IPV6] = { "vrrp-ipv6", "a VRRP virtual router for IPv6", MAC_TRAIT_SHARED },
	[HSRP] = { "hsrp", "an HSRP virtual router", MAC_TRAIT_SHARED },
	[HSRP_V2] = { "hsrp-v2", "an HSRP version 2 virtual router", MAC_TRAIT_SHARED },
	[HSRP_IPV6] = { "hsrp-ipv6", "an HSRP virtual router for IPv6", MAC_TRAIT_SHARED },
	[GLBP] = { "glbp", "a GLBP forwarder", MAC_TRAIT_SHARED },
	[MS_NLB] = { "ms-nlb", "a Microsoft NLB cluster, unicast mode", MAC_TRAIT_NLB | MAC_TRAIT_SHARED },
	[MS_NLB_MULTICAST] = { "ms-nlb-multicast", "a Microsoft NLB cluster, multicast or IGMP mode",
			       MAC_TRAIT_NLB | MAC_TRAIT_SHARED },
	[MS_NLB_HOST] = { "ms-nlb-host", "a host of a Microsoft NLB cluster", MAC_TRAIT_NLB },
	[HP_TEAMING] = { "hp-teaming", "the heartbeat of HP network teaming", 0 },
	[STP] = { "stp", "bridges of the spanning tree", 0 },
	[LACP] = { "lacp", "slow protocols such as LACP", 0 },
	[LLDP] = { "lldp", "LLDP, to the nearest bridge", 0 },
	[CDP] = { "cdp", "Cisco discovery and trunking protocols", 0 },
	[OPENBSD_RANDOM] = { "openbsd-random", "an address made up by OpenBSD", 0 },
	[DECNET] = { "decnet", "a DECnet node", 0 },
	[DOCUMENTATION] = { "documentation", "reserved for documentation (RFC 9542)", 0 },
	[IPV6_MULTICAST] = { "ipv6-multicast", "an IPv6 multicast group", 0 },
	[BROADCAST] = { "broadcast", "everybody", 0 },
	[MULTICAST] = { "multicast", "a group of stations", 0 },
	[LOCAL] = { "local", "locally administered: made up by software or by hand", 0 },
	[UNIVERSAL] = { "universal", "from a manufacturer's block", 0 },
};

/* When a prefix says something, of the kinds that repeat the host's IPv4 address in their last octets. */
enum condition {
	ALWAYS,
	NOT_WITH_OTHER_IP, /* a known address that differs means that the prefix is a coincidence */
	WITH_LAST_OCTETS,  /* only where the last two octets are the host's: otherwise an ordinary group */
};

struct prefix {
	const char *text;
	uint64_t value; /* the 48 bits of the address, prefix in front, zeros behind */
	unsigned bits;
	enum kind kind;
	enum condition condition;
};

/* The same digits as text and as a number. Under PREFIX_28 and PREFIX_36 the last one is a half octet. */
#define PREFIX_16(a, b)             #a ":" #b, UINT64_C(0x##a##b) << 32, 16
#define PREFIX_24(a, b, c)          #a ":" #b ":" #c, UINT64_C(0x##a##b##c) << 24, 24
#define PREFIX_28(a, b, c, d)       #a ":" #b ":" #c ":" #d, UINT64_C(0x##a##b##c##d) << 20, 28
#define PREFIX_32(a, b, c, d)       #a ":" #b ":" #c ":" #d, UINT64_C(0x##a##b##c##d) << 16, 32
#define PREFIX_36(a, b, c, d, e)    #a ":" #b ":" #c ":" #d ":" #e, UINT64_C(0x##a##b##c##d##e) << 12, 36
#define PREFIX_40(a, b, c, d, e)    #a ":" #b ":" #c ":" #d ":" #e, UINT64_C(0x##a##b##c##d##e) << 8, 40
#define PREFIX_48(a, b, c, d, e, f) #a ":" #b ":" #c ":" #d ":" #e ":" #f, UINT64_C(0x##a##b##c##d##e##f), 48

/* Longest prefix first, so that the first match is the best one. */
static const struct prefix prefixes[] = {
	{ PREFIX_48(ff, ff, ff, ff, ff, ff), BROADCAST, ALWAYS },
	{ PREFIX_48(fe, ff, ff, ff, ff, ff), XEN_VIF_BACKEND, ALWAYS },
	{ PREFIX_48(ee, ee, ee, ee, ee, ee), CALICO, ALWAYS },
	{ PREFIX_48(00, 61, fe, ed, ca, fe), CALICO, ALWAYS },
	{ PREFIX_48(12, 34, 56, 78, 9a, bc), AZURE_GATEWAY, ALWAYS },
	{ PREFIX_48(00, 22, bd, f8, 19, ff), ACI_GATEWAY, ALWAYS },
	{ PREFIX_48(02, 50, 56, 56, 44, 52), NSX_DLR, ALWAYS },
	{ PREFIX_48(02, 50, 56, 56, 44, 53), NSX_DLR, ALWAYS },
	{ PREFIX_48(02, 50, 56, 56, 45, 52), NSX_DLR, ALWAYS },
	{ PREFIX_48(0a, 58, a9, fe, 01, 01), OVN_GATEWAY, ALWAYS },
	{ PREFIX_48(52, 54, 00, 12, 35, 00), VIRTUALBOX_NAT, ALWAYS },
	{ PREFIX_48(52, 54, 00, 12, 35, 02), VIRTUALBOX_NAT, ALWAYS },
	{ PREFIX_48(03, 00, c7, 00, 00, ee), HP_TEAMING, ALWAYS },
	{ PREFIX_48(01, 80, c2, 00, 00, 00), STP, ALWAYS },
	{ PREFIX_48(01, 80, c2, 00, 00, 02), LACP, ALWAYS },
	{ PREFIX_48(01, 80, c2, 00, 00, 0e), LLDP, ALWAYS },
	{ PREFIX_48(01, 00, 0c, cc, cc, cc), CDP, ALWAYS },
	{ PREFIX_40(00, 00, 5e, 00, 01), VRRP, ALWAYS },
	{ PREFIX_40(00, 00, 5e, 00, 02), VRRP_IPV6, ALWAYS },
	{ PREFIX_40(00, 00, 5e, 00, 53), DOCUMENTATION, ALWAYS },
	{ PREFIX_40(00, 00, 0c, 07, ac), HSRP, ALWAYS },
	{ PREFIX_36(00, 00, 0c, 9f, f), HSRP_V2, ALWAYS },
	{ PREFIX_36(00, 05, 73, a0, 0), HSRP_IPV6, ALWAYS },
	{ PREFIX_32(00, 07, b4, 00), GLBP, ALWAYS },
	{ PREFIX_32(01, 00, 5e, 7f), MS_NLB_MULTICAST, WITH_LAST_OCTETS },
	{ PREFIX_28(fe, e1, ba, d), OPENBSD_RANDOM, ALWAYS },
	{ PREFIX_24(00, 16, 3e), XEN, ALWAYS },
	{ PREFIX_24(52, 54, 00), QEMU, ALWAYS },
	/* libvirt: fe and the other five octets of the guest's address, whose usual blocks these are. */
	{ PREFIX_24(fe, 54, 00), LIBVIRT_TAP, ALWAYS },
	{ PREFIX_24(fe, 16, 3e), LIBVIRT_TAP, ALWAYS },
	{ PREFIX_24(fe, 1a, 4a), LIBVIRT_TAP, ALWAYS },
	{ PREFIX_24(b0, c4, 20), BOCHS, ALWAYS },
	{ PREFIX_24(00, 50, 56), VMWARE, ALWAYS },
	{ PREFIX_24(00, 0c, 29), VMWARE, ALWAYS },
	{ PREFIX_24(00, 05, 69), VMWARE, ALWAYS },
	{ PREFIX_24(00, 1c, 14), VMWARE, ALWAYS },
	{ PREFIX_24(08, 00, 27), VIRTUALBOX, ALWAYS },
	{ PREFIX_24(0a, 00, 27), VIRTUALBOX_HOST, ALWAYS },
	{ PREFIX_24(00, 15, 5d), HYPER_V, ALWAYS },
	{ PREFIX_24(00, 1c, 42), PARALLELS, ALWAYS },
	{ PREFIX_24(bc, 24, 11), PROXMOX, ALWAYS },
	{ PREFIX_24(00, 1a, 4a), OVIRT, ALWAYS },
	{ PREFIX_24(fa, 16, 3e), NEUTRON, ALWAYS },
	{ PREFIX_24(fa, 16, 3f), NEUTRON_DVR, ALWAYS },
	{ PREFIX_24(aa, 00, 04), DECNET, ALWAYS },
	{ PREFIX_24(01, 00, 5e), MULTICAST, ALWAYS },
	{ PREFIX_16(33, 33), IPV6_MULTICAST, ALWAYS },
	{ PREFIX_16(02, 42), DOCKER, NOT_WITH_OTHER_IP },
	{ PREFIX_16(0a, 58), OVN, NOT_WITH_OTHER_IP },
	/* Not so the clusters' and the gateway's, which stand for other addresses too. */
	{ PREFIX_16(42, 01), GCP, ALWAYS },
	{ PREFIX_16(02, bf), MS_NLB, ALWAYS },
	{ PREFIX_16(03, bf), MS_NLB_MULTICAST, ALWAYS },
};

/* What single bits and the range of NLB hosts say, in words for mac_kind_at(). */
static const struct {
	const char *text;
	enum kind kind;
} forms[] = {
	{ "02:01 to 02:20, then the IPv4 address", MS_NLB_HOST },
	{ "group bit (01 in the first octet)", MULTICAST },
	{ "local bit (02 in the first octet)", LOCAL },
	{ "any other", UNIVERSAL },
};

enum { PREFIX_COUNT = sizeof prefixes / sizeof *prefixes, FORM_COUNT = sizeof forms / sizeof *forms };

static uint64_t value_of(struct mac mac)
{
	uint64_t value = 0;

	for (size_t i = 0; i < sizeof mac.b; i++)
		value = value << 8 | mac.b[i];
	return value;
}

static bool repeats(struct mac mac, const struct ip *ip, size_t octets)
{
	return memcmp(mac.b + sizeof mac.b - octets, ip->b + 4 - octets, octets) == 0;
}

static bool condition_holds(enum condition condition, struct mac mac, const struct ip *ip)
{
	bool known = ip && ip->family == 4;

	switch (condition) {
	case NOT_WITH_OTHER_IP: return !known || repeats(mac, ip, 4);
	case WITH_LAST_OCTETS: return known && repeats(mac, ip, 2);
	case ALWAYS: break;
	}
	return true;
}

/* 02:01 is the first host of the cluster, 02:20 the thirty-second and last. */
static bool is_nlb_host(struct mac mac, const struct ip *ip)
{
	return ip && ip->family == 4 && mac.b[0] == 0x02 && mac.b[1] >= 0x01 && mac.b[1] <= 0x20 && repeats(mac, ip, 4);
}

static enum kind kind_by_form(struct mac mac, const struct ip *ip)
{
	if (is_nlb_host(mac, ip))
		return MS_NLB_HOST;
	if (mac_is_group(mac))
		return MULTICAST;
	return mac.b[0] & 2 ? LOCAL : UNIVERSAL;
}

const struct mac_kind *mac_kind_of_host(struct mac mac, const struct ip *ip)
{
	uint64_t value = value_of(mac);

	for (size_t i = 0; i < PREFIX_COUNT; i++) {
		const struct prefix *prefix = &prefixes[i];

		if ((value ^ prefix->value) >> (48 - prefix->bits) == 0 && condition_holds(prefix->condition, mac, ip))
			return &kinds[prefix->kind];
	}
	return &kinds[kind_by_form(mac, ip)];
}

const struct mac_kind *mac_kind_of(struct mac mac)
{
	return mac_kind_of_host(mac, NULL);
}

int mac_vrrp_vrid(struct mac mac)
{
	static const uint8_t prefix[] = { 0x00, 0x00, 0x5e, 0x00 };

	if (memcmp(mac.b, prefix, sizeof prefix) != 0 || (mac.b[4] != 1 && mac.b[4] != 2))
		return -1;
	return mac.b[5];
}

const struct mac_kind *mac_kind_at(size_t index, const char **prefix)
{
	if (index < PREFIX_COUNT) {
		*prefix = prefixes[index].text;
		return &kinds[prefixes[index].kind];
	}
	index -= PREFIX_COUNT;
	if (index >= FORM_COUNT)
		return NULL;
	*prefix = forms[index].text;
	return &kinds[forms[index].kind];
}
