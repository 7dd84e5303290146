// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/post.h"

int post_open(struct post *post, const struct live_options *options, struct error *error)
{
	struct live_options mine = *options;
	int status = links_open(&post->links, post->interface, error);

	mine.interface = post->interface->name;
	if (status == 0)
		status = live_open(&post->live, &mine, error);
	if (status == 0)
		status = inject_open(&post->inject, mine.interface, error);
	return status;
}

void post_close(struct post *post)
{
	inject_close(post->inject);
	live_close(post->live);
	links_close(post->links);
	*post = (struct post){ .interface = post->interface };
}
