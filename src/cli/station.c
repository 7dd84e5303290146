// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening, closing and counting; which interfaces are taken is decided in station_choose.c. */
#include "cli/station.h"

#include <stdlib.h>

#include "net/privileges.h"

enum { BUFFER_LEAST = 512 << 10 };

/* Many posts share what one would have. */
static uint32_t buffer_of_each(const struct station *station, uint32_t buffer)
{
	uint32_t each = (buffer ? buffer : LIVE_BUFFER) / station->post_count;

	return each > BUFFER_LEAST ? each : BUFFER_LEAST;
}

int station_open(struct station *station, const struct live_options *options, struct error *error)
{
	struct live_options mine = *options;
	int status = privileges_check_raw(error);

	mine.buffer = buffer_of_each(station, options->buffer);
	for (uint32_t i = 0; i < station->post_count && status == 0; i++)
		status = post_open(&station->posts[i], &mine, error);
	return status;
}

void station_close(struct station *station)
{
	for (uint32_t i = 0; i < station->post_count; i++)
		post_close(&station->posts[i]);
	interfaces_free(&station->interfaces);
	free(station->destinations);
	*station = (struct station)STATION_INIT;
}

void station_name(const struct station *station, struct text *into)
{
	for (uint32_t i = 0; i < station->post_count; i++)
		text_printf(into, "%s%s", i > 0 ? "," : "", station->posts[i].interface->name);
}

const struct capture_info *station_info(struct station *station)
{
	station->info.format = "live";
	station->info.link_type = live_link_type(station->posts[0].live);
	station->info.dropped = 0;
	for (uint32_t i = 0; i < station->post_count; i++) {
		struct live_losses losses = live_losses(station->posts[i].live);

		station->info.dropped += losses.kernel + losses.interface;
	}
	return &station->info;
}
