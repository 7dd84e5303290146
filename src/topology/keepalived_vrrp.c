// SPDX-License-Identifier: GPL-2.0-or-later
/* keepalived.conf(5), "VRRP instance(s)": who advertises which addresses. */
#include <string.h>

#include "topology/keepalived.h"
#include "topology/topology_index.h"
#include "topology/words.h"

/* VRRP_PRIO_DFL of keepalived's vrrp.h: for instances that name none. */
enum { VRRP_DEFAULT_PRIORITY = 100 };

int keepalived_begin_vrrp(struct keepalived *keepalived, const struct statement *statement)
{
	keepalived->vrrp = (struct topology_vrrp){ .priority = VRRP_DEFAULT_PRIORITY };
	return keepalived_name(keepalived, statement, 1, keepalived->vrrp.name);
}

int keepalived_end_vrrp(struct keepalived *keepalived)
{
	const struct place *opened = &keepalived->opened[keepalived->depth - 1];
	int result;

	if (keepalived->vrrp.vrid == 0)
		return keepalived_fail_at(keepalived, opened,
					  "vrrp_instance %s has no virtual_router_id: add one, 1 to 255",
					  keepalived->vrrp.name);
	result = topology_add_vrrp(keepalived->topology, &keepalived->vrrp, keepalived->error);
	return keepalived_placed(keepalived, opened, result < 0 ? result : 0);
}

int keepalived_vrrp_id(struct keepalived *keepalived, const struct statement *statement)
{
	uint32_t number;
	int result = keepalived_number(keepalived, statement, 1, "a virtual_router_id", 1, UINT8_MAX, &number);

	if (result == 0)
		keepalived->vrrp.vrid = (uint8_t)number;
	return result;
}

int keepalived_vrrp_priority(struct keepalived *keepalived, const struct statement *statement)
{
	uint32_t number;
	int result = keepalived_number(keepalived, statement, 1, "a priority", 1, UINT8_MAX, &number);

	if (result == 0)
		keepalived->vrrp.priority = (uint8_t)number;
	return result;
}

int keepalived_vrrp_vmac(struct keepalived *keepalived, const struct statement *statement)
{
	(void)statement;
	keepalived->vrrp.use_vmac = true;
	return 0;
}

/* ADDRESS[/BITS], whatever follows. */
static int take_address(struct keepalived *keepalived, const struct statement *statement, struct ip *ip)
{
	const char *word = statement_word(statement, 0);
	const char *slash = strchrnul(word, '/');
	size_t length = (size_t)(slash - word);
	char address[IP_TEXT_SIZE] = "";
	uint32_t bits;

	if (length < sizeof address)
		memcpy(address, word, length);
	if (!ip_parse(address, ip))
		return keepalived_fail_at(keepalived, &statement->place,
					  "\"%.100s\" is no address: write 10.1.1.1/24 or 2001:db8::1/64", word);
	if (*slash == '/' && !word_to_number(slash + 1, ip->family == 4 ? 32 : 128, &bits))
		return keepalived_fail_at(keepalived, &statement->place, "\"%.100s\" has no prefix length from 0 to %d",
					  word, ip->family == 4 ? 32 : 128);
	return 0;
}

int keepalived_vrrp_excluded(struct keepalived *keepalived, const struct statement *statement)
{
	struct vrrp_address address = { .place = statement->place };
	int result = take_address(keepalived, statement, &address.ip);

	if (result == 0)
		result = list_check(keepalived->address_count, TOPOLOGY_MAX_SERVICES, "virtual addresses",
				    keepalived->error);
	if (result == 0)
		result = list_reserve(&keepalived->addresses, keepalived->address_count, &keepalived->address_room,
				      sizeof address, keepalived->error);
	if (result < 0)
		return keepalived_placed(keepalived, &statement->place, result);
	keepalived->addresses[keepalived->address_count++] = address;
	return 0;
}

/* As above, and advertised. */
int keepalived_vrrp_address(struct keepalived *keepalived, const struct statement *statement)
{
	struct topology_vrrp *vrrp = &keepalived->vrrp;
	int result = keepalived_vrrp_excluded(keepalived, statement);

	if (result < 0)
		return result;
	if (vrrp->address_count == sizeof vrrp->addresses / sizeof vrrp->addresses[0])
		vrrp->addresses_left_out++;
	else
		vrrp->addresses[vrrp->address_count++] = keepalived->addresses[keepalived->address_count - 1].ip;
	return 0;
}
