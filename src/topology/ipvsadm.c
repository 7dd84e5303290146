// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What `ipvsadm -S -n` prints: a command line per service (-A) and per real
 * server (-a), as ipvsadm(8) describes them.
 */
#include <string.h>

#include "topology/topology_index.h"
#include "topology/words.h"
#include "wire/packet.h"

enum command { COMMAND_NONE, COMMAND_SERVICE, COMMAND_SERVER, COMMAND_IGNORED };

/* One line, taken apart. */
struct rule {
	enum command command;
	bool has_service, has_server;
	struct topology_service service;
	struct ip server;
	struct topology_backend backend;
};

struct ipvsadm {
	struct lines lines;
	size_t next;
	struct topology *topology;
	struct error *error;
};

enum argument { ARGUMENT_NONE, ARGUMENT_NEEDED, ARGUMENT_OPTIONAL };

struct option {
	const char *letter, *name;
	int (*take)(struct ipvsadm *ipvsadm, const struct option *option, const char *argument, struct rule *rule);
	enum argument argument;
	int value;
};

static int take_command(struct ipvsadm *ipvsadm, const struct option *option, const char *argument, struct rule *rule)
{
	(void)argument;
	if (rule->command != COMMAND_NONE)
		return lines_fail(&ipvsadm->lines, ipvsadm->error, "two commands in one line: keep one of them");
	rule->command = (enum command)option->value;
	return 0;
}

static bool parse_endpoint(const char *text, struct ip *ip, uint16_t *port)
{
	char copy[SERVICE_TEXT_SIZE];
	char *address, *digits;

	if (strlen(text) >= sizeof copy)
		return false;
	strcpy(copy, text);
	if (!word_split_port(copy, &address, &digits) || !ip_parse(address, ip))
		return false;
	*port = 0;
	return !digits || word_to_named_port(digits, port);
}

static int fail_endpoint(const struct ipvsadm *ipvsadm, const char *text)
{
	return lines_fail(&ipvsadm->lines, ipvsadm->error,
			  "\"%.100s\" is no ADDRESS:PORT: save with \"ipvsadm -S -n\", which writes numbers", text);
}

static int take_service(struct ipvsadm *ipvsadm, const struct option *option, const char *argument, struct rule *rule)
{
	rule->has_service = true;
	rule->service.protocol = (uint8_t)option->value;
	if (parse_endpoint(argument, &rule->service.vip, &rule->service.port))
		return 0;
	return fail_endpoint(ipvsadm, argument);
}

static int take_fwmark(struct ipvsadm *ipvsadm, const struct option *option, const char *argument, struct rule *rule)
{
	(void)option;
	rule->has_service = true;
	if (word_to_number(argument, UINT32_MAX, &rule->service.fwmark) && rule->service.fwmark != 0)
		return 0;
	return lines_fail(&ipvsadm->lines, ipvsadm->error, "a firewall mark is a number from 1 to %u, not \"%.100s\"",
			  UINT32_MAX, argument);
}

static int take_server(struct ipvsadm *ipvsadm, const struct option *option, const char *argument, struct rule *rule)
{
	(void)option;
	rule->has_server = true;
	return parse_endpoint(argument, &rule->server, &rule->backend.port) ? 0 : fail_endpoint(ipvsadm, argument);
}

static int take_method(struct ipvsadm *ipvsadm, const struct option *option, const char *argument, struct rule *rule)
{
	(void)ipvsadm;
	(void)argument;
	rule->backend.method = (enum method)option->value;
	return 0;
}

static int take_weight(struct ipvsadm *ipvsadm, const struct option *option, const char *argument, struct rule *rule)
{
	uint32_t weight;

	(void)option;
	if (!word_to_number(argument, INT32_MAX, &weight))
		return lines_fail(&ipvsadm->lines, ipvsadm->error, "a weight is a number from 0 to %d, not \"%.100s\"",
				  INT32_MAX, argument);
	rule->backend.weight = (int32_t)weight;
	return 0;
}

static int take_nothing(struct ipvsadm *ipvsadm, const struct option *option, const char *argument, struct rule *rule)
{
	(void)ipvsadm;
	(void)option;
	(void)argument;
	(void)rule;
	return 0;
}

static const struct option options[] = {
	{ "-A", "--add-service", take_command, ARGUMENT_NONE, COMMAND_SERVICE },
	{ "-a", "--add-server", take_command, ARGUMENT_NONE, COMMAND_SERVER },
	{ "-C", "--clear", take_command, ARGUMENT_NONE, COMMAND_IGNORED },
	{ "-t", "--tcp-service", take_service, ARGUMENT_NEEDED, IP_PROTO_TCP },
	{ "-u", "--udp-service", take_service, ARGUMENT_NEEDED, IP_PROTO_UDP },
	{ "", "--sctp-service", take_service, ARGUMENT_NEEDED, IP_PROTO_SCTP },
	{ "-f", "--fwmark-service", take_fwmark, ARGUMENT_NEEDED, 0 },
	{ "-r", "--real-server", take_server, ARGUMENT_NEEDED, 0 },
	{ "-g", "--gatewaying", take_method, ARGUMENT_NONE, METHOD_DR },
	{ "-i", "--ipip", take_method, ARGUMENT_NONE, METHOD_TUN },
	{ "-m", "--masquerading", take_method, ARGUMENT_NONE, METHOD_NAT },
	{ "-w", "--weight", take_weight, ARGUMENT_NEEDED, 0 },
	{ "-6", "--ipv6", take_nothing, ARGUMENT_NONE, 0 },
	{ "-s", "--scheduler", take_nothing, ARGUMENT_NEEDED, 0 },
	{ "-p", "--persistent", take_nothing, ARGUMENT_OPTIONAL, 0 },
	{ "-M", "--netmask", take_nothing, ARGUMENT_NEEDED, 0 },
	{ "", "--pe", take_nothing, ARGUMENT_NEEDED, 0 },
	{ "-b", "--sched-flags", take_nothing, ARGUMENT_NEEDED, 0 },
	{ "-o", "--ops", take_nothing, ARGUMENT_NONE, 0 },
	{ "-x", "--u-threshold", take_nothing, ARGUMENT_NEEDED, 0 },
	{ "-y", "--l-threshold", take_nothing, ARGUMENT_NEEDED, 0 },
	{ "", "--tun-type", take_nothing, ARGUMENT_NEEDED, 0 },
	{ "", "--tun-port", take_nothing, ARGUMENT_NEEDED, 0 },
	{ "", "--tun-nocsum", take_nothing, ARGUMENT_NONE, 0 },
	{ "", "--tun-csum", take_nothing, ARGUMENT_NONE, 0 },
	{ "", "--tun-remcsum", take_nothing, ARGUMENT_NONE, 0 },
};

static const struct option *find_option(const char *word)
{
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		if (strcmp(word, options[i].letter) == 0 || strcmp(word, options[i].name) == 0)
			return &options[i];
	}
	return NULL;
}

static int take_option(struct ipvsadm *ipvsadm, struct rule *rule)
{
	struct lines *lines = &ipvsadm->lines;
	const char *word = lines->words[ipvsadm->next++];
	const struct option *option = find_option(word);
	const char *argument = NULL;

	if (!option)
		return lines_fail(lines, ipvsadm->error, "\"%.100s\" is not what \"ipvsadm -S -n\" writes", word);
	if (option->argument != ARGUMENT_NONE && ipvsadm->next < lines->count && lines->words[ipvsadm->next][0] != '-')
		argument = lines->words[ipvsadm->next++];
	if (option->argument == ARGUMENT_NEEDED && !argument)
		return lines_fail(lines, ipvsadm->error, "%s needs a value behind it", word);
	return option->take(ipvsadm, option, argument, rule);
}

static int add_server(struct ipvsadm *ipvsadm, struct rule *rule)
{
	struct index_key key = index_key_of_service(&rule->service);
	int service = index_find(ipvsadm->topology, &key);
	char text[SERVICE_TEXT_SIZE];
	int server;

	if (!rule->has_server)
		return lines_fail(&ipvsadm->lines, ipvsadm->error, "-a needs a real server: -r ADDRESS:PORT");
	if (service < 0)
		return lines_fail(&ipvsadm->lines, ipvsadm->error, "%s has no -A line above this one",
				  service_format(&rule->service, text));
	if (ip_is_own(&rule->server))
		return 0;
	server = topology_add_real_server(ipvsadm->topology, &rule->server, NULL, ORIGIN_CONFIGURED, ipvsadm->error);
	if (server < 0)
		return server;
	rule->backend.service = (uint32_t)service;
	rule->backend.real_server = (uint32_t)server;
	return topology_add_backend(ipvsadm->topology, &rule->backend, ipvsadm->error);
}

static int add_rule(struct ipvsadm *ipvsadm, struct rule *rule)
{
	if (rule->command == COMMAND_IGNORED)
		return 0;
	if (rule->command == COMMAND_NONE)
		return lines_fail(&ipvsadm->lines, ipvsadm->error, "no command: a line begins with -A or -a");
	if (!rule->has_service)
		return lines_fail(&ipvsadm->lines, ipvsadm->error,
				  "no service: name it with -t, -u, --sctp-service or -f");
	if (rule->command == COMMAND_SERVER)
		return add_server(ipvsadm, rule);
	return topology_add_service(ipvsadm->topology, &rule->service, ipvsadm->error);
}

static int read_line(struct ipvsadm *ipvsadm)
{
	/* Defaults of ipvsadm(8). */
	struct rule rule = { .backend = { .weight = 1, .method = METHOD_DR } };
	int result = 0;

	rule.service.origin = ORIGIN_CONFIGURED;
	ipvsadm->next = strcmp(ipvsadm->lines.words[0], "ipvsadm") == 0 ? 1 : 0;
	while (result == 0 && ipvsadm->next < ipvsadm->lines.count)
		result = take_option(ipvsadm, &rule);
	if (result == 0)
		result = add_rule(ipvsadm, &rule);
	return lines_place(&ipvsadm->lines, result, ipvsadm->error);
}

/* IPVS keeps the method with each real server; where all agree it is the service's, too. Services from `first` on. */
static void settle_methods(struct topology *topology, uint32_t first)
{
	for (uint32_t i = topology->backend_count; i > 0; i--) {
		const struct topology_backend *backend = &topology->backends[i - 1];

		if (backend->service >= first)
			topology->services[backend->service].method = backend->method;
	}
	for (uint32_t i = 0; i < topology->backend_count; i++) {
		const struct topology_backend *backend = &topology->backends[i];

		if (backend->service >= first && backend->method != topology->services[backend->service].method)
			topology->services[backend->service].method = METHOD_UNKNOWN;
	}
}

int topology_read_ipvsadm(struct topology *topology, const char *name, const char *bytes, size_t length,
			  struct error *error)
{
	struct ipvsadm ipvsadm = { .topology = topology, .error = error };
	uint32_t first = topology->service_count;
	int result;

	lines_init(&ipvsadm.lines, name, bytes, length);
	while ((result = lines_next(&ipvsadm.lines, error)) > 0) {
		result = read_line(&ipvsadm);
		if (result < 0)
			return result;
	}
	if (result == 0)
		settle_methods(topology, first);
	return result;
}
