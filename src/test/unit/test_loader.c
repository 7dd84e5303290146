// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for configuration files on the disk. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/loader.h"

struct folder {
	char path[32];
	char file[128]; /* last path made by path_of */
};

static const char *path_of(struct folder *folder, const char *name)
{
	snprintf(folder->file, sizeof folder->file, "%s/%s", folder->path, name);
	return folder->file;
}

static void write_file(struct folder *folder, const char *name, const char *content)
{
	FILE *file = fopen(path_of(folder, name), "we");

	assert_non_null(file);
	assert_int_equal(fputs(content, file) < 0, 0);
	assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
	static struct folder folder;

	folder = (struct folder){ .path = "/tmp/truemac-loader-XXXXXX" };
	*state = &folder;
	return mkdtemp(folder.path) ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "main.conf", "conf.d/a.conf", "conf.d/b.conf", "conf.d/c.conf" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unlink(path_of(*state, names[i]));
	rmdir(path_of(*state, "conf.d/c.conf"));
	rmdir(path_of(*state, "conf.d"));
	return rmdir(((struct folder *)*state)->path);
}

static void whole_file_is_read_up_to_its_limit(void **state)
{
	struct text text = TEXT_INIT;
	struct error error = ERROR_INIT;

	write_file(*state, "main.conf", "hello");
	assert_int_equal(file_read(path_of(*state, "main.conf"), 5, &text, &error), 0);
	assert_string_equal(text_string(&text), "hello");
	text_clear(&text);
	assert_int_equal(file_read(path_of(*state, "main.conf"), 4, &text, &error), ERROR_INPUT);
	assert_string_equal(error.where, path_of(*state, "main.conf"));
	assert_string_equal(error.message, "is larger than 4 bytes: name a configuration file");
	text_free(&text);
}

static void what_is_no_readable_file_is_named(void **state)
{
	struct text text = TEXT_INIT;
	struct error error = ERROR_INIT;

	assert_int_equal(file_read("-", 10, &text, &error), ERROR_USAGE);
	assert_string_equal(error.message, "standard input is no configuration file: name a file");
	assert_int_equal(file_read(path_of(*state, "absent"), 10, &text, &error), ERROR_INPUT);
	assert_string_equal(error.where, path_of(*state, "absent"));
	assert_string_equal(error.message, "cannot be opened: No such file or directory");
	assert_int_equal(file_read("/tmp", 10, &text, &error), ERROR_INPUT);
	assert_string_equal(error.message, "is a directory: name a file in it");
	write_file(*state, "main.conf", "x");
	chmod(path_of(*state, "main.conf"), 0);
	if (geteuid() != 0) {
		assert_int_equal(file_read(path_of(*state, "main.conf"), 10, &text, &error), ERROR_INPUT);
		assert_string_equal(error.message, "cannot be opened: Permission denied");
	}
}

static void pipes_are_read_to_their_end(void **state)
{
	struct text text = TEXT_INIT;
	int ends[2];
	char path[32];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "-A -t", 5), 5);
	close(ends[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
	assert_int_equal(file_read(path, 100, &text, NULL), 0);
	assert_string_equal(text_string(&text), "-A -t");
	close(ends[0]);
	text_free(&text);
}

static int read_main(struct folder *folder, const char *config_id, struct topology *topology, struct error *error)
{
	struct loader loader;
	struct text text = TEXT_INIT;
	int result;

	loader_init(&loader, config_id);
	assert_int_equal(file_read(path_of(folder, "main.conf"), LOADER_FILE_LIMIT, &text, NULL), 0);
	result = topology_read(topology, folder->file, text_string(&text), text.length, &loader.topology, error);
	text_free(&text);
	return result;
}

static void includes_are_found_beside_the_file_that_names_them(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;
	struct text text = TEXT_INIT;

	assert_int_equal(mkdir(path_of(*state, "conf.d"), 0700), 0);
	assert_int_equal(mkdir(path_of(*state, "conf.d/c.conf"), 0700), 0); /* passed over */
	write_file(*state, "main.conf", "include conf.d/*.conf\n");
	write_file(*state, "conf.d/b.conf", "@main virtual_ipaddress {\n10.1.1.1\n}\n}\n");
	write_file(*state, "conf.d/a.conf", "vrrp_instance V {\nvirtual_router_id 1\n");
	assert_int_equal(read_main(*state, "main", &topology, &error), 0);
	topology_write_own(&topology, &text);
	assert_non_null(strstr(text_string(&text), "\nvip 10.1.1.1\nvrrp V vrid 1 priority 100 address 10.1.1.1\n"));
	text_free(&text);
	topology_free(&topology);
}

static void include_that_cannot_be_read_is_an_error_at_its_line(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;
	char where[200];

	assert_int_equal(mkdir(path_of(*state, "conf.d"), 0700), 0);
	write_file(*state, "main.conf", "\ninclude conf.d\n");
	assert_int_equal(read_main(*state, NULL, &topology, &error), ERROR_USAGE);
	snprintf(where, sizeof where, "%s:2", path_of(*state, "main.conf"));
	assert_string_equal(error.where, where);
	assert_non_null(strstr(error.message, "is a directory: name a file in it"));
	assert_int_equal(mkfifo(path_of(*state, "conf.d/pipe"), 0600), 0); /* nobody writes to it */
	write_file(*state, "main.conf", "include conf.d/pipe\n");
	assert_int_equal(read_main(*state, NULL, &topology, &error), ERROR_USAGE);
	assert_non_null(strstr(error.message, "is a pipe, a device or a socket: include a file"));
	assert_int_equal(unlink(path_of(*state, "conf.d/pipe")), 0);
	write_file(*state, "main.conf", "include conf.d/x.conf\n");
	assert_int_equal(read_main(*state, NULL, &topology, &error), ERROR_USAGE);
	assert_string_equal(error.message, "include conf.d/x.conf: there is no such file");
	topology_free(&topology);
}

static void config_id_is_the_short_host_name_unless_given(void **state)
{
	struct loader loader;
	char name[256] = "";

	(void)state;
	loader_init(&loader, "backup");
	assert_string_equal(loader.topology.config_id, "backup");
	loader_init(&loader, NULL);
	assert_int_equal(gethostname(name, sizeof name - 1), 0);
	name[strcspn(name, ".")] = '\0';
	assert_string_equal(loader.topology.config_id, name);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(whole_file_is_read_up_to_its_limit),
		CASE(what_is_no_readable_file_is_named),
		CASE(pipes_are_read_to_their_end),
		CASE(includes_are_found_beside_the_file_that_names_them),
		CASE(include_that_cannot_be_read_is_an_error_at_its_line),
		CASE(config_id_is_the_short_host_name_unless_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
