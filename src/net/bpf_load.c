// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/bpf_load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <xdp/libxdp.h>

/* The libraries have one printer for the whole process. */
static char complaint[256];

__attribute__((format(printf, 1, 0))) static void keep(const char *format, va_list arguments)
{
	vsnprintf(complaint, sizeof complaint, format, arguments);
	complaint[strcspn(complaint, "\n")] = '\0';
}

__attribute__((format(printf, 2, 0))) static int hear_libbpf(enum libbpf_print_level level, const char *format,
							     va_list arguments)
{
	if (level == LIBBPF_WARN)
		keep(format, arguments);
	return 0;
}

__attribute__((format(printf, 2, 0))) static int hear_libxdp(enum libxdp_print_level level, const char *format,
							     va_list arguments)
{
	if (level == LIBXDP_WARN)
		keep(format, arguments);
	return 0;
}

void bpf_silence(void)
{
	complaint[0] = '\0';
	libbpf_set_print(hear_libbpf);
	libxdp_set_print(hear_libxdp);
}

const char *bpf_complaint(void)
{
	return complaint;
}

int bpf_open(struct bpf_object **object, const struct bpf_bytes *bytes, const char *what, struct error *error)
{
	*object = NULL;
	if (bytes->size == 0)
		return error_set(error, ERROR_SYSTEM, what, BPF_MISSING);
	bpf_silence();
	*object = bpf_object__open_mem(bytes->bytes, bytes->size, NULL);
	if (!*object)
		return error_set(error, ERROR_SYSTEM, what, "cannot be opened: %s", strerror(errno));
	return 0;
}

int bpf_load(struct bpf_object *object, const char *what, struct error *error)
{
	int status;

	bpf_silence();
	status = bpf_object__load(object);
	if (status == 0)
		return 0;
	if (status == -EPERM || status == -EACCES)
		return error_set(
		    error, ERROR_SYSTEM, what,
		    "this user may not load programs into the kernel: root may, or CAP_BPF with CAP_NET_ADMIN");
	return error_set(error, ERROR_SYSTEM, what, "the kernel does not take it: %s%s%s", strerror(-status),
			 complaint[0] != '\0' ? "; " : "", complaint);
}
