// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac inspect: what this host, or another one's saved state, says of itself; and what is wrong with it. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/inspect.h"
#include "cli/message.h"
#include "cli/options_report.h"
#include "cli/options_topology.h"
#include "host/host.h"
#include "net/loader.h"
#include "net/privileges.h"
#include "net/source.h"
#include "rules/registry.h"

struct inspect {
	struct report_options report;
	struct topology_options topology_options;
	enum host_role role;
	const char *root, *state_file, *save; /* NULL where not given */

	struct topology topology;
	struct host_state state;
	struct output output, saved;
};

enum { OPTION_ROOT, OPTION_STATE, OPTION_SAVE };

static int take_role(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct inspect *inspect = values;

	if (host_role_parse(value, &inspect->role))
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not auto, client, director, real-server or dom0",
			 option->name, value);
}

static int take_path(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct inspect *inspect = values;
	const char **places[] = {
		[OPTION_ROOT] = &inspect->root, [OPTION_STATE] = &inspect->state_file, [OPTION_SAVE] = &inspect->save
	};

	(void)error;
	*places[option->code] = value;
	return 0;
}

static const struct option_spec inspect_options[] = {
	{ 0, "role", "ROLE", "auto (default), client, director, real-server or dom0", take_role, 0, NULL },
	{ 0, "root", "DIR", "read the files of a machine below DIR (default /)", take_path, OPTION_ROOT, NULL },
	{ 0, "state", "FILE", "judge a saved state, or outputs of commands, instead (- is standard input)", take_path,
	  OPTION_STATE, NULL },
	{ 0, "save", "FILE", "write the state to FILE, to be judged elsewhere", take_path, OPTION_SAVE, NULL },
	{ 0 },
};

static int check(const struct inspect *inspect, const struct operands *operands, struct error *error)
{
	if (operands->count > 0)
		return error_set(error, ERROR_USAGE, NULL, "inspect takes no operands; '%.100s' is too much",
				 operands->names[0]);
	if (inspect->state_file && inspect->root)
		return error_set(error, ERROR_USAGE, NULL, "--state and --root: a state has no files below a root");
	if (inspect->save && strcmp(inspect->save, "-") == 0 && !inspect->report.output)
		return error_set(error, ERROR_USAGE, NULL, "--save -: name a file for the report with -o");
	if (inspect->save && inspect->report.output && strcmp(inspect->save, inspect->report.output) == 0 &&
	    strncmp(inspect->save, "/dev/", 5) != 0)
		return error_set(error, ERROR_USAGE, inspect->save,
				 "is named for the state and for the report: name two files");
	return 0;
}

/* Where results are still to be put when all rights are gone; a list that NULL ends. */
struct places {
	const char *list[3];
};

static struct places places_of(const struct inspect *inspect)
{
	struct places places = { { inspect->output.target } };

	places.list[inspect->output.target ? 1 : 0] = inspect->saved.target;
	return places;
}

/* A mistyped root has no files either, but says nothing of any machine. */
static int check_root(const struct inspect *inspect, struct error *error)
{
	struct stat root;

	if (!inspect->root)
		return 0;
	if (stat(inspect->root, &root) < 0)
		return error_set(error, ERROR_INPUT, inspect->root, "cannot be opened: %s", strerror(errno));
	return S_ISDIR(root.st_mode)
		   ? 0
		   : error_set(error, ERROR_USAGE, inspect->root,
			       "is no folder; --root takes one that has proc, sys and etc of a machine below it");
}

/* The kernel is asked with all rights; what others wrote is read without. */
static int read_host(struct inspect *inspect, struct error *error)
{
	struct host_opened opened = HOST_OPENED_INIT;
	struct host_source source = { .root = inspect->root ? inspect->root : "/" };
	struct places places = places_of(inspect);
	struct loader loader;
	int status;

	loader_init(&loader, NULL);
	source.loader = &loader.topology;
	status = host_begin(&source, &opened, &inspect->state, error);
	if (status == 0)
		status = privileges_drop_but_read(places.list, source.root, error);
	if (status == 0)
		status = host_finish(&source, &opened, &inspect->state, error);
	host_opened_close(&opened);
	return status;
}

/* Saved states come from elsewhere: they are parsed when all rights are gone. */
static int read_state(struct inspect *inspect, struct error *error)
{
	struct places places = places_of(inspect);
	struct source *source = NULL;
	struct text content = TEXT_INIT;
	int status = source_open(&source, inspect->state_file, NULL, error);

	if (status == 0)
		status = privileges_drop(places.list, error);
	if (status == 0)
		status = source_read_all(source, LOADER_FILE_LIMIT, &content, error);
	if (status == 0)
		status = host_load(source_name(source), text_string(&content), content.length, &inspect->state, error);
	text_free(&content);
	source_close(source);
	return status;
}

static int prepare(struct inspect *inspect, struct error *error)
{
	int status = topology_options_apply(&inspect->topology_options, &inspect->topology, error);

	if (status == 0)
		status = output_open(&inspect->output, inspect->report.output, error);
	if (status == 0 && inspect->save)
		status = output_open(&inspect->saved, strcmp(inspect->save, "-") == 0 ? NULL : inspect->save, error);
	if (status == 0)
		status = check_root(inspect, error);
	if (status == 0)
		status = inspect->state_file ? read_state(inspect, error) : read_host(inspect, error);
	if (status == 0)
		status = host_state_prepare(&inspect->state, &inspect->topology, inspect->role, error);
	return status;
}

static int save(struct inspect *inspect, struct error *error)
{
	struct text content = TEXT_INIT;
	int status = host_save(&inspect->state, &content, error);

	if (status == 0)
		status = output_write(&inspect->saved, text_string(&content), content.length, error);
	if (status == 0)
		status = output_commit(&inspect->saved, error);
	text_free(&content);
	return status;
}

static const char *state_name(const struct inspect *inspect)
{
	return strcmp(inspect->state_file, "-") == 0 ? "standard input" : inspect->state_file;
}

static const char *name_of(const struct inspect *inspect)
{
	return inspect->state_file ? state_name(inspect) : inspect->root ? inspect->root : inspect->state.name;
}

static int run(struct inspect *inspect, const struct operands *operands)
{
	struct report report = REPORT_INIT;
	struct error error = ERROR_INIT;
	int status = check(inspect, operands, &error);

	if (status == 0)
		status = prepare(inspect, &error);
	if (status == 0 && inspect->save)
		status = save(inspect, &error);
	if (status == 0)
		status = inspect_report(&inspect->state, name_of(inspect), rules_all, &report, &error);
	if (status < 0)
		status = message_fail(&error);
	else
		status = report_options_finish(&inspect->report, &report, &inspect->output);
	report_free(&report);
	return status;
}

static void release(struct inspect *inspect)
{
	output_discard(&inspect->output);
	output_discard(&inspect->saved);
	topology_options_free(&inspect->topology_options);
	topology_free(&inspect->topology);
	host_state_free(&inspect->state);
}

int command_inspect(const struct command *self, int argc, char **argv)
{
	struct inspect inspect = { .topology = TOPOLOGY_INIT, .output = OUTPUT_INIT, .saved = OUTPUT_INIT };
	const struct option_group groups[] = {
		{ "This host", inspect_options, &inspect },
		topology_options_group(&inspect.topology_options),
		report_options_group(&inspect.report),
		{ 0 },
	};
	struct error error = ERROR_INIT;
	struct operands operands;
	int status;

	host_state_init(&inspect.state);
	report_options_init(&inspect.report);
	status = options_parse(self, argc, argv, groups, &operands, &error);
	if (status < 0)
		status = message_fail(&error);
	else
		status = operands.done ? STATUS_CLEAN : run(&inspect, &operands);
	release(&inspect);
	return status;
}
