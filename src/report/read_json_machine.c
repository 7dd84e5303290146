// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading JSON: what an inspected host says of itself. Words are cut and cleaned as those of a host are. */
#include "report/read_json_private.h"

static void read_host_word(struct json_reader *reader, const struct json_node *object, const char *key, char *into,
			   size_t size)
{
	const char *string = read_string_or_null(reader, object, key);

	host_copy_word(into, size, string != NULL ? string : "");
}

static const char *name_of_role(int role)
{
	return host_role_name((enum host_role)role);
}

static const char *name_of_virtual(int kind)
{
	return host_virtual_name((enum host_virtual)kind);
}

static const char *name_of_ipvs(int ipvs)
{
	return machine_ipvs_name((enum host_ipvs)ipvs);
}

static void read_links(struct json_reader *reader, const struct json_node *node, struct report_machine *machine)
{
	struct json_node list = read_member(node, "links");
	uint32_t count = read_length(reader, &list);

	machine->links = read_room(reader, count, sizeof *machine->links);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct machine_link *link = &machine->links[machine->link_count++];

		if (!read_is_object(reader, &item))
			return;
		read_host_word(reader, &item, "name", link->name, sizeof link->name);
		read_mac(reader, &item, "mac", &link->mac);
		link->up = read_bool(reader, &item, "up");
		link->arp = read_bool(reader, &item, "arp");
		link->vif = read_bool(reader, &item, "vif");
		link->proxy_arp = read_bool(reader, &item, "proxy_arp");
	}
}

static void read_addresses(struct json_reader *reader, const struct json_node *node, struct report_machine *machine)
{
	struct json_node list = read_member(node, "addresses");
	uint32_t count = read_length(reader, &list);

	machine->addresses = read_room(reader, count, sizeof *machine->addresses);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct machine_address *address = &machine->addresses[machine->address_count++];

		if (!read_is_object(reader, &item))
			return;
		address->ip = read_ip(reader, &item, "address");
		address->prefix = (uint8_t)read_count(reader, &item, "prefix", 128);
		read_host_word(reader, &item, "link", address->link, sizeof address->link);
	}
}

static void read_vips(struct json_reader *reader, const struct json_node *node, struct report_machine *machine)
{
	struct json_node list = read_member(node, "vips");
	uint32_t count = read_length(reader, &list);

	machine->vips = read_room(reader, count, sizeof *machine->vips);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct machine_vip *vip = &machine->vips[machine->vip_count++];

		if (!read_is_object(reader, &item))
			return;
		vip->ip = read_ip(reader, &item, "address");
		vip->method = read_method(reader, &item);
		vip->held = read_bool(reader, &item, "held");
		vip->floats = read_bool(reader, &item, "floats");
		read_host_word(reader, &item, "link", vip->link, sizeof vip->link);
	}
}

static void read_destinations(struct json_reader *reader, const struct json_node *node, struct report_machine *machine)
{
	struct json_node list = read_member(node, "destinations");
	uint32_t count = read_length(reader, &list);

	machine->destinations = read_room(reader, count, sizeof *machine->destinations);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct machine_destination *destination = &machine->destinations[machine->destination_count++];

		if (!read_is_object(reader, &item))
			return;
		destination->service = (struct topology_service){
			.vip = read_ip(reader, &item, "vip"),
			.port = (uint16_t)read_count(reader, &item, "port", UINT16_MAX),
			.protocol = read_protocol(reader, &item, "protocol"),
			.fwmark = (uint32_t)read_count(reader, &item, "fwmark", UINT32_MAX),
			.method = read_method(reader, &item),
		};
		destination->real_server = read_ip(reader, &item, "real_server");
		destination->port = (uint16_t)read_count(reader, &item, "real_server_port", UINT16_MAX);
	}
}

static void read_guests(struct json_reader *reader, const struct json_node *node, struct report_machine *machine)
{
	struct json_node list = read_member(node, "guests");
	uint32_t count = read_length(reader, &list);

	machine->guests = read_room(reader, count, sizeof *machine->guests);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct machine_guest *guest = &machine->guests[machine->guest_count++];

		if (!read_is_object(reader, &item))
			return;
		read_host_word(reader, &item, "name", guest->name, sizeof guest->name);
		read_host_word(reader, &item, "link", guest->link, sizeof guest->link);
		read_mac(reader, &item, "mac", &guest->mac);
		guest->ip = read_ip(reader, &item, "address");
	}
}

void read_machine(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node node = read_member(root, "machine");
	struct report_machine *machine;

	if (read_is_null(&node) || !read_is_object(reader, &node))
		return;
	machine = report->machine = read_room(reader, 1, sizeof *machine);
	if (machine == NULL)
		return;
	read_host_word(reader, &node, "name", machine->name, sizeof machine->name);
	machine->role = (enum host_role)read_word(reader, &node, "role", name_of_role, HOST_ROLE_COUNT);
	machine->virtualisation =
	    (enum host_virtual)read_word(reader, &node, "virtualisation", name_of_virtual, VIRTUAL_COUNT);
	machine->ipvs = (enum host_ipvs)read_word(reader, &node, "ipvs", name_of_ipvs, IPVS_PRESENT + 1);
	read_links(reader, &node, machine);
	read_addresses(reader, &node, machine);
	read_vips(reader, &node, machine);
	read_destinations(reader, &node, machine);
	read_guests(reader, &node, machine);
}
