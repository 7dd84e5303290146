// SPDX-License-Identifier: GPL-2.0-or-later
/* The cell that replayed conversations decide. */
#include "analysis/matrix.h"
#include "analysis/replay.h"
#include "base/text.h"

static bool is_about(const struct replay_result *result, const struct report_row *row)
{
	return ip_equal(&result->vip, &row->vip) && result->fwmark == row->fwmark &&
	       (result->port == row->port || result->port == 0 || row->port == 0) &&
	       (result->protocol == row->protocol || result->protocol == 0 || row->protocol == 0) &&
	       ip_equal(&result->real_server, &row->real_server);
}

/* Answers that somebody else gave in its place say nothing for it. */
static bool is_anothers(const struct cells *cells)
{
	return cells->row->cells[CHECK_ACCEPTS].value == CHECK_FAIL;
}

static void judge_result(struct cells *cells, const struct replay_result *result)
{
	const struct facts *facts = cells->facts;
	struct text reason = TEXT_INIT;
	enum replay_verdict verdict = replay_judge(result, facts->replays, facts->replay_count, &reason);

	if (verdict == REPLAY_PASS && is_anothers(cells))
		cell_set(cells, CHECK_REPLAY, CHECK_FAIL, "%s, but not by this real server: %s", text_string(&reason),
			 cells->row->cells[CHECK_ACCEPTS].reason);
	else
		cell_set(cells, CHECK_REPLAY,
			 verdict == REPLAY_UNKNOWN || verdict == REPLAY_DISPUTED ? CHECK_UNKNOWN
			 : verdict == REPLAY_PASS                                ? CHECK_PASS
										 : CHECK_FAIL,
			 "%s", text_string(&reason));
	cells->failed |= reason.failed;
	text_free(&reason);
}

void judge_replay(struct cells *cells)
{
	const struct facts *facts = cells->facts;

	for (uint32_t i = 0; i < facts->replay_count; i++)
		if (is_about(&facts->replays[i], cells->row))
			judge_result(cells, &facts->replays[i]);
	cell_set(cells, CHECK_REPLAY, CHECK_UNKNOWN, "no recorded traffic was replayed");
}
