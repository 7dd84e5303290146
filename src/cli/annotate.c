// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/annotate.h"

#include <string.h>
#include <sys/stat.h>

#include "net/source.h"
#include "wire/capture.h"
#include "wire/pcapng_writer.h"

int annotate_check(const char *path, struct error *error)
{
	struct stat status;
	bool pipe = strcmp(path, "-") == 0 || (stat(path, &status) == 0 && S_ISFIFO(status.st_mode));

	if (!pipe)
		return 0;
	return error_set(error, ERROR_USAGE, NULL,
			 "--write reads its captures twice, which a pipe does not allow; save '%.100s' to a file first",
			 path);
}

static int write_block(void *context, const void *bytes, size_t length, struct error *error)
{
	return output_write(context, bytes, length, error);
}

void annotate_list_comments(const struct annotations *annotations, uint32_t input, uint64_t frame,
			    const char *comments[static ANNOTATE_MAX_COMMENTS + 1])
{
	const struct annotation *end = annotations->list + annotations->count;
	const struct annotation *at = annotations_find(annotations, input, frame);
	int count = 0;

	for (; at && at < end && at->input == input && at->frame == frame; at++)
		if (count < ANNOTATE_MAX_COMMENTS)
			comments[count++] = at->comment;
	comments[count] = NULL;
}

/* Copies what is cited of one capture. Where it is damaged was told in the first reading. */
static int copy_frames(const struct annotations *annotations, uint32_t number, struct capture *capture,
		       struct pcapng_copier *copier, const char *name, struct error *error)
{
	const struct annotation *next = annotations_find(annotations, number, 1);
	const char *comments[ANNOTATE_MAX_COMMENTS + 1];
	struct frame frame;
	int status = 0;

	while (status == 0 && next != NULL && capture_next(capture, &frame, NULL) > 0) {
		if (frame.number != next->frame)
			continue;
		annotate_list_comments(annotations, number, frame.number, comments);
		status = pcapng_copier_add_frame(copier, &frame, name, comments, error);
		next = annotations_find(annotations, number, frame.number + 1);
	}
	return status;
}

static int copy_input(const struct annotations *annotations, const struct feed *feed, struct pcapng_copier *copier,
		      struct error *error)
{
	const char *name = source_name(feed->again);
	struct capture *capture;
	int status;

	if (annotations_find(annotations, (uint32_t)feed->number, 1) == NULL)
		return 0;
	status = capture_open(&capture, source_read, feed->again, name, (uint32_t)feed->number, error);
	if (status == 0)
		status = copy_frames(annotations, (uint32_t)feed->number, capture, copier, name, error);
	capture_close(capture);
	return status;
}

/* Readers such as tcpdump refuse a file without any interface. */
static int add_empty_interface(struct pcapng_writer *writer, struct error *error)
{
	static const struct pcapng_interface_description none = { .link_type = LINK_ETHERNET,
								  .comment = "no frame proves a fault" };
	int status = pcapng_writer_add_interface(writer, &none, error);

	return status < 0 ? status : 0;
}

static int copy_all(const struct annotations *annotations, const struct feed *feeds, int feed_count,
		    struct output *output, struct error *error)
{
	struct pcapng_writer writer = PCAPNG_WRITER_INIT;
	struct pcapng_copier copier;
	int status = pcapng_writer_begin(&writer, write_block, output, "truemac " TRUEMAC_VERSION, NULL, NULL, error);

	pcapng_copier_init(&copier, &writer);
	for (int i = 0; i < feed_count && status == 0; i++)
		if (feeds[i].again != NULL && feeds[i].number >= 0)
			status = copy_input(annotations, &feeds[i], &copier, error);
	if (status == 0 && writer.interface_count == 0)
		status = add_empty_interface(&writer, error);
	pcapng_copier_free(&copier);
	pcapng_writer_free(&writer);
	return status;
}

int annotate_write(const struct report *report, const struct feed *feeds, int feed_count, struct output *output,
		   struct error *error)
{
	struct annotations annotations = ANNOTATIONS_INIT;
	int status = annotations_make(report, &annotations, error);

	if (status == 0)
		status = copy_all(&annotations, feeds, feed_count, output, error);
	if (status == 0)
		status = output_commit(output, error);
	annotations_free(&annotations);
	return status;
}
