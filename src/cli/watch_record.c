// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/watch_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"

/* "/tmp/run.pcapng" becomes "/tmp/run-00001.pcapng". */
static char *name_file(const struct recording *recording)
{
	const char *path = recording->options.path, *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	char *name = NULL;

	if (!recording_rotates(&recording->options))
		return strdup(path);
	if (!dot || dot == path || dot == slash + 1)
		dot = path + strlen(path);
	if (asprintf(&name, "%.*s-%05u%s", (int)(dot - path), path, recording->number, dot) < 0)
		return NULL;
	return name;
}

static int open_next(struct recording *recording, struct error *error)
{
	uint64_t before = recording->recorder.before + recording->recorder.frames;
	int status;

	recording->number++;
	free(recording->path);
	recording->path = name_file(recording);
	if (!recording->path)
		return error_set(error, ERROR_MEMORY, recording->options.path, "no memory to write it");
	recording->recorder = (struct recorder)RECORDER_INIT;
	status = recorder_open(&recording->recorder, recording->path, recording->interfaces,
			       recording->station->post_count, recording->options.comment, error);
	recording->recorder.before = before;
	recording->begun = 0;
	recording->open = status == 0;
	return status;
}

int recording_open(struct recording *recording, const struct record_options *options, struct station *station,
		   struct error *error)
{
	recording->options = *options;
	recording->station = station;
	if (!options->path)
		return 0;
	if (options->files > 0)
		recording->kept = calloc(options->files, sizeof *recording->kept);
	if (options->files > 0 && !recording->kept)
		return error_set(error, ERROR_MEMORY, options->path, "no memory to write it");
	for (uint32_t i = 0; i < station->post_count; i++)
		recording->interfaces[i] =
		    (struct pcapng_interface_description){ .name = station->posts[i].interface->name,
							   .link_type = live_link_type(station->posts[i].live) };
	return open_next(recording, error);
}

static int finish_file(struct recording *recording, const struct report *report, struct error *error)
{
	const struct report nothing = REPORT_INIT;
	struct pcapng_statistics statistics[STATION_MAX_POSTS];
	int status;

	for (uint32_t i = 0; i < recording->station->post_count; i++) {
		struct live *live = recording->station->posts[i].live;
		const struct capture_info *info = live_info(live);
		struct live_losses losses = live_losses(live);

		statistics[i] = (struct pcapng_statistics){ .time = info->last,
							    .received = info->frames,
							    .dropped_by_interface = losses.interface,
							    .dropped_by_system = losses.kernel };
	}
	status = recorder_finish(&recording->recorder, report ? report : &nothing, statistics, error);
	recorder_discard(&recording->recorder);
	recording->open = false;
	return status;
}

/* The newest one takes the oldest one's place. */
static void keep_file(struct recording *recording)
{
	char **place;

	if (recording->options.files == 0)
		return;
	place = &recording->kept[recording->number % recording->options.files];
	if (*place && unlink(*place) == 0)
		recording->removed++;
	free(*place);
	*place = recording->path;
	recording->path = NULL;
}

static bool is_full(const struct recording *recording, const struct frame *frame)
{
	const struct record_options *options = &recording->options;

	return (options->size > 0 && recording->recorder.length >= options->size) ||
	       (options->time > 0 && recording->begun > 0 && frame->time - recording->begun >= options->time);
}

static void rotate(struct recording *recording, const struct report *report)
{
	struct error error = ERROR_INIT;
	int status = finish_file(recording, report, &error);

	if (status == 0) {
		keep_file(recording);
		status = open_next(recording, &error);
	}
	if (status < 0) {
		recording->failed = true;
		recording->open = false;
		message_error(&error);
	}
}

void recording_add(struct recording *recording, const struct frame *frame, const struct report *report)
{
	if (!recording->open)
		return;
	if (recording->recorder.frames > 0 && is_full(recording, frame))
		rotate(recording, report);
	if (!recording->open)
		return;
	if (recording->begun == 0)
		recording->begun = frame->time;
	recorder_add(&recording->recorder, frame);
}

int recording_finish(struct recording *recording, const struct report *report, struct error *error)
{
	int status = 0;

	if (recording->open)
		status = finish_file(recording, report, error);
	if (status == 0 && recording->failed)
		status = error_set(error, ERROR_SYSTEM, NULL, "%s", "");
	return status;
}

void recording_discard(struct recording *recording)
{
	recorder_discard(&recording->recorder);
	for (uint32_t i = 0; recording->kept && i < recording->options.files; i++)
		free(recording->kept[i]);
	free(recording->kept);
	free(recording->path);
	*recording = (struct recording)RECORDING_INIT;
}
