// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The inside of the keepalived.conf reader, in the order in which a line passes through it:
 *
 *   keepalived_text.c     comments, blanks, quoted words
 *   keepalived_define.c   $NAME=VALUE and what $NAME stands for
 *   keepalived_repeat.c   ~SEQ(...) and ~LST(...)
 *   keepalived_expand.c   files, includes, @id conditions: raw lines in, plain lines out
 *   keepalived_blocks.c   plain lines in, keywords and { blocks } out
 *   keepalived_server.c   virtual_server, virtual_server_group, real_server
 *   keepalived_vrrp.c     vrrp_instance
 *
 * The syntax is that of keepalived.conf(5) and of keepalived's lib/parser.c. What is unknown is passed over with its
 * block; what is known is held to its form. For src/topology/ only.
 */
#ifndef TOPOLOGY_KEEPALIVED_H
#define TOPOLOGY_KEEPALIVED_H

#include "base/table.h"
#include "base/text.h"
#include "topology/topology.h"

/* Limits of one reading, over all files. A configuration of thousands of real servers stays far below. */
enum {
	KEEPALIVED_MAX_LINE = 8192,     /* bytes, after expansion */
	KEEPALIVED_MAX_LINES = 1000000, /* after expansion; also every address that a service gets */
	KEEPALIVED_MAX_BYTES = 32 * 1024 * 1024,
	KEEPALIVED_MAX_FILES = 4096,    /* included ones */
	KEEPALIVED_MAX_INCLUDES = 16,   /* depth */
	KEEPALIVED_MAX_EXPANSIONS = 32, /* definitions within definitions, repetitions within repetitions */
	KEEPALIVED_MAX_DEFINITIONS = 4096,
	KEEPALIVED_MAX_BLOCKS = 32, /* depth */
	KEEPALIVED_MAX_WORDS = 16,  /* of a statement; those behind are dropped: no known keyword has as many */
	KEEPALIVED_NAME_SIZE = 64,
};

/* Where something stands, for messages; `file` is lent by the reader for the whole reading. */
struct place {
	const char *file;
	unsigned long line;
};

/* A keyword and what follows it in its line. */
struct statement {
	struct place place;
	size_t count;
	const char *words[KEEPALIVED_MAX_WORDS];
	char buffer[KEEPALIVED_MAX_LINE + 1];
	bool unterminated; /* a quoted word has no end */
};

enum context {
	CONTEXT_TOP,
	CONTEXT_SKIPPED,
	CONTEXT_SERVER,
	CONTEXT_REAL_SERVER,
	CONTEXT_GROUP,
	CONTEXT_VRRP,
	CONTEXT_ADDRESSES,
	CONTEXT_EXCLUDED,
};

struct definition {
	char name[KEEPALIVED_NAME_SIZE]; /* key, zero behind the name */
	struct text value;
	bool multiline; /* newlines part the lines of `value` */
};

struct real_server {
	struct place place;
	struct ip ip;
	uint16_t port;
	int32_t weight; /* -1: the virtual server's */
	enum method method;
};

struct virtual_server {
	struct place place;
	struct topology_service service; /* without VIP and fwmark where `group` names them */
	char group[KEEPALIVED_NAME_SIZE];
	uint8_t protocol;
	int32_t weight;
	uint32_t first_real, real_count;
};

struct server_group {
	struct place place;
	char name[KEEPALIVED_NAME_SIZE];
	uint32_t first_entry, entry_count;
};

/* One line of a group: addresses from `first` to `last`, or a mark. */
struct group_entry {
	struct place place;
	struct ip first, last;
	uint16_t port;
	uint32_t fwmark;
};

struct vrrp_address {
	struct place place;
	struct ip ip;
};

struct keepalived {
	struct topology *topology;
	const struct topology_loader *loader;
	struct error *error;
	/* expansion */
	struct place place;
	char **files; /* names of included files, owned */
	uint32_t file_count, file_room;
	uint32_t include_depth;
	uint64_t lines, bytes;
	struct table definitions;
	struct definition *defining; /* a multi-line definition that goes on */
	/* blocks */
	struct statement pending; /* count 0: none; waits for what follows: a block or not */
	enum context contexts[KEEPALIVED_MAX_BLOCKS];
	struct place opened[KEEPALIVED_MAX_BLOCKS];
	uint32_t depth;
	/* what was found */
	struct virtual_server *servers;
	uint32_t server_count, server_room;
	struct real_server *reals;
	uint32_t real_count, real_room;
	struct server_group *groups;
	uint32_t group_count, group_room;
	struct group_entry *entries;
	uint32_t entry_count, entry_room;
	struct vrrp_address *addresses;
	uint32_t address_count, address_room;
	struct topology_vrrp vrrp; /* the instance that is open */
};

/* ERROR_USAGE at a place, or at the line under the eyes. */
int keepalived_fail_at(struct keepalived *keepalived, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int keepalived_fail(struct keepalived *keepalived, const char *format, ...) __attribute__((format(printf, 2, 3)));
int keepalived_no_memory(struct keepalived *keepalived);
/* Puts `place` in front of an adder's error; returns its code. */
int keepalived_placed(struct keepalived *keepalived, const struct place *place, int result);
/* Counts work against the limits. */
int keepalived_charge(struct keepalived *keepalived, size_t bytes);

/* keepalived_text.c */
/* Takes out comments, blanks at both ends and the backslash in front of '#' and '!'; keeps one at the end of the line.
 */
void keepalived_decomment(char *line);
/* Splits in place: words end at blanks and quotes ("two words" is one). */
void keepalived_split(struct statement *statement);
/* The next brace outside quotes and ${NAME}, or NULL. */
const char *keepalived_find_brace(const char *line);

/* keepalived_define.c */
bool keepalived_is_definition(const char *line);
int keepalived_define(struct keepalived *keepalived, const char *line);
/* The next line of keepalived.defining. */
int keepalived_define_more(struct keepalived *keepalived, const char *line);
/* A blank line ends a definition, too. */
void keepalived_define_end(struct keepalived *keepalived);
int keepalived_set(struct keepalived *keepalived, const char *name, size_t length, const char *value);
/*
 * One pass over `line` that replaces what is defined, into `out`. 1 where something was replaced, 0 where nothing was,
 * or an error. Where a multi-line definition ends the line, its first line is in `out` and `rest` (owned by the caller)
 * holds the others; else `rest` is NULL.
 */
int keepalived_substitute(struct keepalived *keepalived, const char *line, struct text *out, char **rest);
void keepalived_define_free(struct keepalived *keepalived);

/* keepalived_repeat.c */
bool keepalived_is_repeat(const char *line);
/* Calls keepalived_expand_line with the rest of the line for each value. */
int keepalived_repeat(struct keepalived *keepalived, const char *line, unsigned depth);

/* keepalived_expand.c */
int keepalived_expand_file(struct keepalived *keepalived, const char *name, const char *bytes, size_t length);
int keepalived_expand_line(struct keepalived *keepalived, const char *line, unsigned depth);

/* keepalived_blocks.c */
int keepalived_take_line(struct keepalived *keepalived, const char *line);
int keepalived_take_end(struct keepalived *keepalived);

/* keepalived_server.c: handlers of keepalived_blocks.c, and the end of the file. */
int keepalived_begin_server(struct keepalived *keepalived, const struct statement *statement);
int keepalived_begin_real_server(struct keepalived *keepalived, const struct statement *statement);
int keepalived_server_method(struct keepalived *keepalived, const struct statement *statement);
int keepalived_server_protocol(struct keepalived *keepalived, const struct statement *statement);
int keepalived_server_weight(struct keepalived *keepalived, const struct statement *statement);
int keepalived_real_server_method(struct keepalived *keepalived, const struct statement *statement);
int keepalived_real_server_weight(struct keepalived *keepalived, const struct statement *statement);
/* keepalived_group.c */
int keepalived_begin_group(struct keepalived *keepalived, const struct statement *statement);
int keepalived_group_entry(struct keepalived *keepalived, const struct statement *statement);
/* Adds all services and real servers to the topology. */
int keepalived_add_servers(struct keepalived *keepalived);

/* keepalived_vrrp.c */
int keepalived_begin_vrrp(struct keepalived *keepalived, const struct statement *statement);
int keepalived_end_vrrp(struct keepalived *keepalived);
int keepalived_vrrp_id(struct keepalived *keepalived, const struct statement *statement);
int keepalived_vrrp_priority(struct keepalived *keepalived, const struct statement *statement);
int keepalived_vrrp_vmac(struct keepalived *keepalived, const struct statement *statement);
int keepalived_vrrp_address(struct keepalived *keepalived, const struct statement *statement);
int keepalived_vrrp_excluded(struct keepalived *keepalived, const struct statement *statement);
/* Addresses that no virtual_server has become VIPs. */
int keepalived_add_addresses(struct keepalived *keepalived);

/* The word at `index`, "" where there is none. */
const char *statement_word(const struct statement *statement, size_t index);
/* A decimal word from least to most, or an error that names `what`. */
int keepalived_number(struct keepalived *keepalived, const struct statement *statement, size_t index, const char *what,
		      uint32_t least, uint32_t most, uint32_t *number);
/* A name of 1 to KEEPALIVED_NAME_SIZE - 1 bytes. */
int keepalived_name(struct keepalived *keepalived, const struct statement *statement, size_t index, char *name);

#endif
