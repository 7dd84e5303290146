// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/recorder.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/annotate.h"
#include "cli/message.h"
#include "report/annotations.h"
#include "wire/capture.h"

static const char application[] = "truemac " TRUEMAC_VERSION;

static int write_raw(void *context, const void *bytes, size_t length, struct error *error)
{
	struct recorder *recorder = context;
	int status = output_write(&recorder->raw, bytes, length, error);

	if (status == 0)
		recorder->length += length;
	return status;
}

static int begin(const struct recorder *recorder, struct pcapng_writer *writer, pcapng_sink sink, void *context,
		 struct error *error)
{
	int status = pcapng_writer_begin(writer, sink, context, application, NULL, recorder->comment, error);

	for (uint32_t i = 0; i < recorder->interface_count && status >= 0; i++)
		status = pcapng_writer_add_interface(writer, &recorder->interfaces[i], error);
	return status < 0 ? status : 0;
}

int recorder_open(struct recorder *recorder, const char *path, const struct pcapng_interface_description *interfaces,
		  uint32_t interface_count, const char *comment, struct error *error)
{
	int status = output_open(&recorder->raw, path, error);

	recorder->comment = comment;
	recorder->interfaces = interfaces;
	recorder->interface_count = interface_count;
	if (status == 0 && recorder->raw.temporary != NULL)
		status = output_open(&recorder->annotated, path, error);
	if (status == 0)
		status = begin(recorder, &recorder->writer, write_raw, recorder, error);
	return status;
}

static void note_failure(struct recorder *recorder)
{
	char message[sizeof recorder->why.message];

	recorder->broken = true;
	/* A reader that went away is nobody to tell. */
	if (recorder->why.message[0] == '\0')
		return;
	memcpy(message, recorder->why.message, sizeof message);
	error_set(&recorder->why, ERROR_SYSTEM, recorder->raw.path, "%.300s; it holds the first %llu frames", message,
		  (unsigned long long)recorder->frames);
	message_error(&recorder->why);
}

void recorder_add(struct recorder *recorder, const struct frame *frame)
{
	if (recorder->broken)
		return;
	if (pcapng_writer_add_frame(&recorder->writer, frame->interface, frame, NULL, &recorder->why) < 0)
		note_failure(recorder);
	else
		recorder->frames++;
}

/* Takes half a block away again. */
static int commit_raw(struct recorder *recorder, struct error *error)
{
	if (recorder->broken && recorder->raw.temporary != NULL &&
	    ftruncate(recorder->raw.descriptor, (off_t)recorder->length) < 0)
		return error_set(error, ERROR_SYSTEM, recorder->raw.path, "cannot be written: %s", strerror(errno));
	return output_commit(&recorder->raw, error);
}

/* A capture_read of what was written. */
static ssize_t read_raw(void *context, uint8_t *into, size_t room, struct error *error)
{
	struct recorder *recorder = context;
	ssize_t got = read(recorder->raw.descriptor, into, room);

	if (got < 0)
		return error_set(error, ERROR_SYSTEM, recorder->raw.path, "cannot be read again: %s", strerror(errno));
	return got;
}

static int write_annotated(void *context, const void *bytes, size_t length, struct error *error)
{
	struct recorder *recorder = context;

	return output_write(&recorder->annotated, bytes, length, error);
}

static int copy_frames(struct capture *capture, const struct annotations *annotations, uint64_t before,
		       struct pcapng_writer *writer, struct error *error)
{
	const char *comments[ANNOTATE_MAX_COMMENTS + 1];
	struct frame frame;
	int status = 0, more;

	while (status == 0 && (more = capture_next(capture, &frame, error)) != 0) {
		if (more < 0)
			return more;
		annotate_list_comments(annotations, 0, before + frame.number, comments);
		status = pcapng_writer_add_frame(writer, frame.interface, &frame, comments, error);
	}
	return status;
}

static int add_statistics(const struct recorder *recorder, struct pcapng_writer *writer,
			  const struct pcapng_statistics *statistics, struct error *error)
{
	int status = 0;

	for (uint32_t i = 0; i < recorder->interface_count && status == 0; i++)
		status = pcapng_writer_add_statistics(writer, i, &statistics[i], error);
	return status;
}

static int copy_with_comments(struct recorder *recorder, const struct annotations *annotations,
			      const struct pcapng_statistics *statistics, struct error *error)
{
	struct pcapng_writer writer = PCAPNG_WRITER_INIT;
	struct capture *capture = NULL;
	int status = 0;

	if (lseek(recorder->raw.descriptor, 0, SEEK_SET) < 0)
		return error_set(error, ERROR_SYSTEM, recorder->raw.path, "cannot be read again: %s", strerror(errno));
	status = capture_open(&capture, read_raw, recorder, recorder->raw.path, 0, error);
	if (status == 0)
		status = begin(recorder, &writer, write_annotated, recorder, error);
	if (status == 0)
		status = copy_frames(capture, annotations, recorder->before, &writer, error);
	if (status == 0)
		status = add_statistics(recorder, &writer, statistics, error);
	capture_close(capture);
	pcapng_writer_free(&writer);
	return status;
}

static int annotate(struct recorder *recorder, const struct report *report, const struct pcapng_statistics *statistics,
		    struct error *error)
{
	struct annotations annotations = ANNOTATIONS_INIT;
	int status = annotations_make(report, &annotations, error);

	if (status == 0)
		status = copy_with_comments(recorder, &annotations, statistics, error);
	if (status == 0)
		status = output_commit(&recorder->annotated, error);
	annotations_free(&annotations);
	return status;
}

/* The frames are worth more than the comments. */
static int finish_without(struct recorder *recorder, struct error *error)
{
	struct error worse = ERROR_INIT;
	char message[sizeof error->message];

	memcpy(message, error->message, sizeof message);
	output_discard(&recorder->annotated);
	if (commit_raw(recorder, &worse) < 0) {
		*error = worse;
		return worse.code;
	}
	return error_set(error, ERROR_SYSTEM, recorder->raw.path, "%.300s; it holds all frames, without comments",
			 message);
}

/* What was told already fails with an empty message. */
static int finish_broken(struct recorder *recorder, struct error *error)
{
	int status = commit_raw(recorder, error);

	return status < 0 ? status : error_set(error, ERROR_SYSTEM, NULL, "%s", "");
}

int recorder_finish(struct recorder *recorder, const struct report *report, const struct pcapng_statistics *statistics,
		    struct error *error)
{
	int status;

	if (!recorder->broken && add_statistics(recorder, &recorder->writer, statistics, &recorder->why) < 0)
		note_failure(recorder);
	if (recorder->broken)
		return finish_broken(recorder, error);
	if (recorder->raw.temporary == NULL)
		return commit_raw(recorder, error);
	status = annotate(recorder, report, statistics, error);
	return status < 0 ? finish_without(recorder, error) : 0;
}

void recorder_discard(struct recorder *recorder)
{
	output_discard(&recorder->raw);
	output_discard(&recorder->annotated);
	pcapng_writer_free(&recorder->writer);
}
