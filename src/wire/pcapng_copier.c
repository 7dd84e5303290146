// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames of several inputs into one pcapng file. */
#include "wire/pcapng_writer.h"

enum { MAX_INTERFACES = 65536 };

struct origin {
	uint32_t input, interface, link_type;
};

struct copied {
	struct origin origin;
	bool written;
	uint32_t number; /* in the file */
};

void pcapng_copier_init(struct pcapng_copier *copier, struct pcapng_writer *writer)
{
	copier->writer = writer;
	table_init(&copier->interfaces, sizeof(struct origin), sizeof(struct copied), MAX_INTERFACES, 0);
}

static int add_interface(struct pcapng_copier *copier, struct copied *copied, const char *name, struct error *error)
{
	struct pcapng_interface_description description = {
		.name = name,
		.link_type = (uint16_t)copied->origin.link_type,
	};
	int number = pcapng_writer_add_interface(copier->writer, &description, error);

	if (number < 0)
		return number;
	copied->number = (uint32_t)number;
	copied->written = true;
	return 0;
}

int pcapng_copier_add_frame(struct pcapng_copier *copier, const struct frame *frame, const char *name,
			    pcapng_comments comments, struct error *error)
{
	struct origin origin = { frame->input, frame->interface, frame->link_type };
	struct copied *copied = table_put(&copier->interfaces, &origin, NULL);

	if (!copied)
		return error_set(error, ERROR_MEMORY, NULL,
				 "no room for another interface in the capture to be written");
	if (!copied->written) {
		int status = add_interface(copier, copied, name, error);

		if (status < 0)
			return status;
	}
	return pcapng_writer_add_frame(copier->writer, copied->number, frame, comments, error);
}

void pcapng_copier_free(struct pcapng_copier *copier)
{
	table_free(&copier->interfaces);
}
