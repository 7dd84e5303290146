// SPDX-License-Identifier: GPL-2.0-or-later
/* A replay: a row for each real server. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screen_private.h"

enum column {
	ADDRESS,
	NAME,
	STATE,
	BAR,
	SENT,
	ANSWERED,
	SAME,
	DIFFERING,
	LOST,
	AGAIN,
	RATE,
	MEDIAN,
	P90,
	P99,
	SLOWEST,
	NOTE
};

static const struct list_column columns[] = {
	{ "address", "real server", NULL, 39, 0, false },
	{ "name", "name", NULL, 16, 12, false },
	{ "state", "state", NULL, 7, 0, false },
	{ "progress", "progress", NULL, 27, 9, false },
	{ "sent", "sent", NULL, 9, 2, true },
	{ "answered", "answered", "answ", 9, 3, true },
	{ "same", "same", NULL, 9, 0, true },
	{ "differing", "differing", "diff", 9, 0, true },
	{ "lost", "lost", NULL, 9, 0, true },
	{ "again", "sent again", "again", 10, 8, true },
	{ "rate", "rate", NULL, 9, 4, true },
	{ "median", "median", NULL, 9, 1, true },
	{ "p90", "90%", NULL, 9, 7, true },
	{ "p99", "99%", NULL, 9, 5, true },
	{ "slowest", "slowest", NULL, 9, 6, true },
	{ "note", "note", NULL, 0, 10, false },
};

static uint64_t count_servers(const struct model *model)
{
	return model->replay.server_count;
}

static const struct model_replay_server *server_at(const struct model *model, uint64_t item)
{
	return &model->replay.servers[item];
}

/* "[########------------] 40%" */
static void progress_cell(const struct model_replay_server *server, struct list_cell *cell)
{
	enum { WIDTH = 20 };
	uint64_t planned = server->planned > 0 ? server->planned : 1;
	uint64_t sent = server->sent < planned ? server->sent : planned;
	int filled = (int)((double)sent / (double)planned * WIDTH);
	char bar[WIDTH + 1];

	memset(bar, '-', WIDTH);
	memset(bar, '#', (size_t)filled);
	bar[WIDTH] = '\0';
	snprintf(cell->text, sizeof cell->text, "[%s] %d%%", bar, (int)((double)sent / (double)planned * 100));
}

static void count_cell(uint64_t count, bool bad, struct list_cell *cell)
{
	cell->role = bad && count > 0 ? ROLE_BAD : ROLE_PLAIN;
	snprintf(cell->text, sizeof cell->text, "%" PRIu64, count);
}

static void latency_cell(const struct model_replay_server *server, nanos latency, struct list_cell *cell)
{
	if (server->has_latency)
		nanos_format_duration(latency, cell->text, sizeof cell->text);
}

static const char *state_of(const struct model_replay_server *server)
{
	if (server->task == TASK_RUNNING)
		return server->paused ? "paused" : "running";
	return server->task == TASK_DONE ? "done" : "waits";
}

static void server_cell(const struct screen *screen, const struct model *model, uint64_t item, unsigned column,
			struct list_cell *cell)
{
	const struct model_replay_server *server = server_at(model, item);
	const struct model_node *node;

	(void)screen;
	cell->role = ROLE_PLAIN;
	cell->text[0] = '\0';
	switch ((enum column)column) {
	case ADDRESS: ip_format(&server->ip, cell->text); break;
	case NAME:
		node = words_node(model, &server->ip);
		list_cell_set(cell, node != NULL && node->name != NULL ? node->name : "");
		break;
	case STATE: list_cell_set(cell, state_of(server)); break;
	case BAR: progress_cell(server, cell); break;
	case SENT: count_cell(server->sent, false, cell); break;
	case ANSWERED: count_cell(server->answered, false, cell); break;
	case SAME: count_cell(server->same, false, cell); break;
	case DIFFERING: count_cell(server->differing, true, cell); break;
	case LOST: count_cell(server->lost, true, cell); break;
	case AGAIN: count_cell(server->retransmissions, false, cell); break;
	case RATE: snprintf(cell->text, sizeof cell->text, "%u/s", server->rate); break;
	case MEDIAN: latency_cell(server, server->median, cell); break;
	case P90: latency_cell(server, server->p90, cell); break;
	case P99: latency_cell(server, server->p99, cell); break;
	case SLOWEST: latency_cell(server, server->slowest, cell); break;
	case NOTE: list_cell_set(cell, server->note != NULL ? server->note : ""); break;
	}
}

static struct list_rank server_rank(const struct model *model, uint64_t item, unsigned column)
{
	const struct model_replay_server *server = server_at(model, item);
	struct list_cell cell = { .text = "" };

	switch ((enum column)column) {
	case ADDRESS: return rank_of_ip(&server->ip);
	case BAR:
	case SENT: return (struct list_rank){ server->sent, 0 };
	case ANSWERED: return (struct list_rank){ server->answered, 0 };
	case SAME: return (struct list_rank){ server->same, 0 };
	case DIFFERING: return (struct list_rank){ UINT64_MAX - server->differing, 0 };
	case LOST: return (struct list_rank){ UINT64_MAX - server->lost, 0 };
	case AGAIN: return (struct list_rank){ UINT64_MAX - server->retransmissions, 0 };
	case RATE: return (struct list_rank){ server->rate, 0 };
	case MEDIAN: return (struct list_rank){ UINT64_MAX - (uint64_t)server->median, 0 };
	case P90: return (struct list_rank){ UINT64_MAX - (uint64_t)server->p90, 0 };
	case P99: return (struct list_rank){ UINT64_MAX - (uint64_t)server->p99, 0 };
	case SLOWEST: return (struct list_rank){ UINT64_MAX - (uint64_t)server->slowest, 0 };
	case NAME:
	case STATE:
	case NOTE: break;
	}
	server_cell(NULL, model, item, column, &cell);
	return rank_of_text(cell.text);
}

static struct list_identity server_identity(const struct model *model, uint64_t item)
{
	return (struct list_identity){ .ip = server_at(model, item)->ip };
}

static bool server_trouble(const struct screen *screen, const struct model *model, uint64_t item)
{
	(void)screen;
	return server_at(model, item)->lost > 0 || server_at(model, item)->differing > 0;
}

const struct list_kind list_replay = {
	.title = "Replay",
	.nothing = "nothing was replayed yet",
	.columns = columns,
	.column_count = sizeof columns / sizeof *columns,
	.count = count_servers,
	.cell = server_cell,
	.rank = server_rank,
	.identity = server_identity,
	.trouble = server_trouble,
};
