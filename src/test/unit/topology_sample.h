// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading set-ups from strings, for the topology's tests. */
#ifndef TEST_UNIT_TOPOLOGY_SAMPLE_H
#define TEST_UNIT_TOPOLOGY_SAMPLE_H

#include "topology/topology.h"

struct sample_file {
	const char *name, *content;
};

/* A loader that knows only `files` (ended by a NULL name) and tells "*.conf" from names; `config_id` may be NULL. */
struct topology_loader sample_loader(const struct sample_file *files, const char *config_id);

typedef int (*sample_reader)(struct topology *topology, const char *name, const char *bytes, size_t length,
			     struct error *error);

/* Reads `content` as "file" and holds what was understood, in the own format without its head line, to `expected`. */
void sample_expect(sample_reader reader, const char *content, const char *expected);
void sample_expect_keepalived(const char *content, const struct topology_loader *loader, const char *expected);

/* Reading must fail as a usage error at `where` with a message that contains `message`. */
struct sample_error {
	const char *content, *where, *message;
};
/* `errors` ends with NULL content. */
void sample_expect_errors(sample_reader reader, const struct sample_error *errors);
void sample_expect_keepalived_error(const char *content, const struct topology_loader *loader, const char *where,
				    const char *message);
/* topology_read_keepalived without a loader. */
int sample_read_keepalived(struct topology *topology, const char *name, const char *bytes, size_t length,
			   struct error *error);
struct ip sample_ip(const char *text);
struct mac sample_mac(const char *text);

#endif
