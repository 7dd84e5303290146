// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/live.h"

#include <pcap/pcap.h>
#include <stdlib.h>

#include "net/interfaces.h"
#include "net/privileges.h"

struct live {
	pcap_t *pcap;
	char *name;
	struct capture_info info;
	uint64_t missed_before; /* by the device, until the capture began */
};

static int fail_pcap(const struct live *live, int code, struct error *error)
{
	const char *why = pcap_geterr(live->pcap);

	if (code == PCAP_ERROR_PERM_DENIED || code == PCAP_ERROR_PROMISC_PERM_DENIED)
		return privileges_fail_raw(error);
	return error_set(error, ERROR_SYSTEM, live->name, "cannot be captured on: %s",
			 why[0] != '\0' ? why : pcap_statustostr(code));
}

/* Settings that cannot fail before activation. */
static void configure(pcap_t *pcap, const struct live_options *options)
{
	pcap_set_snaplen(pcap, (int)(options->snaplen ? options->snaplen : LIVE_SNAPLEN));
	pcap_set_buffer_size(pcap, (int)(options->buffer ? options->buffer : LIVE_BUFFER));
	pcap_set_promisc(pcap, options->promiscuous);
	/* libpcap gives immediate frames slots of the snap length each (TPACKET_V2), others what they need (V3). */
	if (options->dense)
		pcap_set_timeout(pcap, 1);
	else
		pcap_set_immediate_mode(pcap, 1);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
}

static int set_filter(const struct live *live, const char *filter, struct error *error)
{
	struct bpf_program program;
	int code;

	if (pcap_compile(live->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return error_set(error, ERROR_USAGE, live->name, "wrong filter: %s", pcap_geterr(live->pcap));
	code = pcap_setfilter(live->pcap, &program);
	pcap_freecode(&program);
	return code < 0 ? fail_pcap(live, code, error) : 0;
}

static int activate(struct live *live, const struct live_options *options, struct error *error)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	int code = pcap_activate(live->pcap);

	if (code < 0)
		return fail_pcap(live, code, error);
	if (pcap_setnonblock(live->pcap, 1, why) < 0)
		return error_set(error, ERROR_SYSTEM, live->name, "cannot be captured on: %s", why);
	if (pcap_get_tstamp_precision(live->pcap) != PCAP_TSTAMP_PRECISION_NANO)
		return error_set(error, ERROR_SYSTEM, live->name, "the kernel gives no nanosecond times");
	live->info.link_type = (uint16_t)pcap_datalink(live->pcap);
	return options->filter ? set_filter(live, options->filter, error) : 0;
}

int live_open(struct live **result, const struct live_options *options, struct error *error)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct live *live = calloc(1, sizeof *live);
	int status = 0;

	*result = NULL;
	if (live)
		live->name = strdup(options->interface);
	if (!live || !live->name) {
		status = error_set(error, ERROR_MEMORY, options->interface, "no memory to capture on it");
		goto out;
	}
	live->info.format = "live";
	live->missed_before = interface_missed(options->interface);
	live->pcap = pcap_create(options->interface, why);
	if (!live->pcap) {
		status = error_set(error, ERROR_SYSTEM, options->interface, "cannot be captured on: %s", why);
		goto out;
	}
	configure(live->pcap, options);
	status = activate(live, options, error);
out:
	if (status < 0)
		live_close(live);
	else
		*result = live;
	return status;
}

void live_close(struct live *live)
{
	if (!live)
		return;
	if (live->pcap)
		pcap_close(live->pcap);
	free(live->name);
	free(live);
}

int live_descriptor(const struct live *live)
{
	return pcap_get_selectable_fd(live->pcap);
}

uint16_t live_link_type(const struct live *live)
{
	return live->info.link_type;
}

static void count(struct capture_info *info, const struct frame *frame)
{
	if (info->frames++ == 0 || frame->time < info->first)
		info->first = frame->time;
	if (info->frames == 1 || frame->time > info->last)
		info->last = frame->time;
	info->bytes += frame->length;
}

int live_next(struct live *live, struct frame *frame, struct error *error)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int code = pcap_next_ex(live->pcap, &header, &bytes);

	if (code < 0)
		return fail_pcap(live, code, error);
	if (code == 0)
		return 0;
	/* With nanosecond precision tv_usec holds nanoseconds. */
	*frame = (struct frame){
		.bytes = bytes,
		.captured = header->caplen,
		.length = header->len,
		.time = header->ts.tv_sec * NANOS_PER_SECOND + header->ts.tv_usec,
		.number = live->info.frames + 1,
		.link_type = live->info.link_type,
	};
	count(&live->info, frame);
	return 1;
}

struct live_losses live_losses(const struct live *live)
{
	struct live_losses losses = { .kernel = 0 };
	uint64_t missed = interface_missed(live->name);
	struct pcap_stat statistics;

	if (pcap_stats(live->pcap, &statistics) == 0)
		losses.kernel = statistics.ps_drop;
	if (missed > live->missed_before)
		losses.interface = missed - live->missed_before;
	return losses;
}

const struct capture_info *live_info(struct live *live)
{
	struct live_losses losses = live_losses(live);

	live->info.dropped = losses.kernel + losses.interface;
	return &live->info;
}
