// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/watch_options.h"

#include <string.h>

enum {
	TAKE_INTERFACE,
	TAKE_WRITE,
	TAKE_METRICS,
	TAKE_EXPORTS,
	TAKE_PROBE,
	TAKE_EVERY,
	TAKE_PACE,
	TAKE_DURATION,
	TAKE_WINDOW,
	TAKE_SNAPLEN,
	TAKE_NOT_PROMISCUOUS,
	TAKE_ROTATE_SIZE,
	TAKE_ROTATE_TIME,
	TAKE_ROTATE_FILES,
	TAKE_INTERVAL,
	TAKE_ONCE,
	TAKE_HEADLESS,
	TAKE_VIEW,
	TAKE_WIDTH,
	TAKE_ASCII,
	TAKE_MOUSE,
};

enum {
	PACE_MOST = 10000000,
	WIDTH_LEAST = 40,
	WIDTH_MOST = 1024,
	WIDTH_USUAL = 160,
	SNAPLEN_LEAST = 128,
	SNAPLEN_MOST = 262144,
	/* Every header that is decoded; the kernel's buffer holds more frames when they are short. */
	SNAPLEN_USUAL = 512,
	FILES_MOST = 1000000,
};

static const nanos window_usual = 10 * 60 * NANOS_PER_SECOND, interval_usual = 15 * NANOS_PER_SECOND;

void watch_options_init(struct watch_options *options)
{
	*options = (struct watch_options){ .window = window_usual,
					   .metrics_interval = interval_usual,
					   .view = VIEW_COUNT,
					   .width = 0,
					   .snaplen = SNAPLEN_USUAL };
}

static int take_name(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct watch_options *options = values;

	(void)error;
	switch (option->code) {
	case TAKE_INTERFACE: options->interface = value; break;
	case TAKE_WRITE: options->record.path = value; break;
	case TAKE_METRICS: options->metrics = value; break;
	default: options->export_folder = value; break;
	}
	return 0;
}

static int take_flag(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct watch_options *options = values;

	(void)value, (void)error;
	switch (option->code) {
	case TAKE_PROBE: options->probe = true; break;
	case TAKE_NOT_PROMISCUOUS: options->not_promiscuous = true; break;
	case TAKE_ONCE: options->once = true; break;
	case TAKE_HEADLESS: options->headless = true; break;
	case TAKE_ASCII: options->ascii = true; break;
	default: options->mouse = true; break;
	}
	return 0;
}

static int take_time(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct watch_options *options = values;
	nanos *into = option->code == TAKE_EVERY      ? &options->every
		      : option->code == TAKE_DURATION ? &options->duration
		      : option->code == TAKE_WINDOW   ? &options->window
		      : option->code == TAKE_INTERVAL ? &options->metrics_interval
						      : &options->record.time;

	return options_parse_duration(option, value, into, error);
}

static int take_size(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct watch_options *options = values;

	return options_parse_size(option, value, &options->record.size, error);
}

static int take_number(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct watch_options *options = values;

	switch (option->code) {
	case TAKE_PACE:
		options->pace = PACE_MOST;
		return strcmp(value, "max") == 0
			   ? 0
			   : options_parse_number(option, value, 1, PACE_MOST, &options->pace, error);
	case TAKE_SNAPLEN:
		return options_parse_number(option, value, SNAPLEN_LEAST, SNAPLEN_MOST, &options->snaplen, error);
	case TAKE_WIDTH: return options_parse_number(option, value, WIDTH_LEAST, WIDTH_MOST, &options->width, error);
	default: return options_parse_number(option, value, 1, FILES_MOST, &options->record.files, error);
	}
}

static int take_view(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct watch_options *options = values;

	options->view = view_find(value);
	if (options->view != VIEW_COUNT)
		return 0;
	return error_set(error, ERROR_USAGE, NULL,
			 "--%s: '%.100s' is not a view; matrix, hosts, faults, packets, replay, log are", option->name,
			 value);
}

static const struct option_spec watch_option_specs[] = {
	{ 'i', "interface", "NAME", "watch this one (default: where the set-up's network is)", take_name,
	  TAKE_INTERFACE, NULL },
	{ 0, "no-promiscuous", NULL, "leave out frames that are meant for other machines", take_flag,
	  TAKE_NOT_PROMISCUOUS, NULL },
	{ 0, "snaplen", "BYTES", "keep so much of each frame (default 512)", take_number, TAKE_SNAPLEN, NULL },
	{ 0, "probe", NULL, "ask the network once at the beginning", take_flag, TAKE_PROBE, NULL },
	{ 0, "every", "TIME", "ask again and again, so long after each round", take_time, TAKE_EVERY, NULL },
	{ 0, "pace", "PPS", "frames a second at most while asking, or max (default: polite)", take_number, TAKE_PACE,
	  NULL },
	{ 0, "window", "TIME", "what is older counts no more while nothing was asked (default 10min)", take_time,
	  TAKE_WINDOW, NULL },
	{ 0, "duration", "TIME", "end by itself after that time", take_time, TAKE_DURATION, NULL },
	{ 'w', "write", "FILE", "keep all frames as pcapng, with comments on what proves faults", take_name, TAKE_WRITE,
	  NULL },
	{ 0, "rotate-size", "SIZE", "begin another file after 100M, say: FILE-00001, FILE-00002, ...", take_size,
	  TAKE_ROTATE_SIZE, NULL },
	{ 0, "rotate-time", "TIME", "begin another file after 1h, say", take_time, TAKE_ROTATE_TIME, NULL },
	{ 0, "rotate-files", "N", "keep so many full files, remove the oldest", take_number, TAKE_ROTATE_FILES, NULL },
	{ 0, "metrics", "FILE", "keep OpenMetrics in FILE, replaced as a whole", take_name, TAKE_METRICS, NULL },
	{ 0, "interval", "TIME", "between two writings of them (default 15s)", take_time, TAKE_INTERVAL, NULL },
	{ 0 },
};

static const struct option_spec screen_option_specs[] = {
	{ 0, "once", NULL, "no screen: print a view as plain text and end", take_flag, TAKE_ONCE, NULL },
	{ 0, "headless", NULL, "no screen: events on stdout, one JSON object on each line", take_flag, TAKE_HEADLESS,
	  NULL },
	{ 0, "view", "NAME", "matrix, hosts, faults, packets, replay or log", take_view, TAKE_VIEW, NULL },
	{ 0, "width", "COLUMNS", "of what --once prints (default 160)", take_number, TAKE_WIDTH, NULL },
	{ 0, "exports", "FOLDER", "where 'e' writes (default: the current one)", take_name, TAKE_EXPORTS, NULL },
	{ 0, "ascii", NULL, "draw lines with - | + only", take_flag, TAKE_ASCII, NULL },
	{ 0, "mouse", NULL, "take the mouse, too; the terminal cannot select text then", take_flag, TAKE_MOUSE, NULL },
	{ 0 },
};

struct option_group watch_options_group(struct watch_options *options)
{
	return (struct option_group){ "Watching", watch_option_specs, options };
}

struct option_group watch_options_screen_group(struct watch_options *options)
{
	return (struct option_group){ "Screen", screen_option_specs, options };
}

/* What would be taken and ignored without a screen. */
static int check_screen(const struct watch_options *options, struct error *error)
{
	const char *wrong = options->export_folder ? "--exports"
			    : options->mouse       ? "--mouse"
			    : options->ascii       ? "--ascii"
						   : NULL;

	if (wrong && (options->once || options->headless))
		return error_set(error, ERROR_USAGE, NULL, "%s is for the screen, and --%s has none", wrong,
				 options->once ? "once" : "headless");
	if (options->once && options->every > 0)
		return error_set(error, ERROR_USAGE, NULL,
				 "--once ends with the first round; --probe begins it, not --every");
	if (!options->metrics && options->metrics_interval != interval_usual)
		return error_set(error, ERROR_USAGE, NULL, "--interval needs --metrics");
	return 0;
}

static int check_files(const struct watch_options *options, struct error *error)
{
	static const char message[] = "%s is for watching an interface, and a capture was named";
	const char *wrong = options->interface                  ? "--interface"
			    : options->probe                    ? "--probe"
			    : options->every > 0                ? "--every"
			    : options->record.path              ? "--write"
			    : options->not_promiscuous          ? "--no-promiscuous"
			    : options->pace > 0                 ? "--pace"
			    : options->window != window_usual   ? "--window"
			    : options->snaplen != SNAPLEN_USUAL ? "--snaplen"
								: NULL;

	return wrong ? error_set(error, ERROR_USAGE, NULL, message, wrong) : 0;
}

static int check_output(const struct watch_options *options, const struct report_options *report, struct error *error)
{
	bool format = report->format != report_formats[0];

	if (options->once && options->headless)
		return error_set(error, ERROR_USAGE, NULL, "--once or --headless, not both");
	if (options->once && format)
		return error_set(error, ERROR_USAGE, NULL,
				 "--once prints a view as text; --format belongs to reports: use analyze or probe");
	if (options->headless && format && !report->output)
		return error_set(error, ERROR_USAGE, NULL,
				 "--headless has events on stdout; say with --output where the report goes");
	if (options->width > 0 && !options->once)
		return error_set(error, ERROR_USAGE, NULL, "--width is for --once");
	if (options->headless && options->view != VIEW_COUNT)
		return error_set(error, ERROR_USAGE, NULL, "--headless shows no view; --once does");
	return 0;
}

int watch_options_check(const struct watch_options *options, const struct report_options *report, bool files,
			struct error *error)
{
	bool rotates = recording_rotates(&options->record) || options->record.files > 0;
	int status = files ? check_files(options, error) : 0;

	if (status == 0 && rotates && !options->record.path)
		status = error_set(error, ERROR_USAGE, NULL, "--rotate-... needs --write");
	if (status == 0 && options->record.files > 0 && !recording_rotates(&options->record))
		status = error_set(error, ERROR_USAGE, NULL, "--rotate-files needs --rotate-size or --rotate-time");
	if (status == 0)
		status = check_screen(options, error);
	return status < 0 ? status : check_output(options, report, error);
}
