// SPDX-License-Identifier: GPL-2.0-or-later
/* Any string inside XML 1.0 or HTML: markup is escaped, what XML cannot hold becomes U+FFFD. */
#ifndef REPORT_XML_H
#define REPORT_XML_H

#include "base/text.h"

/* As element content. NULL adds nothing. */
void xml_add(struct text *text, const char *string);

/* Appends ` name="value"`, with white space as references, since attributes are normalised. */
void xml_add_attribute(struct text *text, const char *name, const char *value);

#endif
