// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a report must say, line by line:
 *
 *   RULE ADDRESS MAC SEVERITY CONFIDENCE   this fault is reported; `*` for anything, `a|b` for either, the end may lack
 *   ?RULE ...                              it may be; any other warning or error is a failure
 *   !RULE ...                              it is not, not even as information
 *   cell REAL-SERVER CHECK VALUE           a cell of the matrix; REAL-SERVER `*`: in every row
 */
#ifndef TEST_EXPECTATION_H
#define TEST_EXPECTATION_H

#include "analysis/report.h"

/* Fails the test with every complaint, the faults and the matrix. */
void expect_report(const struct report *report, const char *const lines[], const char *what);

#endif
