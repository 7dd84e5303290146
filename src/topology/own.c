// SPDX-License-Identifier: GPL-2.0-or-later
/* The own format, truemac.topology(5): one thing a line, its first word says what. */
#include <string.h>

#include "topology/own.h"
#include "topology/topology_index.h"

static int read_vip(struct own *own)
{
	struct attributes attributes = { .method = METHOD_UNKNOWN };
	struct topology_service *service = &attributes.service;
	bool by_mark = own->lines.count > 1 && strcmp(own->lines.words[1], "fwmark") == 0;
	int result = by_mark ? 0 : own_take_service(own, &attributes);

	if (result == 0)
		result = own_take_attributes(own, LINE_VIP, &attributes);
	if (result < 0)
		return result;
	service->method = attributes.method;
	service->origin = ORIGIN_CONFIGURED;
	return own_place(own, topology_add_service(own->topology, service, own->error));
}

static int read_director(struct own *own)
{
	struct attributes attributes = { .has_mac = false };
	struct ip ip;
	int result = own_take_ip(own, &ip);

	if (result == 0)
		result = own_take_attributes(own, LINE_DIRECTOR, &attributes);
	if (result < 0)
		return result;
	return own_place(own, topology_add_director(own->topology, &ip, attributes.has_mac ? &attributes.mac : NULL,
						    ORIGIN_CONFIGURED, own->error));
}

static int add_backend(struct own *own, int real_server, const struct attributes *attributes)
{
	struct topology_backend backend = { .real_server = (uint32_t)real_server,
					    .port = attributes->port,
					    .weight = attributes->has_weight ? (int32_t)attributes->weight : -1,
					    .method = attributes->method };
	struct index_key key = index_key_of_service(&attributes->service);
	int service = index_find(own->topology, &key);
	char text[SERVICE_TEXT_SIZE];

	if (service < 0)
		return lines_fail(&own->lines, own->error, "%s is not defined yet: put its \"vip\" line above this one",
				  service_format(&attributes->service, text));
	backend.service = (uint32_t)service;
	return own_place(own, topology_add_backend(own->topology, &backend, own->error));
}

static int read_real_server(struct own *own)
{
	struct attributes attributes = { .method = METHOD_UNKNOWN };
	struct ip ip;
	int result = own_take_ip(own, &ip);

	if (result == 0)
		result = own_take_attributes(own, LINE_REAL_SERVER, &attributes);
	if (result < 0)
		return result;
	if (!attributes.has_service &&
	    (attributes.has_port || attributes.has_weight || attributes.method != METHOD_UNKNOWN))
		return lines_fail(&own->lines, own->error,
				  "port, weight and method belong to one service: name it with vip or fwmark");
	result =
	    own_place(own, topology_add_real_server(own->topology, &ip, attributes.has_mac ? &attributes.mac : NULL,
						    ORIGIN_CONFIGURED, own->error));
	return result < 0 || !attributes.has_service ? result : add_backend(own, result, &attributes);
}

static int read_mac(struct own *own)
{
	struct attributes attributes = { .has_mac = false };
	struct ip ip;
	int result = own_take_ip(own, &ip);

	if (result == 0)
		result = own_take_mac(own, &attributes);
	if (result == 0)
		result = own_take_attributes(own, LINE_MAC, &attributes);
	return result < 0 ? result
			  : own_place(own, topology_add_known_mac(own->topology, &ip, attributes.mac, own->error));
}

static int read_vrrp(struct own *own)
{
	struct topology_vrrp vrrp = { .vrid = 0 };
	struct attributes attributes = { .vrrp = &vrrp };
	const char *name = own_take_value(own);
	int result;

	if (strlen(name) >= sizeof vrrp.name || name[0] == '\0')
		return lines_fail(&own->lines, own->error, "a VRRP instance has a name of 1 to %zu bytes",
				  sizeof vrrp.name - 1);
	result = own_take_attributes(own, LINE_VRRP, &attributes);
	if (result < 0)
		return result;
	if (!attributes.has_vrid)
		return lines_fail(&own->lines, own->error, "a VRRP instance needs \"vrid N\"");
	strcpy(vrrp.name, name);
	vrrp.vrid = (uint8_t)attributes.vrid;
	vrrp.priority = (uint8_t)attributes.priority;
	vrrp.use_vmac = attributes.vmac;
	vrrp.addresses_left_out = attributes.more;
	return own_place(own, topology_add_vrrp(own->topology, &vrrp, own->error));
}

static const struct {
	const char *name;
	int (*read)(struct own *own);
} line_table[] = {
	{ "vip", read_vip }, { "director", read_director }, { "real-server", read_real_server },
	{ "mac", read_mac }, { "vrrp", read_vrrp },
};

bool own_is_keyword(const char *word)
{
	for (size_t i = 0; i < sizeof line_table / sizeof line_table[0]; i++) {
		if (strcmp(line_table[i].name, word) == 0)
			return true;
	}
	return false;
}

static int read_line(struct own *own)
{
	const char *word = own->lines.words[0];

	own->next = 1;
	for (size_t i = 0; i < sizeof line_table / sizeof line_table[0]; i++) {
		if (strcmp(line_table[i].name, word) == 0)
			return line_table[i].read(own);
	}
	return lines_fail(&own->lines, own->error,
			  "unknown word \"%.100s\": a line begins with vip, director, real-server, mac or vrrp", word);
}

int topology_read_own(struct topology *topology, const char *name, const char *bytes, size_t length,
		      struct error *error)
{
	struct own own = { .topology = topology, .error = error };
	int result;

	lines_init(&own.lines, name, bytes, length);
	while ((result = lines_next(&own.lines, error)) > 0) {
		result = read_line(&own);
		if (result < 0)
			break;
	}
	return result;
}
