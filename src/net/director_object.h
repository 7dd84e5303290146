// SPDX-License-Identifier: GPL-2.0-or-later
/* The director's programs for the kernel (bpf/director.bpf.c): loaded, their maps in memory, attached. */
#ifndef NET_DIRECTOR_OBJECT_H
#define NET_DIRECTOR_OBJECT_H

#include "net/director_engine.h"

struct bpf_object;

struct director_object {
	struct bpf_object *object;
	int program;
	int link;      /* -1: not attached */
	bool to_user;  /* the program sends nothing by itself */
	char how[160]; /* in which mode it was attached, and why */
};

// clang-format off
#define DIRECTOR_OBJECT_INIT { .program = -1, .link = -1 }
// clang-format on

/* ERROR_SYSTEM, naming it, where the interface runs an XDP program already. */
int director_object_check(const struct interface *interface, struct error *error);

/* What it sends may be uncut and lack checksums: the other end is a stack, not a wire. */
bool director_object_is_veth(const struct interface *interface);

/* Loads the program of this name and maps its tables. ERROR_SYSTEM: why the kernel refused, in one line. */
int director_object_load(struct director_object *object, const char *program, const struct director_plan *plan,
			 struct director_tables *tables, struct error *error);

/*
 * To the interface, in the mode, or in the best that goes. ERROR_SYSTEM, naming the other program, where one is there
 * already.
 */
int director_object_attach(struct director_object *object, const struct interface *interface, enum director_mode mode,
			   struct error *error);

/* A map's descriptor; negative where there is none of this name. */
int director_object_map(const struct director_object *object, const char *name);

/* Detaches and unmaps; legal at any time. */
void director_object_close(struct director_object *object, struct director_tables *tables);

#endif
