// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/fault.h"

#include <stdlib.h>
#include <string.h>

static const char *const severity_names[] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
};

static const char *const confidence_names[] = {
	[CONFIDENCE_HINT] = "hint",
	[CONFIDENCE_LIKELY] = "likely",
	[CONFIDENCE_PROVEN] = "proven",
};

void fault_free(struct fault *fault)
{
	free(fault->summary);
	free(fault->effect);
	free(fault->sources);
	for (size_t i = 0; i < FAULT_MAX_REMEDIES; i++)
		free(fault->remedies[i]);
	*fault = (struct fault){ .rule = NULL };
}

const char *severity_name(enum severity severity)
{
	return severity_names[severity];
}

bool severity_parse(const char *text, enum severity *severity)
{
	for (int i = SEVERITY_INFO; i <= SEVERITY_ERROR; i++) {
		if (strcmp(text, severity_names[i]) == 0) {
			*severity = (enum severity)i;
			return true;
		}
	}
	return false;
}

const char *confidence_name(enum confidence confidence)
{
	return confidence_names[confidence];
}
