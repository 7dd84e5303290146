// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/director_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "net/bpf_load.h"
#include "net/privileges.h"

/* A table, the map behind it, and how many entries it has. */
struct mapped {
	const char *name;
	void **memory;
	size_t value_size;
	uint32_t entries;
};

enum { MAPPED_COUNT = 7 };

static void list_tables(struct director_tables *tables, struct mapped list[MAPPED_COUNT])
{
	list[0] = (struct mapped){ "setup", (void **)&tables->setup, sizeof *tables->setup, 1 };
	list[1] = (struct mapped){ "services", (void **)&tables->services, sizeof *tables->services,
				   DIRECTOR_SERVICE_PLACES };
	list[2] = (struct mapped){ "pools", (void **)&tables->pools, sizeof *tables->pools, tables->pool_count };
	list[3] =
	    (struct mapped){ "backends", (void **)&tables->backends, sizeof *tables->backends, tables->backend_total };
	list[4] = (struct mapped){ "flows", (void **)&tables->flows, sizeof *tables->flows, DIRECTOR_FLOW_SETS };
	list[5] = (struct mapped){ "backend_count", (void **)&tables->backend_count, sizeof *tables->backend_count,
				   tables->backend_total * tables->cpu_count };
	list[6] = (struct mapped){ "other_count", (void **)&tables->other_count, sizeof *tables->other_count,
				   tables->cpu_count };
}

static size_t size_of(const struct mapped *mapped)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	/* Each value is a multiple of 8 bytes (director.h): nothing lies between them. */
	return (mapped->value_size * mapped->entries + page - 1) / page * page;
}

static int fail_load(int code, struct error *error)
{
	if (code == EPERM)
		return privileges_fail_director(error);
	return error_set(error, ERROR_SYSTEM, NULL, "the kernel does not take the XDP program: %s", strerror(code));
}

static int set_sizes(const struct director_object *object, struct director_tables *tables, struct error *error)
{
	struct mapped list[MAPPED_COUNT];

	list_tables(tables, list);
	for (int i = 0; i < MAPPED_COUNT; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object->object, list[i].name);

		if (!map || bpf_map__value_size(map) != list[i].value_size ||
		    bpf_map__set_max_entries(map, list[i].entries) < 0)
			return error_set(error, ERROR_SYSTEM, NULL, "the XDP program has another table '%s'",
					 list[i].name);
	}
	return 0;
}

static int map_tables(const struct director_object *object, struct director_tables *tables, struct error *error)
{
	struct mapped list[MAPPED_COUNT];

	list_tables(tables, list);
	for (int i = 0; i < MAPPED_COUNT; i++) {
		void *memory = mmap(NULL, size_of(&list[i]), PROT_READ | PROT_WRITE, MAP_SHARED,
				    director_object_map(object, list[i].name), 0);

		if (memory == MAP_FAILED)
			return error_set(error, ERROR_SYSTEM, NULL, "the XDP program's tables cannot be mapped: %s",
					 strerror(errno));
		*list[i].memory = memory;
	}
	return 0;
}

static int open_object(struct director_object *object, const char *name, struct error *error)
{
	struct bpf_program *program;
	int status = privileges_check_director(error);

	if (status == 0)
		status = bpf_open(&object->object, &bpf_director, "XDP", error);
	if (status < 0)
		return status;
	bpf_object__for_each_program(program, object->object)
	    bpf_program__set_autoload(program, strcmp(bpf_program__name(program), name) == 0);
	return 0;
}

int director_object_load(struct director_object *object, const char *name, const struct director_plan *plan,
			 struct director_tables *tables, struct error *error)
{
	int cpus = libbpf_num_possible_cpus(), status;

	*object = (struct director_object)DIRECTOR_OBJECT_INIT;
	*tables = director_plan_sizes(plan, cpus > 0 ? (uint32_t)cpus : 1);
	status = open_object(object, name, error);
	if (status == 0)
		status = set_sizes(object, tables, error);
	if (status < 0)
		return status;
	status = bpf_object__load(object->object);
	if (status < 0)
		return fail_load(-status, error);
	object->to_user = strcmp(name, "director_to_user") == 0;
	object->program = bpf_program__fd(bpf_object__find_program_by_name(object->object, name));
	return map_tables(object, tables, error);
}

int director_object_map(const struct director_object *object, const char *name)
{
	return bpf_object__find_map_fd_by_name(object->object, name);
}

/* --- attaching --- */

bool director_object_is_veth(const struct interface *interface)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq request = { .ifr_data = (char *)&info };
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool known;

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface->name);
	known = descriptor >= 0 && ioctl(descriptor, SIOCETHTOOL, &request) == 0;
	if (descriptor >= 0)
		close(descriptor);
	return known && strcmp(info.driver, "veth") == 0;
}

static void name_program(uint32_t id, char *into, size_t size)
{
	struct bpf_prog_info info = { .type = 0 };
	uint32_t length = sizeof info;
	int descriptor = bpf_prog_get_fd_by_id(id);

	into[0] = '\0';
	if (descriptor >= 0 && bpf_obj_get_info_by_fd(descriptor, &info, &length) == 0 && info.name[0] != '\0')
		snprintf(into, size, " (%s)", info.name);
	if (descriptor >= 0)
		close(descriptor);
}

int director_object_check(const struct interface *interface, struct error *error)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	char name[64];
	uint32_t id;

	if (bpf_xdp_query(interface->index, 0, &query) < 0)
		return 0;
	id = query.prog_id ? query.prog_id : query.drv_prog_id ? query.drv_prog_id : query.skb_prog_id;
	if (query.hw_prog_id)
		id = query.hw_prog_id;
	if (id == 0)
		return 0;
	name_program(id, name, sizeof name);
	return error_set(error, ERROR_SYSTEM, interface->name,
			 "runs XDP program %u%s already, which is not replaced; end who uses it, or take it off: "
			 "ip link set dev %s xdp off",
			 (unsigned)id, name, interface->name);
}

static int attach(struct director_object *object, const struct interface *interface, uint32_t flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = flags);

	object->link = bpf_link_create(object->program, interface->index, BPF_XDP, &options);
	return object->link < 0 ? errno : 0;
}

static int fail_attach(const struct interface *interface, int code, struct error *error)
{
	int status = director_object_check(interface, error);

	if (status < 0)
		return status;
	if (code == EPERM || code == EACCES)
		return privileges_fail_director(error);
	return error_set(error, ERROR_SYSTEM, interface->name, "takes no XDP program: %s", strerror(code));
}

int director_object_attach(struct director_object *object, const struct interface *interface, enum director_mode mode,
			   struct error *error)
{
	/*
	 * What one veth sends, the other gets with checksums that are still to be computed, and native XDP has no
	 * word for that; besides, a veth takes frames of native XDP only if its other end has NAPI.
	 */
	bool veth = mode == DIRECTOR_MODE_AUTO && !object->to_user && director_object_is_veth(interface);
	int code = 0;

	if (director_object_check(interface, error) < 0)
		return ERROR_SYSTEM;
	if (mode != DIRECTOR_MODE_GENERIC && !veth) {
		code = attach(object, interface, XDP_FLAGS_DRV_MODE);
		snprintf(object->how, sizeof object->how, "native");
		if (code == 0)
			return 0;
	}
	if (mode == DIRECTOR_MODE_NATIVE || code == EBUSY || code == EPERM)
		return fail_attach(interface, code, error);
	if (veth)
		snprintf(object->how, sizeof object->how, "generic, since %s is a veth", interface->name);
	else if (code != 0)
		snprintf(object->how, sizeof object->how, "generic, since native is refused: %s", strerror(code));
	else
		snprintf(object->how, sizeof object->how, "generic");
	code = attach(object, interface, XDP_FLAGS_SKB_MODE);
	return code == 0 ? 0 : fail_attach(interface, code, error);
}

void director_object_close(struct director_object *object, struct director_tables *tables)
{
	struct mapped list[MAPPED_COUNT];

	if (object->link >= 0)
		close(object->link);
	list_tables(tables, list);
	for (int i = 0; i < MAPPED_COUNT; i++) {
		if (*list[i].memory)
			munmap(*list[i].memory, size_of(&list[i]));
		*list[i].memory = NULL;
	}
	if (object->object)
		bpf_object__close(object->object);
	*object = (struct director_object)DIRECTOR_OBJECT_INIT;
}
