// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/director_engine.h"

#include <stddef.h>

const struct director_engine_kind *const director_engines[] = { &director_engine_xdp, &director_engine_afxdp,
								&director_engine_packet, NULL };
