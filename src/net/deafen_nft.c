// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * By a table of nftables that belongs to the socket it was made by: the kernel
 * removes it with that socket, however the process ends (NFT_TABLE_F_OWNER,
 * include/uapi/linux/netfilter/nf_tables.h, since Linux 5.12). Its chain hangs
 * at the ingress of the interface, which packets reach behind the sockets that
 * capture them (net/core/dev.c, __netif_receive_skb_core()).
 */
#include "net/deafen_private.h"

#include <nftables/libnftables.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "wire/packet.h"

static const uint8_t families[] = { 4, 6 };
static const uint8_t protocols[] = { IP_PROTO_TCP, IP_PROTO_UDP };

/* What servers of one family say by one protocol, at a port or (`any_port`) at all of theirs. */
struct kind {
	uint8_t family, protocol;
	bool any_port;
};

static const char *protocol_name(const struct kind *kind)
{
	return kind->protocol == IP_PROTO_TCP ? "tcp" : "udp";
}

static const char *header_name(const struct kind *kind)
{
	return kind->family == 4 ? "ip" : "ip6";
}

static void name_set(struct text *text, const struct kind *kind)
{
	text_printf(text, "%s_%s_%s", header_name(kind), protocol_name(kind), kind->any_port ? "any" : "port");
}

static bool is_of(const struct kind *kind, const struct deafen_end *end)
{
	return end->ip.family == kind->family && end->protocol == kind->protocol && (end->port == 0) == kind->any_port;
}

static bool has_servers(const struct deafen_options *options, const struct kind *kind)
{
	for (uint32_t i = 0; i < options->server_count; i++)
		if (is_of(kind, &options->servers[i]))
			return true;
	return false;
}

static bool has_clients(const struct deafen_options *options, uint8_t family)
{
	for (uint32_t i = 0; i < options->client_count; i++)
		if (options->clients[i].family == family)
			return true;
	return false;
}

static void add_end(struct text *text, const struct deafen_end *end)
{
	char ip[IP_TEXT_SIZE];

	text_printf(text, " %s", ip_format(&end->ip, ip));
	if (end->port != 0)
		text_printf(text, " . %u", end->port);
	text_add(text, ",");
}

static void add_set(struct text *text, const struct deafen_options *options, const struct kind *kind)
{
	text_add(text, "set ");
	name_set(text, kind);
	text_printf(text, " { type %s%s; elements = {", kind->family == 4 ? "ipv4_addr" : "ipv6_addr",
		    kind->any_port ? "" : " . inet_service");
	for (uint32_t i = 0; i < options->server_count; i++)
		if (is_of(kind, &options->servers[i]))
			add_end(text, &options->servers[i]);
	text_add(text, " } }\n");
}

static void add_clients(struct text *text, const struct deafen_options *options, uint8_t family)
{
	char ip[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < options->client_count; i++)
		if (options->clients[i].family == family)
			text_printf(text, " %s,", ip_format(&options->clients[i], ip));
}

static void add_rule(struct text *text, const struct deafen_options *options, const struct kind *kind)
{
	const char *header = header_name(kind), *protocol = protocol_name(kind);

	text_printf(text, "%s daddr {", header);
	add_clients(text, options, kind->family);
	text_printf(text, " } %s dport %u-%u %s saddr", protocol, options->first_port, options->last_port, header);
	if (!kind->any_port)
		text_printf(text, " . %s sport", protocol);
	text_add(text, " @");
	name_set(text, kind);
	text_add(text, " drop\n");
}

static void for_each_kind(struct text *text, const struct deafen_options *options,
			  void (*add)(struct text *, const struct deafen_options *, const struct kind *))
{
	for (int i = 0; i < 8; i++) {
		const struct kind kind = { families[i & 1], protocols[i >> 1 & 1], (i & 4) != 0 };

		if (has_clients(options, kind.family) && has_servers(options, &kind))
			add(text, options, &kind);
	}
}

/* Processes may share an interface, so each has a table of its own. */
static void describe(struct text *text, const struct deafen_options *options)
{
	text_printf(text, "table netdev truemac-%ld {\nflags owner\n", (long)getpid());
	for_each_kind(text, options, add_set);
	text_printf(text, "chain deafen {\ntype filter hook ingress device \"%s\" priority -500; policy accept;\n",
		    options->interface->name);
	for_each_kind(text, options, add_rule);
	text_add(text, "}\n}\n");
}

/* Its first line says it; the others show the place in the text, which nobody has seen. */
static int fail(struct nft_ctx *table, const struct deafen_options *options, struct error *error)
{
	const char *why = nft_ctx_get_error_buffer(table), *colon = strstr(why, "Error: ");

	why = colon ? colon + strlen("Error: ") : why;
	return error_set(error, ERROR_SYSTEM, options->interface->name, "%.*s", (int)strcspn(why, "\n"),
			 *why != '\0' ? why : "the kernel does not take the table");
}

static int make_table(struct nft_ctx *table, const struct deafen_options *options, struct error *error)
{
	struct text text = TEXT_INIT;
	int status = 0;

	describe(&text, options);
	if (text.failed)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory for the table of nftables");
	else if (nft_ctx_buffer_error(table) != 0 || nft_ctx_buffer_output(table) != 0 ||
		 nft_run_cmd_from_buffer(table, text_string(&text)) != 0)
		status = fail(table, options, error);
	text_free(&text);
	return status;
}

int deafen_nft_open(struct deafen *deafen, const struct deafen_options *options, struct error *error)
{
	int status;

	if (strchr(options->interface->name, '"') != NULL)
		return error_set(error, ERROR_SYSTEM, options->interface->name, "a name that nftables cannot read");
	deafen->table = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!deafen->table)
		return error_set(error, ERROR_SYSTEM, options->interface->name, "nftables cannot be used");
	status = make_table(deafen->table, options, error);
	if (status < 0)
		deafen_nft_close(deafen);
	return status;
}

void deafen_nft_close(struct deafen *deafen)
{
	if (deafen->table)
		nft_ctx_free(deafen->table);
	deafen->table = NULL;
}
