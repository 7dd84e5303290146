// SPDX-License-Identifier: GPL-2.0-or-later
/* Which keyword means what in which block. A keyword waits until it is known whether a block follows it. */
#include <string.h>

#include "topology/keepalived.h"

typedef int (*statement_handler)(struct keepalived *keepalived, const struct statement *statement);

static const struct block {
	enum context within, opens;
	const char *keyword;
	statement_handler begin;
	int (*end)(struct keepalived *keepalived);
} blocks[] = {
	{ CONTEXT_TOP, CONTEXT_SERVER, "virtual_server", keepalived_begin_server, NULL },
	{ CONTEXT_TOP, CONTEXT_GROUP, "virtual_server_group", keepalived_begin_group, NULL },
	{ CONTEXT_TOP, CONTEXT_VRRP, "vrrp_instance", keepalived_begin_vrrp, keepalived_end_vrrp },
	{ CONTEXT_SERVER, CONTEXT_REAL_SERVER, "real_server", keepalived_begin_real_server, NULL },
	{ CONTEXT_VRRP, CONTEXT_ADDRESSES, "virtual_ipaddress", NULL, NULL },
	{ CONTEXT_VRRP, CONTEXT_EXCLUDED, "virtual_ipaddress_excluded", NULL, NULL },
};

static const struct keyword {
	enum context within;
	const char *keyword; /* NULL: any, the block is a list */
	statement_handler take;
} keywords[] = {
	{ CONTEXT_SERVER, "lb_kind", keepalived_server_method },
	{ CONTEXT_SERVER, "lvs_method", keepalived_server_method },
	{ CONTEXT_SERVER, "protocol", keepalived_server_protocol },
	{ CONTEXT_SERVER, "weight", keepalived_server_weight },
	{ CONTEXT_REAL_SERVER, "lvs_method", keepalived_real_server_method },
	{ CONTEXT_REAL_SERVER, "weight", keepalived_real_server_weight },
	{ CONTEXT_GROUP, NULL, keepalived_group_entry },
	{ CONTEXT_VRRP, "virtual_router_id", keepalived_vrrp_id },
	{ CONTEXT_VRRP, "priority", keepalived_vrrp_priority },
	{ CONTEXT_VRRP, "use_vmac", keepalived_vrrp_vmac },
	{ CONTEXT_ADDRESSES, NULL, keepalived_vrrp_address },
	{ CONTEXT_EXCLUDED, NULL, keepalived_vrrp_excluded },
};

static enum context context_of(const struct keepalived *keepalived)
{
	return keepalived->depth > 0 ? keepalived->contexts[keepalived->depth - 1] : CONTEXT_TOP;
}

static const struct block *find_block(enum context within, const char *keyword)
{
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		if (blocks[i].within == within && strcmp(blocks[i].keyword, keyword) == 0)
			return &blocks[i];
	}
	return NULL;
}

static const struct keyword *find_keyword(enum context within, const char *keyword)
{
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		if (keywords[i].within != within)
			continue;
		if (!keywords[i].keyword || strcmp(keywords[i].keyword, keyword) == 0)
			return &keywords[i];
	}
	return NULL;
}

static int check_quotes(struct keepalived *keepalived, const struct statement *statement)
{
	if (!statement->unterminated)
		return 0;
	return keepalived_fail_at(keepalived, &statement->place, "a quoted word has no end: add the closing \"");
}

/* The pending keyword stands alone: no block follows it. */
static int flush(struct keepalived *keepalived)
{
	const struct statement *statement = &keepalived->pending;
	const char *word = statement_word(statement, 0);
	const struct keyword *keyword = find_keyword(context_of(keepalived), word);
	int result = 0;

	if (statement->count == 0)
		return 0;
	if (find_block(context_of(keepalived), word))
		result =
		    keepalived_fail_at(keepalived, &statement->place, "%s needs a block: put \"{\" behind it", word);
	else if (keyword)
		result = check_quotes(keepalived, statement);
	if (keyword && result == 0)
		result = keyword->take(keepalived, statement);
	keepalived->pending.count = 0;
	return result;
}

static int take_words(struct keepalived *keepalived, const char *words, size_t length)
{
	struct statement *pending = &keepalived->pending;
	int result;

	if (strspn(words, " \t\r\f\v") >= length)
		return 0;
	result = flush(keepalived);
	if (result < 0 || context_of(keepalived) == CONTEXT_SKIPPED)
		return result;
	pending->place = keepalived->place;
	memcpy(pending->buffer, words, length);
	pending->buffer[length] = '\0';
	keepalived_split(pending);
	return 0;
}

static int open_block(struct keepalived *keepalived)
{
	const struct statement *statement = &keepalived->pending;
	const struct block *block = find_block(context_of(keepalived), statement_word(statement, 0));
	int result;

	if (keepalived->depth >= KEEPALIVED_MAX_BLOCKS)
		return keepalived_fail(keepalived, "blocks nest more than %d deep: is a \"}\" missing above?",
				       KEEPALIVED_MAX_BLOCKS);
	result = block ? check_quotes(keepalived, statement) : flush(keepalived);
	if (result == 0 && block && block->begin)
		result = block->begin(keepalived, statement);
	keepalived->opened[keepalived->depth] = statement->count > 0 ? statement->place : keepalived->place;
	keepalived->contexts[keepalived->depth++] = block ? block->opens : CONTEXT_SKIPPED;
	keepalived->pending.count = 0;
	return result;
}

static int end_context(struct keepalived *keepalived, enum context context)
{
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		if (blocks[i].opens == context && blocks[i].end)
			return blocks[i].end(keepalived);
	}
	return 0;
}

static int close_block(struct keepalived *keepalived)
{
	int result = flush(keepalived);

	if (result < 0)
		return result;
	if (keepalived->depth == 0)
		return keepalived_fail(keepalived,
				       "this \"}\" closes no block: remove it, or add the \"{\" that it ends");
	result = end_context(keepalived, context_of(keepalived));
	keepalived->depth--;
	return result;
}

int keepalived_take_line(struct keepalived *keepalived, const char *line)
{
	int result = 0;

	while (result == 0 && *line != '\0') {
		const char *brace = keepalived_find_brace(line);
		size_t length = brace ? (size_t)(brace - line) : strlen(line);

		result = take_words(keepalived, line, length);
		if (result == 0 && brace)
			result = *brace == '{' ? open_block(keepalived) : close_block(keepalived);
		line += brace ? length + 1 : length;
	}
	return result;
}

int keepalived_take_end(struct keepalived *keepalived)
{
	int result = flush(keepalived);

	if (result < 0 || keepalived->depth == 0)
		return result;
	return keepalived_fail_at(keepalived, &keepalived->opened[keepalived->depth - 1],
				  "the block that begins here has no end: add its \"}\"");
}
