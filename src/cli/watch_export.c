// SPDX-License-Identifier: GPL-2.0-or-later
/* `e` on the screen: the view as text, the report as JSON, the frames that prove faults as pcapng with comments. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/annotate.h"
#include "cli/watch.h"
#include "report/annotations.h"
#include "wire/pcapng_writer.h"

enum { VIEW_WIDTH = 160, NAME_SIZE = 256 };

struct exporting {
	struct watch *watch;
	const struct screen *screen;
	const struct model *model;
	const struct screen_order *order;
	struct output output;
};

/* As given, or "truemac-matrix-20261124-091500.txt", in the folder for exports. */
static void name_export(const struct exporting *exporting, const char *what, const char *ending, char *name)
{
	const char *folder = exporting->watch->options.export_folder;
	time_t seconds = (time_t)(wall_now() / NANOS_PER_SECOND);
	struct tm local = { .tm_year = 0 };
	char stamp[32];

	if (exporting->order->text[0] != '\0') {
		bool apart = exporting->order->text[0] == '/' || !folder;

		snprintf(name, NAME_SIZE, "%s%s%s", apart ? "" : folder, apart ? "" : "/", exporting->order->text);
		return;
	}
	localtime_r(&seconds, &local);
	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
	snprintf(name, NAME_SIZE, "%s%struemac-%s-%s%s", folder ? folder : "", folder ? "/" : "", what, stamp, ending);
}

static int deliver(void *context, const char *bytes, size_t length)
{
	struct exporting *exporting = context;

	return output_write(&exporting->output, bytes, length, NULL);
}

static int write_rest(struct exporting *exporting, struct text *text, int status, struct error *error)
{
	if (status == 0)
		status = output_write(&exporting->output, text_string(text), text->length, error);
	text_free(text);
	return status;
}

static int export_view(struct exporting *exporting, struct error *error)
{
	struct text text = { .take = deliver, .context = exporting };
	int status = screen_text(exporting->screen, exporting->order->view, exporting->model, VIEW_WIDTH, &text, error);

	return write_rest(exporting, &text, status, error);
}

static int export_report(struct exporting *exporting, struct error *error)
{
	const struct report_writer_options options = report_options_for_writer(&exporting->watch->report);
	struct text text = { .take = deliver, .context = exporting };
	int status = report_write(&report_format_json, exporting->model->report, &options, &text, error);

	return write_rest(exporting, &text, status, error);
}

/* --- evidence --- */

static int write_block(void *context, const void *bytes, size_t length, struct error *error)
{
	return output_write(context, bytes, length, error);
}

static bool is_wanted(const struct screen_order *order, uint32_t input, uint64_t number)
{
	for (uint32_t i = 0; i < order->frame_count; i++)
		if (order->frames[i].input == input && order->frames[i].number == number)
			return true;
	return order->frame_count == 0;
}

static const char *name_of_interface(const struct exporting *exporting, const struct frame *frame)
{
	const struct report *report = exporting->model->report;
	const struct station *station = &exporting->watch->station;

	if (exporting->watch->live && frame->interface < station->post_count)
		return station->posts[frame->interface].interface->name;
	return frame->input < report->input_count ? report->inputs[frame->input].name : NULL;
}

/* The annotations are in the order of the frames. Gives how many frames were written, or an error code. */
static int copy_cited(struct exporting *exporting, const struct annotations *annotations, struct pcapng_copier *copier,
		      struct error *error)
{
	const char *comments[ANNOTATE_MAX_COMMENTS + 1];
	int written = 0;

	for (size_t i = 0; i < annotations->count; i++) {
		const struct annotation *at = &annotations->list[i];
		struct frame frame;

		if (i > 0 && at[-1].input == at->input && at[-1].frame == at->frame)
			continue;
		if (!is_wanted(exporting->order, at->input, at->frame) ||
		    !packets_get(exporting->watch->packets, at->input, at->frame, &frame))
			continue;
		annotate_list_comments(annotations, at->input, at->frame, comments);
		if (pcapng_copier_add_frame(copier, &frame, name_of_interface(exporting, &frame), comments, error) < 0)
			return ERROR_SYSTEM;
		written++;
	}
	return written;
}

static int export_evidence(struct exporting *exporting, struct error *error)
{
	struct pcapng_writer writer = PCAPNG_WRITER_INIT;
	struct annotations annotations = ANNOTATIONS_INIT;
	struct pcapng_copier copier;
	int status = annotations_make(exporting->model->report, &annotations, error);

	pcapng_copier_init(&copier, &writer);
	if (status == 0)
		status = pcapng_writer_begin(&writer, write_block, &exporting->output, "truemac " TRUEMAC_VERSION, NULL,
					     text_string(&exporting->watch->set_up), error);
	if (status == 0)
		status = copy_cited(exporting, &annotations, &copier, error);
	if (status == 0)
		status =
		    error_set(error, ERROR_INPUT, NULL, "no frame proves a fault here, so there is nothing to write");
	pcapng_copier_free(&copier);
	pcapng_writer_free(&writer);
	annotations_free(&annotations);
	return status < 0 ? status : 0;
}

/* --- */

static const struct kind {
	enum order_kind order;
	const char *what, *ending; /* of the name; NULL: the view's */
	int (*write)(struct exporting *exporting, struct error *error);
} kinds[] = {
	{ ORDER_EXPORT_VIEW, NULL, ".txt", export_view },
	{ ORDER_EXPORT_REPORT, "report", ".json", export_report },
	{ ORDER_EXPORT_EVIDENCE, "evidence", ".pcapng", export_evidence },
};

static int export_as(struct exporting *exporting, const struct kind *kind, char *name, struct error *error)
{
	int status;

	name_export(exporting, kind->what ? kind->what : view_name(exporting->order->view), kind->ending, name);
	status = output_open(&exporting->output, name, error);
	if (status == 0)
		status = kind->write(exporting, error);
	if (status == 0)
		status = output_commit(&exporting->output, error);
	output_discard(&exporting->output);
	return status;
}

void watch_export(struct watch *watch, const struct screen *screen, const struct model *model,
		  const struct screen_order *order)
{
	struct exporting exporting = {
		.watch = watch, .screen = screen, .model = model, .order = order, .output = OUTPUT_INIT
	};
	struct error error = ERROR_INIT;
	char name[NAME_SIZE];
	size_t i = 0;

	while (kinds[i].order != order->kind)
		i++;
	if (!model->report)
		return;
	if (export_as(&exporting, &kinds[i], name, &error) < 0)
		watch_say(watch, SEVERITY_ERROR, "not written: %s%s%s", error.where, error.where[0] ? ": " : "",
			  error.message);
	else
		watch_say(watch, SEVERITY_INFO, "written to %s", name);
}
