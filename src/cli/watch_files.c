// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watching files: one after the other is read once, in slices between which
 * the screen lives. Frames are found again by an index. A packed capture, and
 * one that comes through a pipe, is unpacked into a file without a name while
 * it is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "cli/kept.h"
#include "cli/message.h"
#include "cli/watch.h"
#include "net/source.h"

enum { FRAMES_AT_ONCE = 512 }; /* between two looks at the clock */

/* Unpacked bytes that are kept: the frames behind them are analysed, and cannot be shown. */
static const uint64_t spool_most = UINT64_C(8) << 30;

struct watched_file {
	const char *path;
	struct source *source;   /* NULL where it could not be opened */
	struct capture *capture; /* begun, and not yet read to its end */
	int spool;               /* -1: none, or no more room */
	uint64_t spooled;
	struct capture_index *index;
	bool begun; /* it is an input */
};

struct watch_files {
	struct watched_file files[PACKETS_MAX_FILES];
	uint32_t count, at; /* the one that is read; `count` when all are */
	int input;          /* its number, -1 while it has none */
	uint64_t frames;    /* of those before */
	uint64_t bytes;     /* on the disk, of those before */
	nanos last;         /* latest time of a frame */
	bool failed, any;   /* some could not be read; some could */
};

/* --- opening --- */

/* A place for unpacked bytes that vanishes with the program. -1 where there is none: the frames are then not shown. */
static int open_spool(void)
{
	const char *folder = getenv("TMPDIR");
	int descriptor = open(folder && folder[0] ? folder : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return descriptor >= 0 ? descriptor : open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

/* Only who looks at packets wants frames again. */
static bool wants_frames(const struct watch_options *options)
{
	return !options->headless && (!options->once || options->view == VIEW_PACKETS);
}

static int open_file(const struct watch *watch, struct watched_file *file, const char *path, struct error *error)
{
	*file = (struct watched_file){ .path = path, .spool = -1 };
	if (source_open(&file->source, path, &interrupt_seen, error) < 0)
		return ERROR_INPUT;
	if (wants_frames(&watch->options))
		file->spool = open_spool();
	return capture_index_new(&file->index, error);
}

static void name_files(struct watch *watch)
{
	if (watch->files->count == 1)
		text_add(&watch->name, watch->files->files[0].path);
	else
		text_printf(&watch->name, "%u captures", (unsigned)watch->files->count);
}

int watch_files_open(struct watch *watch, const struct operands *operands, struct error *error)
{
	struct watch_files *files = calloc(1, sizeof *files);

	watch->files = files;
	if (!files)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to watch");
	files->input = -1;
	if (operands->count > PACKETS_MAX_FILES)
		return error_set(error, ERROR_USAGE, NULL, "%d captures are too many; at most %d at once",
				 operands->count, PACKETS_MAX_FILES);
	for (int i = 0; i < operands->count; i++) {
		struct error why = ERROR_INIT;

		if (strcmp(operands->names[i], "-") == 0 && !watch->options.once && !watch->options.headless)
			return error_set(error, ERROR_USAGE, NULL,
					 "standard input is where the keys come from; save the capture to a file, or "
					 "use --once or --headless");
		if (open_file(watch, &files->files[files->count], operands->names[i], &why) < 0) {
			message_error(&why);
			files->failed = true;
		}
		files->count++;
	}
	name_files(watch);
	return packets_new_files(&watch->packets, error);
}

void watch_files_close(struct watch *watch)
{
	struct watch_files *files = watch->files;

	if (!files)
		return;
	for (uint32_t i = 0; i < files->count; i++) {
		capture_close(files->files[i].capture);
		source_close(files->files[i].source);
		capture_index_free(files->files[i].index);
		if (files->files[i].spool >= 0)
			close(files->files[i].spool);
	}
	free(files);
	watch->files = NULL;
}

/* --- reading --- */

static void stop_spooling(struct watched_file *file)
{
	/* What is there stays readable. */
	file->spooled = UINT64_MAX;
}

/* A capture_read that keeps what cannot be read twice. */
static ssize_t read_and_keep(void *context, uint8_t *into, size_t room, struct error *error)
{
	struct watched_file *file = context;
	ssize_t got = source_read(file->source, into, room, error), kept = 0;

	if (got <= 0 || file->spool < 0 || file->spooled == UINT64_MAX || source_descriptor(file->source) >= 0)
		return got;
	if (file->spooled + (uint64_t)got > spool_most) {
		stop_spooling(file);
		return got;
	}
	while (kept < got) {
		ssize_t count = pwrite(file->spool, into + kept, (size_t)(got - kept), (off_t)file->spooled);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0) {
			stop_spooling(file);
			return got;
		}
		kept += count;
		file->spooled += (uint64_t)count;
	}
	return got;
}

static int descriptor_of(const struct watched_file *file)
{
	int plain = source_descriptor(file->source);

	return plain >= 0 ? plain : file->spool;
}

/* The file cannot be read at all. */
static void refuse_file(struct watch *watch, struct watched_file *file, const struct error *error)
{
	message_error(error);
	capture_close(file->capture);
	source_close(file->source);
	file->capture = NULL;
	file->source = NULL;
	watch->files->failed = true;
}

/* What options leave open of the set-up may stand in the captures. */
int watch_files_begin(struct watch *watch, struct error *error)
{
	struct watch_files *files = watch->files;
	int status = 0;

	for (uint32_t i = 0; i < files->count && status == 0; i++) {
		struct watched_file *file = &files->files[i];
		struct error why = ERROR_INIT;

		if (!file->source)
			continue;
		if (capture_open(&file->capture, read_and_keep, file, source_name(file->source), 0, &why) < 0)
			refuse_file(watch, file, &why);
		else
			status = kept_read(file->path, capture_comment(file->capture), &watch->topology, error);
	}
	topology_options_apply_method(&watch->topology_options, &watch->topology);
	return status;
}

/* Gives it a number. */
static int begin_file(struct watch *watch, struct watched_file *file, struct error *error)
{
	struct watch_files *files = watch->files;
	int number = verdicts_add_input(watch->verdicts, file->path, error);

	if (number < 0)
		return number;
	files->input = number;
	file->begun = true;
	capture_set_input(file->capture, (uint32_t)number);
	return packets_add_file(watch->packets, source_name(file->source), descriptor_of(file), file->index, error);
}

static void end_file(struct watch *watch)
{
	struct watch_files *files = watch->files;
	struct watched_file *file = &files->files[files->at];

	if (file->capture && file->begun) {
		const struct capture_info *info = capture_info(file->capture);

		verdicts_end_input(watch->verdicts, (uint32_t)files->input, info);
		files->frames += info->frames;
		files->any = true;
	}
	if (file->source)
		files->bytes += source_progress(file->source).consumed;
	capture_close(file->capture);
	file->capture = NULL;
	files->at++;
	watch->changed = true;
}

/* 1: there is more. 0: the end. */
static int read_frames(struct watch *watch, struct error *error)
{
	struct watch_files *files = watch->files;
	struct watched_file *file = &files->files[files->at];
	struct frame frame;
	int status = 1;

	for (int i = 0; i < FRAMES_AT_ONCE && status > 0; i++) {
		capture_index_note(file->index, file->capture);
		status = capture_next(file->capture, &frame, error);
		if (status <= 0)
			break;
		verdicts_eat(watch->verdicts, &frame);
		if (frame.time > files->last)
			files->last = frame.time;
	}
	packets_set_frames(watch->packets, capture_info(file->capture)->frames);
	watch->changed = true;
	return status;
}

void watch_files_stop(struct watch *watch)
{
	struct watch_files *files = watch->files;
	const struct watched_file *file = &files->files[files->at];
	struct text reason = TEXT_INIT;

	if (files->at == files->count)
		return;
	text_printf(&reason, "%s was read up to frame %llu only", file->path,
		    (unsigned long long)(file->capture ? capture_info(file->capture)->frames : 0));
	verdicts_add_gap(watch->verdicts, files->input, text_string(&reason), 1);
	text_free(&reason);
	end_file(watch);
	if (files->at < files->count)
		verdicts_add_gap(watch->verdicts, -1, "captures that were not read", files->count - files->at);
	files->at = files->count;
}

static void read_slice(struct watch *watch)
{
	struct watch_files *files = watch->files;
	struct watched_file *file = &files->files[files->at];
	struct error error = ERROR_INIT;
	int status = 0;

	if (file->capture && !file->begun && begin_file(watch, file, &error) < 0)
		refuse_file(watch, file, &error);
	if (!file->capture) {
		files->at++;
		return;
	}
	status = read_frames(watch, &error);
	if (status > 0 || (status == 0 && interrupt_seen))
		return;
	if (status < 0)
		message_error(&error);
	end_file(watch);
}

int watch_files_read(struct watch *watch, nanos most, struct error *error)
{
	struct watch_files *files = watch->files;
	nanos end = monotonic_now() + most;

	while (files->at < files->count && !interrupt_seen && monotonic_now() < end)
		read_slice(watch);
	if (files->at < files->count)
		return 1;
	/* Why was told. */
	return files->any ? 0 : error_set(error, ERROR_INPUT, NULL, "%s", "");
}

nanos watch_files_now(const struct watch *watch)
{
	return watch->files->last;
}

bool watch_files_failed(const struct watch *watch)
{
	return watch->files && watch->files->failed;
}

void watch_files_fill_model(const struct watch *watch, struct model_source *source)
{
	const struct watch_files *files = watch->files;

	source->reading = files->at < files->count;
	source->frames = files->frames;
	if (source->reading && files->files[files->at].capture)
		source->frames += capture_info(files->files[files->at].capture)->frames;
	source->bytes_read = files->bytes;
	if (source->reading && files->files[files->at].source)
		source->bytes_read += source_progress(files->files[files->at].source).consumed;
	for (uint32_t i = 0; i < files->count; i++)
		source->bytes_total += files->files[i].source ? source_progress(files->files[i].source).size : 0;
}
