// SPDX-License-Identifier: GPL-2.0-or-later
/* A director's row: what becomes of the clients' packets that it receives for the VIP. */
#include "analysis/matrix.h"

/* A director that forwards takes one hop of what it sends on (ip_vs_xmit.c), so that TTL-1 packets end there. */
static void judge_acceptance(struct cells *cells, const struct path *path)
{
	char mac[MAC_TEXT_SIZE];

	if (path->bounced)
		cell_set(cells, CHECK_ACCEPTS, CHECK_FAIL, "packets for the VIP come back to it");
	else if (path->time_exceeded && station_is_proxy(cells->facts, path->segment, path->key.mac))
		cell_set(cells, CHECK_ACCEPTS, CHECK_FAIL, "a router answered Time Exceeded");
	else if (path->unreachable)
		cell_set(cells, CHECK_ACCEPTS, CHECK_FAIL, "a router reported the VIP as unreachable");
	else if (path->passed_on)
		cell_set(cells, CHECK_ACCEPTS, CHECK_PASS, "it sends packets for the VIP on to %s",
			 mac_format(path->passed_to, mac));
	else if (path->rewritten || path->accepted || path->other_replied)
		cell_set(cells, CHECK_ACCEPTS, CHECK_PASS, "packets for the VIP that it received were answered");
	else if (path->silent)
		cell_set(cells, CHECK_ACCEPTS, CHECK_UNKNOWN,
			 "%u requests unanswered: it dropped them, or the real servers did", path->silent_requests);
}

/* Some real servers may refuse while others answer: their own rows say which. */
static void judge_service(struct cells *cells, const struct path *path)
{
	if (path->served)
		cell_set(cells, CHECK_SERVICE, CHECK_PASS, "the service answers what it was sent");
	else if (path->prohibited)
		cell_set(cells, CHECK_SERVICE, CHECK_FAIL, "a filter prohibits it");
	else if (path->denied)
		cell_set(cells, CHECK_SERVICE, CHECK_FAIL, "every connection through it was refused");
}

/* An echo request for the VIP is the director's own to answer. */
static bool is_echo_for_vip(const struct cells *cells, const struct path *path)
{
	return path_is_echo(path) && ip_equal(&path->key.service, &cells->row->vip);
}

void judge_direction(struct cells *cells)
{
	cell_set(cells, CHECK_QUIET, CHECK_NOT_APPLICABLE, "the director is who answers for the VIP");
	cell_set(cells, CHECK_RETURN, CHECK_NOT_APPLICABLE, "the real servers' rows tell how answers return");
	cell_set(cells, CHECK_REPLAY, CHECK_NOT_APPLICABLE, "recorded traffic goes to the real servers themselves");
	FOR_RECORDS (path, path, &cells->facts->paths) {
		if (!cells_path_leads_to_row(cells, path))
			continue;
		if (is_echo_for_vip(cells, path) && path->accepted)
			cell_set(cells, CHECK_ACCEPTS, CHECK_PASS, "it answers an echo request for the VIP");
		if (!cells_path_matches(cells, path))
			continue;
		judge_acceptance(cells, path);
		judge_service(cells, path);
	}
	cell_set(cells, CHECK_ACCEPTS, CHECK_UNKNOWN, "no packet for the VIP was seen on its way to it");
	cell_set(cells, CHECK_SERVICE, CHECK_UNKNOWN, "no request to the service by way of it was answered");
}
