// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Errors as values.
 *
 * A function that can fail returns 0 or a negative error code and describes
 * the failure in a `struct error` that the caller owns. Nothing below `cli`
 * prints or exits. `where` names the place a user can look at (a file and
 * line, a frame, an option), `message` says what is wrong and what to do.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum error_code {
	ERROR_NONE = 0,
	ERROR_USAGE = -1,  /* wrong option or bad configuration: exit status 2 */
	ERROR_INPUT = -2,  /* input that cannot be read or understood: 3 */
	ERROR_SYSTEM = -3, /* permission, device, output: 3 */
	ERROR_MEMORY = -4, /* an allocation failed: 3 */
};

struct error {
	enum error_code code;
	char where[256];
	char message[512];
};

#define ERROR_INIT                                                                                                     \
	{                                                                                                              \
		.code = ERROR_NONE                                                                                     \
	}

/*
 * Fills `error` (which may be NULL) and returns `code`, so that a failing
 * function can end in `return error_set(...)`. `where` may be NULL.
 * Texts that do not fit are cut, never overflowed.
 */
int error_set(struct error *error, enum error_code code, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts a place in front of an error that does not name one yet. */
void error_set_where(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The documented exit status (2 or 3) of an error code. */
int error_exit_status(enum error_code code);

#endif
