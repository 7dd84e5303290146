// SPDX-License-Identifier: GPL-2.0-or-later
#include "test/unit/screen_model.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/registry.h"
#include "test/unit/sample_report.h"

enum { WORDS = 24 };

struct line {
	struct screen_model *made;
	char *words[WORDS]; /* NULL behind the last */
	char rest[256];     /* behind the second word, as it stands */
	const char *place;
};

static const char *keep(struct screen_model *made, const char *string)
{
	assert_true(made->string_count < sizeof made->strings / sizeof *made->strings);
	made->strings[made->string_count] = strdup(string);
	return made->strings[made->string_count++];
}

static void refuse(const struct line *line, const char *what)
{
	fail_msg("%s: %s: %s", line->place, line->words[0], what);
}

static const char *word(const struct line *line, int index)
{
	if (line->words[index] == NULL)
		refuse(line, "a word is missing");
	return line->words[index];
}

static uint64_t number(const struct line *line, int index)
{
	return strtoull(word(line, index), NULL, 0);
}

static struct ip address(const struct line *line, int index)
{
	struct ip ip = { .family = 0 };

	if (!ip_parse(word(line, index), &ip))
		refuse(line, "that is no address");
	return ip;
}

/* --- the set-up and the captures --- */

static void read_vip(struct line *line)
{
	enum method method = METHOD_UNKNOWN;

	method_parse(word(line, 2), &method);
	assert_true(topology_parse_vip(&line->made->topology, "vip", word(line, 1), method, NULL) >= 0);
}

static void read_host(struct line *line)
{
	struct ip ip;
	struct mac mac;
	bool has_mac;

	assert_true(topology_parse_host("host", word(line, 1), &ip, &mac, &has_mac, NULL) >= 0);
	if (strcmp(line->words[0], "rs") == 0)
		topology_add_real_server(&line->made->topology, &ip, has_mac ? &mac : NULL, ORIGIN_CONFIGURED, NULL);
	else
		topology_add_director(&line->made->topology, &ip, has_mac ? &mac : NULL, ORIGIN_CONFIGURED, NULL);
}

static ssize_t read_file(void *context, uint8_t *into, size_t room, struct error *error)
{
	(void)error;
	return (ssize_t)fread(into, 1, room, context);
}

static void keep_frame(struct screen_model *made, const struct frame *frame)
{
	uint8_t *bytes = malloc(frame->captured + 1);

	made->frames = realloc(made->frames, (made->frame_count + 1) * sizeof *made->frames);
	assert_non_null(made->frames);
	assert_non_null(bytes);
	memcpy(bytes, frame->bytes, frame->captured);
	made->frames[made->frame_count] = *frame;
	made->frames[made->frame_count++].bytes = bytes;
}

static void read_capture(struct line *line)
{
	struct screen_model *made = line->made;
	const struct engine_options options = { .rules = rules_all, .topology = &made->topology, .seed = 1 };
	struct error error = ERROR_INIT;
	struct capture *capture;
	struct frame frame;
	FILE *file = fopen(word(line, 1), "re");
	const char *name = strrchr(line->words[1], '/');
	int input;

	if (file == NULL)
		refuse(line, "the capture cannot be read");
	if (made->engine == NULL)
		assert_int_equal(engine_new(&made->engine, &options, &error), 0);
	input = engine_add_input(made->engine, name != NULL ? name + 1 : line->words[1], &error);
	assert_true(input >= 0);
	assert_int_equal(capture_open(&capture, read_file, file, line->words[1], (uint32_t)input, &error), 0);
	while (capture_next(capture, &frame, &error) > 0) {
		engine_eat(made->engine, &frame);
		keep_frame(made, &frame);
	}
	engine_set_input_info(made->engine, (uint32_t)input, capture_info(capture));
	made->model.now = capture_info(capture)->last;
	made->model.source.frames += capture_info(capture)->frames;
	if (made->model.source.name == NULL)
		made->model.source.name = keep(made, name != NULL ? name + 1 : line->words[1]);
	capture_close(capture);
	fclose(file);
}

static void read_report(struct line *line)
{
	if (strcmp(word(line, 1), "sample") == 0)
		sample_report_make(&line->made->report);
	line->made->model.report = strcmp(line->words[1], "none") == 0 ? NULL : &line->made->report;
}

static void read_many(struct line *line)
{
	struct report *report = &line->made->report;
	uint32_t count = (uint32_t)number(line, 2);

	if (strcmp(word(line, 1), "hosts") == 0)
		screen_model_add_hosts(report, count);
	else if (strcmp(line->words[1], "faults") == 0)
		screen_model_add_faults(report, count);
	else
		screen_model_add_rows(report, count, (uint32_t)number(line, 3));
}

/* --- what stands beside the frames --- */

static void read_source(struct line *line)
{
	struct model_source *source = &line->made->model.source;

	source->name = keep(line->made, word(line, 1));
	for (int i = 2; line->words[i] != NULL; i += 2) {
		const char *key = line->words[i];

		if (strcmp(key, "live") == 0)
			source->live = number(line, i + 1) != 0;
		else if (strcmp(key, "down") == 0)
			source->link_down = number(line, i + 1) != 0;
		else if (strcmp(key, "elapsed") == 0)
			source->elapsed = (nanos)number(line, i + 1) * NANOS_PER_SECOND;
		else if (strcmp(key, "rate") == 0)
			source->rate = (uint32_t)number(line, i + 1);
		else if (strcmp(key, "kernel") == 0)
			source->kernel_dropped = number(line, i + 1);
		else if (strcmp(key, "interface") == 0)
			source->interface_dropped = number(line, i + 1);
		else if (strcmp(key, "ring") == 0)
			source->ring_percent = (uint32_t)number(line, i + 1);
		else if (strcmp(key, "reading") == 0) {
			source->reading = true;
			source->bytes_read = number(line, i + 1);
			source->bytes_total = 100;
		} else
			refuse(line, key);
	}
}

static void read_probe(struct line *line)
{
	struct model_probe *probe = &line->made->model.probe;

	for (int i = 1; line->words[i] != NULL; i++) {
		const char *key = line->words[i];

		if (strcmp(key, "possible") == 0) {
			probe->possible = true;
		} else if (strcmp(key, "running") == 0) {
			probe->task = TASK_RUNNING;
			probe->done = (uint32_t)number(line, ++i);
			probe->total = (uint32_t)number(line, ++i);
		} else if (strcmp(key, "rounds") == 0) {
			probe->rounds = (uint32_t)number(line, ++i);
		} else if (strcmp(key, "next") == 0) {
			probe->next = (nanos)number(line, ++i) * NANOS_PER_SECOND;
		} else
			refuse(line, key);
	}
}

static struct model_node *node_of(struct line *line, const struct ip *ip)
{
	struct model *model = &line->made->model;

	for (uint32_t i = 0; i < model->node_count; i++)
		if (ip_equal(&line->made->nodes[i].ip, ip))
			return &line->made->nodes[i];
	assert_true(model->node_count < SCREEN_MOST_NODES);
	line->made->nodes[model->node_count] = (struct model_node){ .ip = *ip, .weight = -1 };
	return &line->made->nodes[model->node_count++];
}

static void read_node(struct line *line)
{
	struct ip ip = address(line, 1);
	struct model_node *node = node_of(line, &ip);

	for (int i = 2; line->words[i] != NULL; i += 2) {
		if (strcmp(line->words[i], "name") == 0)
			node->name = keep(line->made, word(line, i + 1));
		else if (strcmp(line->words[i], "settings") == 0)
			node->arp_settings = keep(line->made, word(line, i + 1));
		else if (strcmp(line->words[i], "weight") == 0)
			node->weight = (int32_t)number(line, i + 1);
		else
			refuse(line, line->words[i]);
	}
}

static void read_fact(struct line *line)
{
	struct ip ip = address(line, 1);
	struct model_node *node = node_of(line, &ip);
	struct report_fact *facts = line->made->facts[node - line->made->nodes];
	char *value = strchr(line->rest, ' ');

	assert_true(node->fact_count < 4 && value != NULL);
	facts[node->fact_count++] =
	    (struct report_fact){ (char *)keep(line->made, word(line, 2)), (char *)keep(line->made, value + 1) };
	node->facts = facts;
}

static enum model_task task_of(const char *state, bool *paused)
{
	*paused = strcmp(state, "paused") == 0;
	if (strcmp(state, "done") == 0)
		return TASK_DONE;
	return *paused || strcmp(state, "running") == 0 ? TASK_RUNNING : TASK_IDLE;
}

static void read_replay(struct line *line)
{
	struct model_replay *replay = &line->made->model.replay;

	replay->possible = true;
	replay->name = keep(line->made, word(line, 1));
	replay->done = number(line, 2);
	replay->total = number(line, 3);
	replay->task = task_of(word(line, 4), &replay->paused);
}

static void read_server(struct line *line)
{
	struct model_replay *replay = &line->made->model.replay;
	struct model_replay_server *server = &line->made->servers[replay->server_count++];

	assert_true(replay->server_count <= SCREEN_MOST_SERVERS);
	replay->servers = line->made->servers;
	*server = (struct model_replay_server){ .ip = address(line, 1) };
	server->task = task_of(word(line, 2), &server->paused);
	server->planned = number(line, 3);
	server->sent = number(line, 4);
	server->answered = number(line, 5);
	server->same = number(line, 6);
	server->differing = number(line, 7);
	server->lost = number(line, 8);
	server->has_latency = server->answered > 0;
	server->median = (nanos)number(line, 9) * NANOS_PER_MICRO;
	server->p90 = 2 * server->median;
	server->p99 = 5 * server->median;
	server->slowest = 9 * server->median;
}

static void read_log(struct line *line)
{
	struct model *model = &line->made->model;
	struct model_line *made = &line->made->lines[model->log_count];

	assert_true(model->log_count < SCREEN_MOST_LINES);
	if (!severity_parse(word(line, 1), &made->severity))
		refuse(line, "that is no severity");
	made->time = INT64_C(1795382332) * NANOS_PER_SECOND + model->log_count * NANOS_PER_SECOND;
	made->text = keep(line->made, line->rest);
	model->log_count++;
}

static void read_message(struct line *line)
{
	struct text text = TEXT_INIT;

	text_printf(&text, "%s %s", word(line, 1), line->rest);
	line->made->model.message = keep(line->made, text_string(&text));
	line->made->model.message_is_error = strcmp(line->words[0], "error") == 0;
	text_free(&text);
}

static void read_past(struct line *line)
{
	struct screen_model *made = line->made;
	struct report *report = &made->report;
	uint32_t index = made->model.past_count++;

	if (report->fault_count == 0)
		refuse(line, "there is no fault left");
	made->past_faults[index] = report->faults[--report->fault_count];
	made->past[index] = (struct model_past){ &made->past_faults[index],
						 made->model.now - (nanos)number(line, 1) * NANOS_PER_SECOND };
}

/* The report before: the same but for one check of a row. */
static void read_previous(struct line *line)
{
	struct screen_model *made = line->made;
	struct error error = ERROR_INIT;

	assert_int_equal(engine_report(made->engine, "watch", &made->previous, &error), 0);
	made->model.previous = &made->previous;
	for (int check = 0; check < CHECK_COUNT; check++)
		for (int value = 0; value <= CHECK_NOT_APPLICABLE; value++)
			if (strcmp(check_name((enum check)check), word(line, 2)) == 0 &&
			    strcmp(check_value_name((enum check_value)value), word(line, 3)) == 0)
				made->previous.rows[number(line, 1)].cells[check].value = (enum check_value)value;
}

/* --- what is to be drawn --- */

static void read_draw(struct line *line)
{
	enum view view = view_find(word(line, 1));

	if (view == VIEW_COUNT)
		refuse(line, "there is no such view");
	line->made->views[view] = true;
}

static int stroke_named(const char *name)
{
	char buffer[STROKE_NAME_SIZE];
	int row, column;

	if (sscanf(name, "@%d,%d", &row, &column) == 2)
		return stroke_click(row, column);

	for (size_t i = 0; i < key_binding_count; i++)
		if (strcmp(stroke_name(key_bindings[i].stroke, buffer), name) == 0)
			return key_bindings[i].stroke;
	return (unsigned char)name[0];
}

static void read_keys(struct line *line)
{
	struct screen_keys *keys = &line->made->keys[line->made->keys_count++];

	snprintf(keys->name, sizeof keys->name, "%s", word(line, 1));
	for (int i = 2; line->words[i] != NULL; i++) {
		const char *name = line->words[i];

		if (name[0] == '=' && name[1] != '\0')
			while (*++name != '\0') {
				keys->quiet[keys->count] = name[1] != '\0';
				keys->strokes[keys->count++] = *name;
			}
		else
			keys->strokes[keys->count++] = stroke_named(name);
	}
}

static void read_evicted(struct line *line)
{
	line->made->model.evicted = number(line, 1);
}

static void split(struct line *line, char *text)
{
	char *save = NULL;
	const char *rest = text + strcspn(text, " ");

	rest += strspn(rest, " ");
	rest += strcspn(rest, " ");
	snprintf(line->rest, sizeof line->rest, "%s", rest + strspn(rest, " "));
	for (int i = 0; i < WORDS; i++) {
		line->words[i] = i < WORDS - 1 ? strtok_r(i == 0 ? text : NULL, " ", &save) : NULL;
		if (line->words[i] == NULL)
			return;
	}
}

/* "\x1b" and the like in the file, for names that nobody should be able to type. */
static void unescape(char *text)
{
	char *into = text;

	for (; *text != '\0'; text++) {
		unsigned value;

		if (sscanf(text, "\\x%2x", &value) == 1) {
			*into++ = (char)value;
			text += 3;
		} else {
			*into++ = *text;
		}
	}
	*into = '\0';
}

static void read_line(struct line *line)
{
	static const struct {
		const char *name;
		void (*read)(struct line *line);
	} readers[] = {
		{ "vip", read_vip },         { "rs", read_host },           { "director", read_host },
		{ "capture", read_capture }, { "report", read_report },     { "many", read_many },
		{ "source", read_source },   { "probe", read_probe },       { "node", read_node },
		{ "fact", read_fact },       { "replay", read_replay },     { "server", read_server },
		{ "log", read_log },         { "message", read_message },   { "error", read_message },
		{ "past", read_past },       { "previous", read_previous }, { "draw", read_draw },
		{ "keys", read_keys },       { "evicted", read_evicted },
	};

	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
		if (strcmp(readers[i].name, line->words[0]) == 0) {
			readers[i].read(line);
			return;
		}
	refuse(line, "not known");
}

static void make_report(struct screen_model *made)
{
	struct error error = ERROR_INIT;

	if (made->engine == NULL || made->model.report != NULL)
		return;
	assert_int_equal(engine_report(made->engine, "watch", &made->report, &error), 0);
	made->model.report = &made->report;
}

static bool get_frame(void *context, uint64_t position, struct frame *frame)
{
	const struct screen_model *made = context;

	*frame = made->frames[position];
	return true;
}

static bool find_frame(void *context, uint32_t input, uint64_t frame_number, uint64_t *position)
{
	const struct screen_model *made = context;

	for (*position = 0; *position < made->frame_count; (*position)++)
		if (made->frames[*position].input == input && made->frames[*position].number == frame_number)
			return true;
	return false;
}

struct screen_model *screen_model_read(const char *path)
{
	struct screen_model *made = calloc(1, sizeof *made);
	FILE *file = fopen(path, "re");
	char text[512];

	if (file == NULL || made == NULL)
		fail_msg("%s cannot be read", path);
	made->model.generation = 1;
	made->model.rules = sample_rules; /* texts that change with no other test */
	made->model.nodes = made->nodes;
	made->model.past = made->past;
	made->model.log = made->lines;
	made->model.report = NULL;
	while (fgets(text, sizeof text, file) != NULL) {
		struct line line = { .made = made, .place = path };

		text[strcspn(text, "\n")] = '\0';
		unescape(text);
		if (text[0] == '#' || text[0] == '\0')
			continue;
		split(&line, text);
		if (strcmp(line.words[0], "capture") != 0 && strcmp(line.words[0], "report") != 0)
			make_report(made);
		read_line(&line);
	}
	make_report(made);
	fclose(file);
	made->model.packets =
	    (struct model_packets){ .end = made->frame_count, .get = get_frame, .find = find_frame, .context = made };
	return made;
}

void screen_model_free(struct screen_model *made)
{
	report_free(&made->report);
	report_free(&made->previous);
	for (uint32_t i = 0; i < made->model.past_count; i++)
		fault_free(&made->past_faults[i]);
	topology_free(&made->topology);
	engine_free(made->engine);
	for (uint32_t i = 0; i < made->frame_count; i++)
		free((void *)made->frames[i].bytes);
	free(made->frames);
	for (uint32_t i = 0; i < made->string_count; i++)
		free(made->strings[i]);
	free(made);
}
