// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a topology keeps what, by key: one table for all its lists. For src/topology/ only. */
#ifndef TOPOLOGY_TOPOLOGY_INDEX_H
#define TOPOLOGY_TOPOLOGY_INDEX_H

#include "topology/topology.h"

enum index_kind { INDEX_SERVICE, INDEX_VIP, INDEX_REAL_SERVER, INDEX_DIRECTOR, INDEX_BACKEND, INDEX_KNOWN_MAC };

/* Fields that a kind does not use are zero. */
struct index_key {
	uint8_t kind;     /* enum index_kind */
	struct ip ip;     /* service, VIP, hosts, known MAC */
	uint8_t protocol; /* service */
	uint8_t pad;
	uint16_t port; /* service, backend */
	uint16_t pad2;
	uint32_t fwmark;      /* service */
	uint32_t service;     /* backend */
	uint32_t real_server; /* backend */
};

/* The position in the kind's list, or -1. */
int index_find(const struct topology *topology, const struct index_key *key);
/* Keeps the first position of a key. 0 or ERROR_MEMORY. */
int index_put(struct topology *topology, const struct index_key *key, uint32_t position, struct error *error);

/* Room for one more entry; lists double, so that adding stays cheap. The list is left alone where it fails. */
int list_reserve(void *list_pointer, uint32_t count, uint32_t *room, size_t size, struct error *error);
/* Whether one more entry is within the list's limit. */
int list_check(uint32_t count, uint32_t limit, const char *what, struct error *error);

static inline struct index_key index_key_of_ip(enum index_kind kind, const struct ip *ip)
{
	return (struct index_key){ .kind = (uint8_t)kind, .ip = *ip };
}

static inline struct index_key index_key_of_service(const struct topology_service *service)
{
	struct index_key key = index_key_of_ip(INDEX_SERVICE, &service->vip);

	key.port = service->port;
	key.protocol = service->protocol;
	key.fwmark = service->fwmark;
	return key;
}

#endif
