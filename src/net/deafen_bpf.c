// SPDX-License-Identifier: GPL-2.0-or-later
/* By a BPF program on a link: Linux has such links at the ingress of an interface, behind its sockets, since 6.6 (TCX).
 */
#include "net/deafen_private.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "net/bpf/deafen.h"
#include "net/bpf_load.h"

/* enum bpf_attach_type of linux/bpf.h since 6.6; the headers here may be older than the kernel. */
enum { TCX_INGRESS = 46 };

static const char what[] = "the program that keeps the kernel from answering";

void deafen_bpf_close(struct deafen *deafen)
{
	if (deafen->link >= 0)
		close(deafen->link);
	bpf_object__close(deafen->object);
	deafen->link = -1;
	deafen->object = NULL;
}

static int fail_map(struct error *error)
{
	return error_set(error, ERROR_SYSTEM, what, "a map cannot be filled: %s", strerror(errno));
}

static int add_servers(const struct deafen *deafen, const struct deafen_options *options, struct error *error)
{
	int map = bpf_object__find_map_fd_by_name(deafen->object, "services");
	uint8_t value = 1;

	for (uint32_t i = 0; i < options->server_count; i++) {
		const struct deafen_end *end = &options->servers[i];
		struct deafen_service key;

		memset(&key, 0, sizeof key);
		memcpy(key.address, end->ip.b, sizeof key.address);
		key.port = htons(end->port);
		key.protocol = end->protocol;
		key.family = end->ip.family;
		if (bpf_map_update_elem(map, &key, &value, BPF_ANY) < 0)
			return fail_map(error);
	}
	return 0;
}

static int add_clients(const struct deafen *deafen, const struct deafen_options *options, struct error *error)
{
	int map = bpf_object__find_map_fd_by_name(deafen->object, "clients");
	struct deafen_ports ports = { options->first_port, options->last_port };

	for (uint32_t i = 0; i < options->client_count; i++) {
		struct deafen_client key;

		memset(&key, 0, sizeof key);
		memcpy(key.address, options->clients[i].b, sizeof key.address);
		key.family = options->clients[i].family;
		if (bpf_map_update_elem(map, &key, &ports, BPF_ANY) < 0)
			return fail_map(error);
	}
	return 0;
}

static int attach(struct deafen *deafen, const struct deafen_options *options, struct error *error)
{
	struct bpf_program *program = bpf_object__find_program_by_name(deafen->object, "deafen");

	deafen->link = program ? bpf_link_create(bpf_program__fd(program), options->interface->index,
						 (enum bpf_attach_type)TCX_INGRESS, NULL)
			       : -1;
	if (deafen->link >= 0)
		return 0;
	return error_set(error, ERROR_SYSTEM, options->interface->name, "%s cannot be attached: %s%s", what,
			 strerror(errno), errno == EINVAL ? " (it needs TCX, which Linux has since 6.6)" : "");
}

int deafen_bpf_open(struct deafen *deafen, const struct deafen_options *options, struct error *error)
{
	int status = bpf_open(&deafen->object, &bpf_deafen, what, error);

	if (status == 0)
		status = bpf_load(deafen->object, what, error);
	if (status == 0)
		status = add_servers(deafen, options, error);
	if (status == 0)
		status = add_clients(deafen, options, error);
	if (status == 0)
		status = attach(deafen, options, error);
	if (status < 0)
		deafen_bpf_close(deafen);
	return status;
}
