// SPDX-License-Identifier: GPL-2.0-or-later
/* Names for what people give by mistake where a capture is expected. */
#include "wire/capture_private.h"

static const struct {
	const char *magic;
	size_t length;
	const char *name;
} known[] = {
	{ "\x1f\x8b", 2, "gzip data inside gzip data (compressed twice?)" },
	{ "\x28\xb5\x2f\xfd", 4, "zstd data inside compressed data (compressed twice?)" },
	{ "\xfd"
	  "7zXZ",
	  5, "an xz file (unpack it first)" },
	{ "BZh", 3, "a bzip2 file (unpack it first)" },
	{ "\x04\x22\x4d\x18", 4, "an lz4 file (unpack it first)" },
	{ "PK\x03\x04", 4, "a zip archive (unpack it first)" },
	{ "7z\xbc\xaf\x27\x1c", 6, "a 7-Zip archive (unpack it first)" },
	{ "\xa1\x2b\x3c\x4d", 4, "pcap in Navtel's variant (convert it with Wireshark)" },
	{ "\x4d\x3c\x2b\xa1", 4, "pcap in Navtel's variant (convert it with Wireshark)" },
	{ "\xa1\xb2\x34\xcd", 4, "pcap in Mesquita's variant (convert it with Wireshark)" },
	{ "\xcd\x34\xb2\xa1", 4, "pcap in Mesquita's variant (convert it with Wireshark)" },
	{ "snoop\0\0\0", 8, "a snoop capture (convert it with editcap -F pcapng)" },
	{ "iptrace ", 8, "an AIX iptrace capture (convert it with editcap -F pcapng)" },
	{ "RTSS", 4, "a Network Monitor capture (convert it with editcap -F pcapng)" },
	{ "GMBU", 4, "a Network Monitor capture (convert it with editcap -F pcapng)" },
	{ "TRSNIFF data", 12, "a Sniffer capture (convert it with editcap -F pcapng)" },
	{ "\r\n\r\r\n", 5, "a pcapng capture that a text-mode transfer damaged (copy it again in binary mode)" },
	{ "\x7f"
	  "ELF",
	  4, "a program" },
	{ "\x89PNG", 4, "a picture" },
	{ "%PDF", 4, "a PDF document" },
};

static bool is_text(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		bool blank = bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t';

		if (!blank && (bytes[i] < 0x20 || bytes[i] == 0x7f))
			return false;
	}
	return length > 0;
}

const char *capture_guess(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (length >= known[i].length && memcmp(bytes, known[i].magic, known[i].length) == 0)
			return known[i].name;
	return is_text(bytes, length < 64 ? length : 64) ? "text" : NULL;
}
