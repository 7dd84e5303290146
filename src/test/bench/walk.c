// SPDX-License-Identifier: GPL-2.0-or-later
/* bench_walk FILE: read() of 256 KiB and a bare walk over the records of a pcap file; what any reader must cost. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 256 * 1024, FILE_HEADER = 24, RECORD_HEADER = 16 };

struct walk {
	uint64_t packets, bytes;
	size_t skip; /* bytes still to be passed over before the next record's header */
};

/* Walks the records in `data` and gives the number of bytes at its end that are the beginning of a header. */
static size_t walk_records(struct walk *w, const uint8_t *data, size_t size)
{
	size_t at = 0;

	for (;;) {
		if (w->skip > size - at) {
			w->skip -= size - at;
			return 0;
		}
		at += w->skip;
		w->skip = 0;
		if (size - at < RECORD_HEADER)
			return size - at;
		uint32_t captured;
		memcpy(&captured, data + at + 8, sizeof captured);
		w->packets++;
		w->bytes += captured;
		at += RECORD_HEADER;
		w->skip = captured;
	}
}

int main(int argc, char **argv)
{
	static uint8_t buffer[RECORD_HEADER + BUFFER];
	struct walk w = { .skip = FILE_HEADER };
	int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	size_t kept = 0;
	ssize_t got;

	if (file < 0) {
		fprintf(stderr, "usage: bench_walk FILE\n");
		return 2;
	}
	while ((got = read(file, buffer + kept, BUFFER)) > 0) {
		size_t size = kept + (size_t)got;
		kept = walk_records(&w, buffer, size);
		memmove(buffer, buffer + size - kept, kept);
	}
	close(file);
	printf("%llu packets, %llu bytes\n", (unsigned long long)w.packets, (unsigned long long)w.bytes);
	return 0;
}
