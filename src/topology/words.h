// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines and words of the line-based formats, and the values that words stand
 * for. For src/topology/ only.
 */
#ifndef TOPOLOGY_WORDS_H
#define TOPOLOGY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "topology/topology.h"

enum { WORDS_MAX = 64, WORDS_LINE_SIZE = 1024 };

/* A file that is read line by line. The bytes are borrowed and need no NUL behind them. */
struct lines {
	const char *name;
	const char *bytes;
	size_t length, offset;
	unsigned long line; /* number of the line in `words`, from 1 */
	size_t count;       /* words of that line */
	char *words[WORDS_MAX];
	char buffer[WORDS_LINE_SIZE];
};

void lines_init(struct lines *lines, const char *name, const char *bytes, size_t length);
/*
 * Takes the next line that holds a word; comments begin with '#'. 1 for a line, 0 at the end, ERROR_USAGE for a line
 * that is too long or holds a NUL byte. The words are valid until the next call.
 */
int lines_next(struct lines *lines, struct error *error);
/* Control characters become '?': words of a foreign file end up on terminals. */
void make_printable(char *string);
/* ERROR_USAGE at "name:line". */
int lines_fail(const struct lines *lines, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts "name:line" in front of an error that an adder gave; returns its code. */
int lines_place(const struct lines *lines, int result, struct error *error);

/* Decimal digits only, no sign. */
bool word_to_number(const char *word, uint32_t limit, uint32_t *number);
/* 0 to 65535. */
bool word_to_port(const char *word, uint16_t *port);
/* As above, or one of the names that /etc/services has for what is balanced mostly. */
bool word_to_named_port(const char *word, uint16_t *port);
/*
 * Splits ADDRESS, ADDRESS:PORT, [ADDRESS] or [ADDRESS]:PORT in place. `port` is NULL where there is none. An address
 * with several colons outside brackets has no port.
 */
bool word_split_port(char *word, char **address, char **port);

/*
 * Loopback: a director that serves by itself (ipvsadm(8), local forwarding) is no host that could be asked on the wire.
 */
bool ip_is_own(const struct ip *ip);

/* own.c: whether a line of the own format begins with this word. */
bool own_is_keyword(const char *word);

#endif
