// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the program may do, and how it gives that up: this file alone deals
 * with capabilities.
 *
 * Capturing and sending need CAP_NET_RAW (capabilities(7)) while sockets are
 * opened, and nothing else is ever needed. The order in every command: open
 * sockets and files, privileges_drop(), then read the first foreign byte.
 */
#ifndef NET_PRIVILEGES_H
#define NET_PRIVILEGES_H

#include "base/error.h"

/* 0 where raw sockets can be opened, else privileges_fail_raw(). */
int privileges_check_raw(struct error *error);

/* ERROR_SYSTEM, and how to get the right, in one line. */
int privileges_fail_raw(struct error *error);

/*
 * The same for what forwards by XDP: CAP_NET_ADMIN, CAP_BPF, and CAP_PERFMON, without which the verifier takes no
 * program that follows headers of varying length (before Linux 5.8 CAP_SYS_ADMIN in place of the two).
 */
int privileges_check_director(struct error *error);
int privileges_fail_director(struct error *error);

/*
 * Gives up every capability, for good (no_new_privs), and with Landlock, where the kernel has it, all access to files
 * and TCP ports: descriptors that are open go on working. In the folders of `outputs` (paths of files; a list that NULL
 * ends, or NULL) files can still be made, renamed and removed, but not opened again. Root without capabilities may not
 * do that in another user's folder, and becomes that user.
 *
 * Fails with ERROR_SYSTEM where something could not be given up, or where an output could not be put in its place
 * afterwards. A kernel without Landlock is no failure.
 */
int privileges_drop(const char *const *outputs, struct error *error);

/*
 * The same for programs that run long: in the folders of `later` (a list as `outputs`) new files can be opened for
 * writing and for reading, too.
 */
int privileges_drop_but(const char *const *outputs, const char *const *later, struct error *error);

/* The same, but files below `folder` can still be read, as far as a user without capabilities can. */
int privileges_drop_but_read(const char *const *outputs, const char *folder, struct error *error);

#endif
