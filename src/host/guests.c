// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose interfaces end in this host, and which MACs their owners have. */
#include "host/guests.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/readers.h"

static const char backends[] = "/local/domain/0/backend/vif";
static const char guests_macs[] = "the true MACs of Xen's guests (Xen's store)";

/* The first address of a list such as "10.1.1.13 10.1.1.15/32". */
static void take_ip(struct host_guest *guest, char *list)
{
	list[strcspn(list, " ,/")] = '\0';
	ip_parse(list, &guest->ip);
}

static void read_vif(struct host_state *state, struct xenstore *store, const char *domain, const char *handle)
{
	struct host_guest *guest = host_add_guest(state);
	char path[256], value[256];

	if (!guest)
		return;
	snprintf(guest->link, sizeof guest->link, "vif%.5s.%.5s", domain, handle);
	snprintf(path, sizeof path, "/local/domain/%.20s/name", domain);
	xenstore_read(store, path, value, sizeof value);
	host_copy_word(guest->name, sizeof guest->name, value);
	snprintf(path, sizeof path, "%s/%.20s/%.20s/mac", backends, domain, handle);
	if (xenstore_read(store, path, value, sizeof value))
		mac_parse(value, &guest->mac);
	snprintf(path, sizeof path, "%s/%.20s/%.20s/ip", backends, domain, handle);
	if (xenstore_read(store, path, value, sizeof value))
		take_ip(guest, value);
	snprintf(path, sizeof path, "%s/%.20s/%.20s/bridge", backends, domain, handle);
	xenstore_read(store, path, value, sizeof value);
	host_copy_word(guest->bridge, sizeof guest->bridge, value);
}

static void read_domain(struct host_state *state, struct xenstore *store, const char *domain)
{
	struct text handles = TEXT_INIT;
	char path[256];

	snprintf(path, sizeof path, "%s/%.20s", backends, domain);
	if (xenstore_list(store, path, &handles))
		for (const char *at = handles.bytes; at && at < handles.bytes + handles.length; at += strlen(at) + 1)
			read_vif(state, store, domain, at);
	text_free(&handles);
}

bool guests_read_store(struct host_state *state, struct xenstore *store)
{
	struct text domains = TEXT_INIT;
	bool told = xenstore_list(store, backends, &domains);

	for (const char *at = domains.bytes; told && at && at < domains.bytes + domains.length; at += strlen(at) + 1)
		read_domain(state, store, at);
	text_free(&domains);
	return told;
}

/* A guest's own paths are relative; "device/vif/0/backend" is "/local/domain/0/backend/vif/4/0". */
void guests_read_own_vif(struct xenstore *store, struct host_link *link, const char *node)
{
	char path[HOST_WORD_SIZE + 16], value[256];
	unsigned domain, handle;

	snprintf(path, sizeof path, "%s/mac", node);
	if (xenstore_read(store, path, value, sizeof value))
		mac_parse(value, &link->given);
	snprintf(path, sizeof path, "%s/backend", node);
	if (!xenstore_read(store, path, value, sizeof value) ||
	    sscanf(value, "/local/domain/%*5u/backend/vif/%5u/%5u", &domain, &handle) != 2)
		return;
	snprintf(value, sizeof value, "vif%u.%u", domain, handle);
	host_copy_word(link->backend, sizeof link->backend, value);
}

/* Every device of Xen's bus says in sysfs which node of the store it is. */
static void read_own(const struct host_files *files, struct xenstore *store)
{
	for (uint32_t i = 0; i < files->state->link_count; i++) {
		struct host_link *link = &files->state->links[i];
		char path[FILES_PATH_SIZE], node[HOST_WORD_SIZE];

		snprintf(path, sizeof path, "sys/class/net/%s/device/nodename", link->name);
		files_read_word(files, path, node, sizeof node);
		if (strncmp(node, "device/vif/", 11) == 0)
			guests_read_own_vif(store, link, node);
	}
}

int guests_open(const struct host_files *files)
{
	static const char *const devices[] = { "dev/xen/xenbus", "proc/xen/xenbus" };
	bool dom0 = files->state->virtualisation == VIRTUAL_XEN_DOM0;
	char path[FILES_PATH_SIZE];
	int descriptor = -1, why = 0;

	if (!dom0 && files->state->virtualisation != VIRTUAL_XEN_GUEST)
		return -1;
	for (size_t i = 0; i < sizeof devices / sizeof devices[0] && descriptor < 0; i++) {
		descriptor = open(files_path(files, devices[i], path), O_RDWR | O_CLOEXEC);
		if (descriptor < 0 && errno != ENOENT && errno != ENOTDIR)
			why = errno;
	}
	if (descriptor < 0)
		host_add_unseen(files->state, dom0 ? guests_macs : "what Xen's store says of this guest", dom0 && why,
				why ? strerror(why) : "neither /dev/xen/xenbus nor /proc/xen/xenbus is there");
	return descriptor;
}

static bool is_tap(const char *name)
{
	return strncmp(name, "vnet", 4) == 0 || strncmp(name, "tap", 3) == 0;
}

/* Only libvirt's taps repeat the guest's MAC: fe and the guest's other five octets (52:54:00:... by default). */
void guests_find_taps(struct host_state *state)
{
	for (uint32_t i = 0; i < state->link_count; i++) {
		const struct host_link *link = &state->links[i];
		struct host_guest *guest = is_tap(link->name) ? host_add_guest(state) : NULL;

		if (!guest)
			continue;
		host_copy_word(guest->link, sizeof guest->link, link->name);
		host_copy_word(guest->bridge, sizeof guest->bridge, link->master);
		if (link->mac.b[0] == 0xfe && link->mac.b[1] == 0x54 && link->mac.b[2] == 0x00) {
			guest->mac = link->mac;
			guest->mac.b[0] = 0x52;
		}
	}
}

static bool has_vifs(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->link_count; i++)
		if (host_link_is_vif(&state->links[i]))
			return true;
	return false;
}

void guests_read(const struct host_files *files, int descriptor)
{
	struct xenstore store = { .descriptor = descriptor };
	bool dom0 = files->state->virtualisation == VIRTUAL_XEN_DOM0, told;

	guests_find_taps(files->state);
	if (descriptor < 0 && dom0 && strcmp(files->root, "/") != 0)
		host_add_unseen(files->state, guests_macs, false, "it is no file that could be below a root");
	if (descriptor < 0)
		return;
	if (!dom0) {
		read_own(files, &store);
		return;
	}
	told = guests_read_store(files->state, &store);
	if (!told && store.descriptor < 0)
		host_add_unseen(files->state, guests_macs, true, "it does not answer");
	else if (!told && has_vifs(files->state))
		host_add_unseen(files->state, guests_macs, true, "it does not list the interfaces that are there");
}
