// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology_sample.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

static bool matches(const char *pattern, const char *name)
{
	const char *dot = strrchr(name, '.');

	return strcmp(pattern, name) == 0 || (strcmp(pattern, "*.conf") == 0 && dot && strcmp(dot, ".conf") == 0);
}

static int load_samples(void *context, const char *base, const char *pattern,
			int (*each)(void *argument, const char *name, const char *bytes, size_t length,
				    struct error *error),
			void *argument, struct error *error)
{
	const struct sample_file *file = context;
	int result = 0;

	assert_non_null(base);
	if (strcmp(pattern, "unreadable") == 0)
		return error_set(error, ERROR_INPUT, "unreadable", "cannot be opened: Permission denied");
	for (; file->name && result == 0; file++) {
		if (matches(pattern, file->name))
			result = each(argument, file->name, file->content, strlen(file->content), error);
	}
	return result;
}

struct topology_loader sample_loader(const struct sample_file *files, const char *config_id)
{
	return (struct topology_loader){ load_samples, (void *)files, config_id };
}

static void expect_written(const struct topology *topology, const char *expected)
{
	struct text text = TEXT_INIT;

	topology_write_own(topology, &text);
	assert_false(text.failed);
	assert_string_equal(strchr(text_string(&text), '\n') + 1, expected);
	text_free(&text);
}

static void expect_success(int result, const struct error *error)
{
	if (result != 0)
		print_error("%s: %s\n", error->where, error->message);
	assert_int_equal(result, 0);
}

void sample_expect(sample_reader reader, const char *content, const char *expected)
{
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;

	expect_success(reader(&topology, "file", content, strlen(content), &error), &error);
	expect_written(&topology, expected);
	topology_free(&topology);
}

void sample_expect_keepalived(const char *content, const struct topology_loader *loader, const char *expected)
{
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;

	expect_success(topology_read_keepalived(&topology, "file", content, strlen(content), loader, &error), &error);
	expect_written(&topology, expected);
	topology_free(&topology);
}

static void expect_error(int result, const struct error *error, const char *where, const char *message)
{
	assert_int_equal(result, ERROR_USAGE);
	assert_int_equal(error->code, ERROR_USAGE);
	assert_string_equal(error->where, where);
	if (!strstr(error->message, message))
		print_error("\"%s\" is not in \"%s\"\n", message, error->message);
	assert_non_null(strstr(error->message, message));
}

void sample_expect_errors(sample_reader reader, const struct sample_error *errors)
{
	for (; errors->content; errors++) {
		struct topology topology = TOPOLOGY_INIT;
		struct error error = ERROR_INIT;
		int result = reader(&topology, "file", errors->content, strlen(errors->content), &error);

		if (result == 0)
			print_error("no error in \"%s\"\n", errors->content);
		expect_error(result, &error, errors->where, errors->message);
		topology_free(&topology);
	}
}

void sample_expect_keepalived_error(const char *content, const struct topology_loader *loader, const char *where,
				    const char *message)
{
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;
	int result = topology_read_keepalived(&topology, "file", content, strlen(content), loader, &error);

	expect_error(result, &error, where, message);
	topology_free(&topology);
}

int sample_read_keepalived(struct topology *topology, const char *name, const char *bytes, size_t length,
			   struct error *error)
{
	return topology_read_keepalived(topology, name, bytes, length, NULL, error);
}

struct ip sample_ip(const char *text)
{
	struct ip ip = { .family = 0 };

	assert_true(ip_parse(text, &ip));
	return ip;
}

struct mac sample_mac(const char *text)
{
	struct mac mac = { { 0 } };

	assert_true(mac_parse(text, &mac));
	return mac;
}
