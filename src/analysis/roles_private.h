// SPDX-License-Identifier: GPL-2.0-or-later
/* Building the roles; for src/analysis/ only. */
#ifndef ANALYSIS_ROLES_PRIVATE_H
#define ANALYSIS_ROLES_PRIVATE_H

#include "analysis/roles.h"
#include "base/error.h"

struct building {
	const struct facts *facts;
	struct roles *roles;
	struct error *error;
	int result;
};

/* Memory that ran out is a failure; an address that cannot play the role is merely not taken for it. */
void roles_note(struct building *building, int result);
/* The index of the service that fits, made when there is none; negative on failure. */
int roles_add_service(struct building *building, const struct ip *vip, uint16_t port, uint8_t protocol,
		      enum method method);
/* With the station's own address; nobody where others are configured as directors. */
void roles_add_director(struct building *building, uint32_t segment, struct mac mac, const struct ip *vip,
			struct mark mark);
void roles_add_backend(struct building *building, int service, const struct ip *ip);
void roles_add_real_server(struct building *building, uint32_t segment, struct mac mac, const struct ip *ip,
			   const struct ip *vip, int service, struct mark mark);

/* roles_infer.c: what traffic shows. */
void roles_infer_from_paths(struct building *building);
void roles_infer_from_vain_question(struct building *building, const struct host *host);

#endif
