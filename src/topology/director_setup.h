// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables of a stand-in director, from the set-up: which services and
 * backends there are, and their Maglev tables, kept up as backends come and go.
 *
 * A backend is a real server in a service. Flows stay where they are when
 * another backend goes: the Maglev table changes a few slots of those that
 * stay, and the table of flows (director.h) keeps what was given before.
 */
#ifndef TOPOLOGY_DIRECTOR_SETUP_H
#define TOPOLOGY_DIRECTOR_SETUP_H

#include "base/error.h"
#include "topology/topology.h"
#include "wire/director.h"

struct director_plan_backend {
	uint32_t service;     /* of the topology */
	uint32_t real_server; /* likewise */
	uint32_t pool;
	uint32_t weight;
	enum method method; /* METHOD_DR or METHOD_TUN */
};

struct director_plan_pool {
	uint32_t service;      /* of the topology */
	uint32_t first, count; /* of its backends */
};

struct director_plan {
	const struct topology *topology; /* borrowed */
	struct director_plan_backend *backends;
	uint32_t backend_count;
	struct director_plan_pool *pools;
	uint32_t pool_count;
	uint16_t *scratch; /* DIRECTOR_SLOTS */
	struct maglev_member *members;
};

// clang-format off
#define DIRECTOR_PLAN_INIT { .topology = NULL }
// clang-format on

/*
 * Services without a backend of their own get every real server of their family (VS/TUN: of any), those of unknown
 * method VS/DR. Fails with ERROR_USAGE on what a director of this kind cannot do: VS/NAT, other ports on the real
 * server, services by firewall mark, nothing to forward to, more than the tables hold.
 */
int director_plan_make(struct director_plan *plan, const struct topology *topology, struct error *error);
void director_plan_free(struct director_plan *plan);

/* How far the tables go for `plan`, where memory is to be had for them. */
struct director_tables director_plan_sizes(const struct director_plan *plan, uint32_t cpus);

/* Memory for engines in user space; for others the kernel has it. */
int director_tables_make(struct director_tables *tables, const struct director_plan *plan, struct error *error);
void director_tables_free(struct director_tables *tables);

/* Fills in the services, of zeroed tables. No backend is alive yet. */
int director_tables_fill(struct director_tables *tables, const struct director_plan *plan, struct error *error);

/* The backend is as tables->backends[backend] says from now on, alive or not. */
void director_tables_set_alive(struct director_tables *tables, struct director_plan *plan, uint32_t backend,
			       bool alive);

/* All CPUs together. */
struct director_backend_count director_tables_count(const struct director_tables *tables, uint32_t backend);
struct director_other_count director_tables_others(const struct director_tables *tables);

#endif
