// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Landlock: Documentation/userspace-api/landlock.rst of the kernel. Its
 * versions add rights; what this kernel does not know is left out of what is
 * handled, so that one program runs everywhere.
 */
#include "net/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int privileges_fail_raw(struct error *error)
{
	char path[128];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

	path[length > 0 ? length : 0] = '\0';
	return error_set(error, ERROR_SYSTEM, NULL,
			 "not permitted to capture and send frames; run it with sudo, or allow it once: "
			 "sudo setcap cap_net_raw+ep %s",
			 length > 0 ? path : "truemac");
}

int privileges_check_raw(struct error *error)
{
	capng_get_caps_process();
	return capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW) ? 0 : privileges_fail_raw(error);
}

int privileges_fail_director(struct error *error)
{
	return error_set(error, ERROR_SYSTEM, NULL,
			 "not permitted: XDP takes CAP_NET_ADMIN, CAP_BPF and CAP_PERFMON; run it with sudo");
}

int privileges_check_director(struct error *error)
{
	capng_get_caps_process();
	if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN))
		return privileges_fail_director(error);
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN) ||
	    (capng_have_capability(CAPNG_EFFECTIVE, CAP_BPF) && capng_have_capability(CAPNG_EFFECTIVE, CAP_PERFMON)))
		return 0;
	return privileges_fail_director(error);
}

/* The folder that a file is in; empty where the path is too long. */
static const char *folder_of(const char *path, char folder[static PATH_MAX])
{
	char copy[PATH_MAX];

	folder[0] = '\0';
	if (strlen(path) < sizeof copy)
		strcpy(folder, dirname(strcpy(copy, path)));
	return folder;
}

/*
 * Whether a user without capabilities can put a file of root's into its folder; groups are left out, which is on the
 * safe side. In a sticky folder only the owners of file and folder may rename and remove.
 */
static bool can_place(const char *output, uid_t user)
{
	char folder[PATH_MAX];
	struct stat status;
	mode_t right;

	if (stat(folder_of(output, folder), &status) < 0)
		return false;
	right = status.st_uid == user ? S_IWUSR : S_IWOTH;
	return (status.st_mode & right) && (!(status.st_mode & S_ISVTX) || status.st_uid == user || user == 0);
}

static bool can_place_all(const char *const *outputs, uid_t user)
{
	for (; outputs && *outputs; outputs++)
		if (!can_place(*outputs, user))
			return false;
	return true;
}

static int become(const struct stat *owner, struct error *error)
{
	if (setgroups(0, NULL) == 0 && setresgid(owner->st_gid, owner->st_gid, owner->st_gid) == 0 &&
	    setresuid(owner->st_uid, owner->st_uid, owner->st_uid) == 0)
		return 0;
	return error_set(error, ERROR_SYSTEM, NULL, "root's rights cannot be given up: %s", strerror(errno));
}

/* Root's way into every folder is a capability, too: without it, it takes the owner of the folder. */
static int become_owner(const char *const *outputs, struct error *error)
{
	const char *const *all = outputs;
	char folder[PATH_MAX];
	struct stat owner;

	if (geteuid() != 0 || can_place_all(outputs, 0))
		return 0;
	while (can_place(*outputs, 0))
		outputs++;
	if (stat(folder_of(*outputs, folder), &owner) == 0 && can_place_all(all, owner.st_uid))
		return become(&owner, error);
	return error_set(error, ERROR_SYSTEM, *outputs,
			 "cannot be put into its folder once root's rights are given up, which they are before "
			 "anything is read; write to folders of root, or of one user");
}

/* The bounding set, too, where that is allowed (CAP_SETPCAP). What counts is what is left afterwards. */
static int drop_capabilities(struct error *error)
{
	capng_select_t sets;

	capng_get_caps_process();
	sets = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) ? CAPNG_SELECT_ALL : CAPNG_SELECT_CAPS;
	capng_clear(CAPNG_SELECT_ALL);
	capng_apply(sets);
	capng_get_caps_process();
	if (capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE)
		return error_set(error, ERROR_SYSTEM, NULL, "the capabilities cannot be given up");
	return 0;
}

static int forbid_new_privileges(struct error *error)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_set(error, ERROR_SYSTEM, NULL, "new privileges cannot be renounced: %s", strerror(errno));
	return 0;
}

/*
 * The checks of address sanitizers read /proc at the end, and coverage writes its counters then: such builds have to
 * do without Landlock.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(TRUEMAC_WITHOUT_LANDLOCK)
enum { USE_LANDLOCK = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { USE_LANDLOCK = 0 };
#else
enum { USE_LANDLOCK = 1 };
#endif
#else
enum { USE_LANDLOCK = 1 };
#endif

/* struct landlock_ruleset_attr as it stands since version 6; older headers have less of it. */
struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net; /* since version 4 */
	uint64_t scoped;             /* since version 6 */
};

/* All rights to files that a version knows are its lowest bits. */
static uint64_t file_rights(int version)
{
	static const uint8_t bits[] = { 13, 14, 15, 15, 16 };
	int last = (int)sizeof bits - 1;

	return (UINT64_C(1) << bits[version - 1 < last ? version - 1 : last]) - 1;
}

enum { NET_BIND_TCP = 1 << 0, NET_CONNECT_TCP = 1 << 1 };
enum { SCOPE_ABSTRACT_UNIX_SOCKET = 1 << 0, SCOPE_SIGNAL = 1 << 1 };

static int make_ruleset(int version)
{
	struct ruleset ruleset = { .handled_access_fs = file_rights(version) };
	size_t size = sizeof ruleset.handled_access_fs;

	if (version >= 4) {
		ruleset.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
		size += sizeof ruleset.handled_access_net;
	}
	if (version >= 6) {
		ruleset.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
		size += sizeof ruleset.scoped;
	}
	return (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
}

/* Where the folder is gone, what is to be done there fails, and says so. */
static int allow(int ruleset, const char *folder, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = rights,
		.parent_fd = open(folder, O_PATH | O_CLOEXEC),
	};
	long status;

	if (rule.parent_fd < 0)
		return 0;
	status = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return (int)status;
}

static int allow_folders_of(int ruleset, const char *const *outputs, uint64_t rights)
{
	char folder[PATH_MAX];
	int status = 0;

	for (; outputs && *outputs && status == 0; outputs++)
		status = allow(ruleset, folder_of(*outputs, folder), rights);
	return status;
}

static int fail_landlock(struct error *error)
{
	return error_set(error, ERROR_SYSTEM, NULL, "access to files cannot be given up: %s", strerror(errno));
}

/* What can still be done with files. */
struct exceptions {
	const char *const *outputs, *const *later;
	const char *readable; /* NULL: nothing */
};

static int allow_exceptions(int ruleset, const struct exceptions *exceptions)
{
	const uint64_t place = LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
	const uint64_t open_new = place | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE;
	int status = allow_folders_of(ruleset, exceptions->outputs, place);

	if (status == 0)
		status = allow_folders_of(ruleset, exceptions->later, open_new);
	if (status == 0 && exceptions->readable)
		status =
		    allow(ruleset, exceptions->readable, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
	return status;
}

/* The rules need rights of their own to be made, so they are made first. -1 where the kernel has no Landlock. */
static int prepare_landlock(const struct exceptions *exceptions, int *ruleset, struct error *error)
{
	int version =
	    USE_LANDLOCK ? (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) : -1;

	*ruleset = -1;
	if (version < 1)
		return 0;
	*ruleset = make_ruleset(version);
	if (*ruleset < 0 || allow_exceptions(*ruleset, exceptions) < 0)
		return fail_landlock(error);
	return 0;
}

static int enforce(int ruleset, struct error *error)
{
	if (ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		return fail_landlock(error);
	return 0;
}

static int drop_all(const char *const *outputs, int ruleset, struct error *error)
{
	int status = become_owner(outputs, error);

	if (status == 0)
		status = drop_capabilities(error);
	if (status == 0)
		status = forbid_new_privileges(error);
	return status < 0 ? status : enforce(ruleset, error);
}

static int drop(const struct exceptions *exceptions, struct error *error)
{
	int ruleset, status = prepare_landlock(exceptions, &ruleset, error);

	if (status == 0)
		status = drop_all(exceptions->outputs, ruleset, error);
	if (ruleset >= 0)
		close(ruleset);
	return status;
}

int privileges_drop(const char *const *outputs, struct error *error)
{
	return drop(&(struct exceptions){ .outputs = outputs }, error);
}

int privileges_drop_but(const char *const *outputs, const char *const *later, struct error *error)
{
	return drop(&(struct exceptions){ .outputs = outputs, .later = later }, error);
}

int privileges_drop_but_read(const char *const *outputs, const char *folder, struct error *error)
{
	return drop(&(struct exceptions){ .outputs = outputs, .readable = folder }, error);
}
