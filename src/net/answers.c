// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/answers.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/bpf/answers.h"
#include "net/bpf_load.h"

enum { TCX_INGRESS = 46 }; /* BPF_TCX_INGRESS, which headers have since Linux 6.6 */

struct answers {
	struct bpf_object *object;
	int link;
	char interface[16];
	struct answers_settings settings;
	struct answers_value *values; /* one for each processor */
	int processors;
};

static int map_of(const struct answers *answers, const char *name)
{
	return bpf_object__find_map_fd_by_name(answers->object, name);
}

static int put_settings(struct answers *answers, struct error *error)
{
	const uint32_t zero = 0;

	if (bpf_map_update_elem(map_of(answers, "settings"), &zero, &answers->settings, BPF_ANY) == 0)
		return 0;
	return error_set(error, ERROR_SYSTEM, answers->interface, "the answers' settings cannot be made: %s",
			 strerror(errno));
}

static int attach(struct answers *answers, struct error *error)
{
	int program = bpf_program__fd(bpf_object__find_program_by_name(answers->object, "answers"));

	answers->link =
	    bpf_link_create(program, (int)if_nametoindex(answers->interface), (enum bpf_attach_type)TCX_INGRESS, NULL);
	if (answers->link >= 0)
		return 0;
	return error_set(error, ERROR_SYSTEM, answers->interface,
			 "answers cannot be counted and kept from this host's own kernel%s: %s",
			 errno == EINVAL ? " (Linux 6.6 can)" : "", strerror(errno));
}

static int open_all(struct answers *answers, struct error *error)
{
	int status = bpf_open(&answers->object, &bpf_answers, "counting answers", error);

	if (status == 0)
		status = bpf_load(answers->object, "counting answers", error);
	if (status < 0)
		return status;
	answers->processors = libbpf_num_possible_cpus();
	answers->values = calloc((size_t)(answers->processors > 0 ? answers->processors : 1), sizeof *answers->values);
	if (!answers->values)
		return error_set(error, ERROR_MEMORY, answers->interface, "no memory to count answers");
	status = put_settings(answers, error);
	return status < 0 ? status : attach(answers, error);
}

int answers_open(struct answers **result, const char *interface, struct mac mac, struct error *error)
{
	struct answers *answers = calloc(1, sizeof *answers);
	int status;

	*result = NULL;
	if (!answers)
		return error_set(error, ERROR_MEMORY, interface, "no memory to count answers");
	answers->link = -1;
	strncpy(answers->interface, interface, sizeof answers->interface - 1);
	memcpy(answers->settings.mac, mac.b, sizeof mac.b);
	status = open_all(answers, error);
	if (status < 0)
		answers_close(answers);
	else
		*result = answers;
	return status;
}

void answers_close(struct answers *answers)
{
	if (!answers)
		return;
	if (answers->link >= 0)
		close(answers->link);
	bpf_object__close(answers->object);
	free(answers->values);
	free(answers);
}

static struct answers_address address_of(const struct ip *ip)
{
	struct answers_address address = { .family = ip->family };

	memcpy(address.bytes, ip->b, sizeof address.bytes);
	return address;
}

static int put(const struct answers *answers, const char *map, const void *key, uint32_t value, struct error *error)
{
	if (bpf_map_update_elem(map_of(answers, map), key, &value, BPF_ANY) == 0)
		return 0;
	return error_set(error, errno == E2BIG ? ERROR_USAGE : ERROR_SYSTEM, answers->interface,
			 "no more %s can be watched: %s", map, strerror(errno));
}

int answers_expect(struct answers *answers, const struct ip *server, uint16_t port, uint8_t protocol,
		   struct error *error)
{
	struct answers_source source;

	memset(&source, 0, sizeof source);
	source.address = address_of(server);
	source.protocol = protocol;
	source.port = port;
	return put(answers, "sources", &source, 1, error);
}

int answers_add_client(struct answers *answers, const struct ip *client, bool emulated, struct error *error)
{
	const struct answers_address address = address_of(client);

	return put(answers, "clients", &address, emulated ? ANSWERS_EMULATED : ANSWERS_OWN, error);
}

int answers_set_ports(struct answers *answers, const uint8_t *bits, struct error *error)
{
	memcpy(answers->settings.ports, bits, sizeof answers->settings.ports);
	return put_settings(answers, error);
}

static void read_one(struct answers *answers, const struct answers_key *key, struct answers_count *count)
{
	*count = (struct answers_count){ .server = ip_from_bytes(key->source.family, key->source.bytes) };
	memcpy(count->mac.b, key->mac, sizeof count->mac.b);
	if (bpf_map_lookup_elem(map_of(answers, "counts"), key, answers->values) < 0)
		return;
	for (int i = 0; i < answers->processors; i++) {
		const struct answers_value *value = &answers->values[i];

		count->syn_acks += value->syn_acks;
		count->resets += value->resets;
		count->segments += value->segments;
		count->datagrams += value->datagrams;
		count->errors += value->errors;
	}
}

uint32_t answers_read(struct answers *answers, struct answers_count *counts, uint32_t room)
{
	struct answers_key key, next;
	const void *after = NULL;
	uint32_t count = 0;

	while (count < room && bpf_map_get_next_key(map_of(answers, "counts"), after, &next) == 0) {
		read_one(answers, &next, &counts[count++]);
		key = next;
		after = &key;
	}
	return count;
}
