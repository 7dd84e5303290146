// SPDX-License-Identifier: GPL-2.0-or-later
/* Services and hosts as people write them. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "topology/topology.h"
#include "topology/words.h"
#include "wire/packet.h"

static const char *const method_names[] = {
	[METHOD_UNKNOWN] = "unknown",
	[METHOD_DR] = "dr",
	[METHOD_TUN] = "tun",
	[METHOD_NAT] = "nat",
};

const char *method_name(enum method method)
{
	return method_names[method];
}

bool method_parse(const char *text, enum method *method)
{
	for (enum method i = METHOD_DR; i <= METHOD_NAT; i++) {
		if (strcasecmp(text, method_names[i]) == 0) {
			*method = i;
			return true;
		}
	}
	return false;
}

static const struct protocol {
	uint8_t number;
	const char *name;
} protocols[] = { { IP_PROTO_TCP, "tcp" }, { IP_PROTO_UDP, "udp" }, { IP_PROTO_SCTP, "sctp" } };

const char *protocol_name(uint8_t protocol)
{
	for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
		if (protocols[i].number == protocol)
			return protocols[i].name;
	}
	return "any";
}

bool protocol_parse(const char *text, uint8_t *protocol)
{
	for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
		if (strcasecmp(text, protocols[i].name) == 0) {
			*protocol = protocols[i].number;
			return true;
		}
	}
	return false;
}

const char *service_format(const struct topology_service *service, char buffer[static SERVICE_TEXT_SIZE])
{
	char vip[IP_TEXT_SIZE];
	bool bracket = service->vip.family == 6;

	ip_format(&service->vip, vip);
	if (service->vip.family == 0)
		snprintf(buffer, SERVICE_TEXT_SIZE, "fwmark %u", service->fwmark);
	else if (service->port == 0 && service->protocol == 0)
		snprintf(buffer, SERVICE_TEXT_SIZE, "%s", vip);
	else
		snprintf(buffer, SERVICE_TEXT_SIZE, "%s%s%s:%u/%s", bracket ? "[" : "", vip, bracket ? "]" : "",
			 service->port, protocol_name(service->protocol));
	return buffer;
}

static int fail_service(const char *text, struct error *error)
{
	return error_set(
	    error, ERROR_USAGE, NULL,
	    "\"%.100s\" is no ADDRESS[:PORT[/PROTOCOL]]: write 10.1.1.1, 10.1.1.1:80/tcp or [2001:db8::1]:53/udp",
	    text);
}

/* What follows the address: PORT[/PROTOCOL]. */
static bool parse_port(char *text, struct topology_service *service)
{
	char *slash = strchr(text, '/');

	if (slash)
		*slash = '\0';
	service->protocol = protocols[0].number;
	if (slash && !protocol_parse(slash + 1, &service->protocol))
		return false;
	return word_to_port(text, &service->port);
}

int service_parse(const char *text, struct topology_service *service, struct error *error)
{
	char copy[SERVICE_TEXT_SIZE];
	char *address, *port;

	service->port = 0;
	service->protocol = 0;
	if (ip_parse(text, &service->vip))
		return 0;
	if (strlen(text) >= sizeof copy)
		return fail_service(text, error);
	strcpy(copy, text);
	if (!word_split_port(copy, &address, &port) || !ip_parse(address, &service->vip))
		return fail_service(text, error);
	if (port && !parse_port(port, service))
		return fail_service(text, error);
	return 0;
}

int topology_parse_vip(struct topology *topology, const char *option, const char *text, enum method method,
		       struct error *error)
{
	struct topology_service service = { .method = method, .origin = ORIGIN_CONFIGURED };
	int result = service_parse(text, &service, error);

	if (result == 0)
		result = topology_add_service(topology, &service, error);
	if (result < 0)
		error_set_where(error, "%s", option);
	return result;
}

int topology_parse_host(const char *option, const char *text, struct ip *ip, struct mac *mac, bool *has_mac,
			struct error *error)
{
	const char *equals = strchr(text, '=');
	size_t length = equals ? (size_t)(equals - text) : strlen(text);
	char address[IP_TEXT_SIZE];

	*has_mac = equals != NULL;
	if (length < sizeof address) {
		memcpy(address, text, length);
		address[length] = '\0';
	}
	if (length >= sizeof address || !ip_parse(address, ip))
		return error_set(error, ERROR_USAGE, option,
				 "\"%.100s\" is no ADDRESS[=MAC]: write 10.1.1.13 or 10.1.1.13=00:16:3e:00:00:0d",
				 text);
	if (equals && !mac_parse(equals + 1, mac))
		return error_set(error, ERROR_USAGE, option, "\"%.100s\" is no MAC address: write 00:16:3e:00:00:0d",
				 equals + 1);
	return 0;
}
