// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/options_topology.h"

#include <stdlib.h>
#include <string.h>

#include "net/loader.h"

enum { OPTION_TOPOLOGY, OPTION_VIP, OPTION_REAL_SERVER, OPTION_DIRECTOR, OPTION_ETHERS };

static int take_later(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct topology_options *options = values;
	struct topology_option *given = reallocarray(options->given, options->count + 1, sizeof *given);

	if (given == NULL)
		return error_set(error, ERROR_MEMORY, NULL, "not enough memory for the options");
	given[options->count++] = (struct topology_option){ option, value };
	options->given = given;
	return 0;
}

static int take_method(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct topology_options *options = values;

	if (method_parse(value, &options->method))
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not dr, tun or nat", option->name, value);
}

static int take_config_id(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct topology_options *options = values;

	if (value[0] == '\0' || strlen(value) >= LOADER_NAME_SIZE)
		return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not a name of 1 to %d bytes",
				 option->name, value, LOADER_NAME_SIZE - 1);
	options->config_id = value;
	return 0;
}

static const struct option_spec topology_option_specs[] = {
	{ 't', "topology", "FILE", "own format, keepalived.conf or 'ipvsadm -S -n' output; repeatable", take_later,
	  OPTION_TOPOLOGY, NULL },
	{ 0, "config-id", "ID", "which @ID lines of keepalived.conf hold (default: this host)", take_config_id, 0,
	  NULL },
	{ 0, "vip", "ADDR[:PORT[/PROTO]]", "a virtual service; repeatable", take_later, OPTION_VIP, NULL },
	{ 0, "rs", "ADDR[=MAC]", "a real server and its true MAC; repeatable", take_later, OPTION_REAL_SERVER, NULL },
	{ 0, "director", "ADDR[=MAC]", "a director and its true MAC; repeatable", take_later, OPTION_DIRECTOR, NULL },
	{ 0, "method", "METHOD", "how the director forwards: dr, tun or nat", take_method, 0, NULL },
	{ 0, "ethers", "FILE", "true MACs in the form of ethers(5); repeatable", take_later, OPTION_ETHERS, NULL },
	{ 0 },
};

struct option_group topology_options_group_titled(struct topology_options *options, const char *title)
{
	return (struct option_group){ title, topology_option_specs, options };
}

struct option_group topology_options_group(struct topology_options *options)
{
	return topology_options_group_titled(options, "Set-up (inferred from the traffic where not given)");
}

static int add_host(const struct topology_option *given, struct topology *topology, struct error *error)
{
	struct ip ip;
	struct mac mac;
	bool has_mac;
	int status = topology_parse_host(given->option->code == OPTION_DIRECTOR ? "--director" : "--rs", given->value,
					 &ip, &mac, &has_mac, error);

	if (status < 0)
		return status;
	if (given->option->code == OPTION_DIRECTOR)
		return topology_add_director(topology, &ip, has_mac ? &mac : NULL, ORIGIN_CONFIGURED, error);
	return topology_add_real_server(topology, &ip, has_mac ? &mac : NULL, ORIGIN_CONFIGURED, error);
}

static int read_topology(const struct topology_options *options, const char *path, const struct text *content,
			 struct topology *topology, struct error *error)
{
	struct loader loader;

	loader_init(&loader, options->config_id);
	return topology_read(topology, path, text_string(content), content->length, &loader.topology, error);
}

static int read_file(const struct topology_options *options, const struct topology_option *given,
		     struct topology *topology, struct error *error)
{
	struct text content = TEXT_INIT;
	int status = file_read(given->value, LOADER_FILE_LIMIT, &content, error);

	if (status == 0 && given->option->code == OPTION_TOPOLOGY)
		status = read_topology(options, given->value, &content, topology, error);
	else if (status == 0)
		status = topology_read_ethers(topology, given->value, text_string(&content), content.length, error);
	text_free(&content);
	return status;
}

static int apply_one(const struct topology_options *options, const struct topology_option *given,
		     struct topology *topology, struct error *error)
{
	switch (given->option->code) {
	case OPTION_TOPOLOGY:
	case OPTION_ETHERS: return read_file(options, given, topology, error);
	case OPTION_VIP: return topology_parse_vip(topology, "--vip", given->value, options->method, error);
	default: return add_host(given, topology, error);
	}
}

void topology_options_apply_method(const struct topology_options *options, struct topology *topology)
{
	for (uint32_t i = 0; i < topology->service_count; i++)
		if (topology->services[i].method == METHOD_UNKNOWN)
			topology->services[i].method = options->method;
}

int topology_options_apply(const struct topology_options *options, struct topology *topology, struct error *error)
{
	for (size_t i = 0; i < options->count; i++) {
		int status = apply_one(options, &options->given[i], topology, error);

		if (status < 0)
			return status;
	}
	topology_options_apply_method(options, topology);
	return 0;
}

void topology_options_free(struct topology_options *options)
{
	free(options->given);
	*options = (struct topology_options){ .given = NULL };
}
