// SPDX-License-Identifier: GPL-2.0-or-later
/* What kind of machine this is. */
#include <stdio.h>
#include <string.h>

#include "host/readers.h"

/* /sys/class/dmi/id: what firmware of virtual machines calls itself. */
static const struct {
	const char *text;
	enum host_virtual kind;
} firmwares[] = {
	{ "Xen", VIRTUAL_XEN_GUEST },
	{ "VMware", VIRTUAL_VMWARE },
	{ "innotek", VIRTUAL_VIRTUALBOX },
	{ "VirtualBox", VIRTUAL_VIRTUALBOX },
	{ "Microsoft Corporation", VIRTUAL_HYPERV },
	{ "QEMU", VIRTUAL_KVM },
	{ "KVM", VIRTUAL_KVM },
	{ "OpenStack", VIRTUAL_KVM },
	{ "Google", VIRTUAL_KVM },
	{ "Amazon EC2", VIRTUAL_KVM },
	{ "Parallels", VIRTUAL_OTHER },
	{ "Bochs", VIRTUAL_OTHER },
};

static void conclude(struct host_state *state, enum host_virtual kind, const char *reason)
{
	state->virtualisation = kind;
	host_copy_word(state->virtual_reason, sizeof state->virtual_reason, reason);
}

/* Dom0 says control_d in /proc/xen/capabilities, which needs xenfs; a guest's file is empty. */
static bool look_for_xen(const struct host_files *files)
{
	char word[HOST_WORD_SIZE], features[HOST_WORD_SIZE];

	if (files_read_word(files, "proc/xen/capabilities", word, sizeof word) == FILES_READ &&
	    strstr(word, "control_d")) {
		conclude(files->state, VIRTUAL_XEN_DOM0, "/proc/xen/capabilities says control_d");
		return true;
	}
	if (files_read_word(files, "sys/hypervisor/type", word, sizeof word) != FILES_READ || strcmp(word, "xen") != 0)
		return false;
	/* XENFEAT_dom0 is bit 11. */
	files_read_word(files, "sys/hypervisor/properties/features", features, sizeof features);
	if (strlen(features) >= 3 && strchr("89abcdefABCDEF", features[strlen(features) - 3]))
		conclude(files->state, VIRTUAL_XEN_DOM0, "/sys/hypervisor is xen, its features say dom0");
	else
		conclude(files->state, VIRTUAL_XEN_GUEST, "/sys/hypervisor/type is xen");
	return true;
}

static bool look_for_firmware(const struct host_files *files, const char *name)
{
	char path[FILES_PATH_SIZE], vendor[HOST_WORD_SIZE], reason[HOST_WORD_SIZE * 2];

	snprintf(path, sizeof path, "sys/class/dmi/id/%s", name);
	if (files_read_word(files, path, vendor, sizeof vendor) != FILES_READ)
		return false;
	for (size_t i = 0; i < sizeof firmwares / sizeof firmwares[0]; i++) {
		/* Microsoft and Google make real machines, too. */
		if (!strstr(vendor, firmwares[i].text) ||
		    (firmwares[i].kind == VIRTUAL_HYPERV && strcmp(name, "sys_vendor") == 0 &&
		     !files_exist(files, "sys/bus/vmbus")))
			continue;
		snprintf(reason, sizeof reason, "firmware: %s", vendor);
		conclude(files->state, firmwares[i].kind, reason);
		return true;
	}
	return false;
}

static void look_for_virtualisation(const struct host_files *files)
{
	struct text content = TEXT_INIT;

	if (look_for_xen(files) || look_for_firmware(files, "product_name") || look_for_firmware(files, "sys_vendor") ||
	    look_for_firmware(files, "bios_vendor"))
		return;
	if (files_read(files, "proc/cpuinfo", NULL, &content) == FILES_READ) {
		bool hypervisor = strstr(text_string(&content), " hypervisor") != NULL;

		conclude(files->state, hypervisor ? VIRTUAL_OTHER : VIRTUAL_NONE,
			 hypervisor ? "the processor has the hypervisor flag" : "nothing tells of a hypervisor");
	}
	text_free(&content);
}

static bool is_container(const struct host_files *files)
{
	struct text content = TEXT_INIT;
	bool found = files_exist(files, ".dockerenv") || files_exist(files, "run/.containerenv") ||
		     files_exist(files, "run/systemd/container");

	if (!found && files_read(files, "proc/1/environ", NULL, &content) == FILES_READ)
		found = memmem(content.bytes ? content.bytes : "", content.length, "container=", 10) != NULL;
	text_free(&content);
	return found;
}

void machine_read(const struct host_files *files)
{
	struct host_state *state = files->state;

	if (files_read_word(files, "proc/sys/kernel/hostname", state->name, sizeof state->name) != FILES_READ)
		files_read_word(files, "etc/hostname", state->name, sizeof state->name);
	files_read_word(files, "proc/sys/kernel/osrelease", state->kernel, sizeof state->kernel);
	look_for_virtualisation(files);
	state->container = is_container(files);
}
