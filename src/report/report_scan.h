// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The formats of a sweep: who is there, at which MAC, and whether it is their own.
 *
 * "text" is a table for people, "ethers" is what ethers(5) and --ethers read:
 * MAC and address of every MAC that is proven to be the host's own, where there
 * is only one; what is left out stands in comments.
 */
#ifndef REPORT_REPORT_SCAN_H
#define REPORT_REPORT_SCAN_H

#include "report/report_format.h"

extern const struct report_format report_format_scan;
extern const struct report_format report_format_ethers;

#endif
