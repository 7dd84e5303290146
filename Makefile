# SPDX-License-Identifier: GPL-2.0-or-later
#
# make              builds build/truemac
# make demo         installs what is missing, builds, and diagnoses the bundled Xen captures
# make check        installs what is missing, builds, and runs every test
# make install      installs the program and its manual pages below DESTDIR and PREFIX (/usr/local);
#                   SETCAP=1 lets every user of it capture and send (cap_net_raw)
# make golden       writes the expected reports and the corpus anew, for review with `git diff`
# make fuzz         fuzzes each target for FUZZ_SECONDS (60)
# make bench        measures beside tcpdump, capinfos, arp-scan, tcpreplay and others; PACKETS=3000000 RUNS=5
# make lab          brings up a faulty LVS set-up in network namespaces to play in (root); SCENARIO=xen-routed
# make cover        runs the tests with coverage; report in build/cover/html
# make format       formats all C sources
# make packages     installs the Debian packages that a build and the tests need
# make clean        removes build/
# make help         shows this text
#
# V=1 shows the commands, SAN=address,undefined builds with sanitizers into a folder of its own,
# CC=clang OUT=build/clang builds elsewhere with another compiler.

ifeq ($(origin CC),default)
CC := gcc
endif
PREFIX ?= /usr/local
DESTDIR ?=
OUT ?= build
VERSION := 0.1.0

comma := ,
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-6s %s\n' $(1) $(2))
BUILD := $(OUT)$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))

# In the order in which they may use each other; src/test/check-folders.sh holds them to it.
FOLDERS := base wire topology analysis rules probe replay report merge tui watch net host cli
LIBRARIES := zlib libzstd jansson libnl-3.0 libnl-route-3.0 libnl-genl-3.0 libcap-ng libxdp libbpf libnftables ncursesw
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Wformat=2 -Werror
CFLAGS ?= -O2 -g
SANITIZE := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)

# Until the packages are there pkg-config may be missing: demo and check install first and then call make anew.
ALL_CPPFLAGS = -Isrc -D_GNU_SOURCE -DTRUEMAC_VERSION='"$(VERSION)"' \
	$(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null) $(CPPFLAGS)
ALL_CFLAGS = -std=gnu11 $(WARNINGS) $(CFLAGS) $(SANITIZE)
ALL_LDFLAGS = $(LDFLAGS) $(SANITIZE)
ALL_LDLIBS = $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null || echo -lz -lzstd -ljansson -lnl-3 -lnl-route-3 -lnl-genl-3 -lcap-ng -lxdp -lbpf -lnftables -lncursesw -ltinfo) \
	-lnet -lpcap $(LDLIBS)

SOURCES := $(foreach folder,$(FOLDERS),$(wildcard src/$(folder)/*.c))
SOURCES := $(filter-out %.bpf.c,$(SOURCES))
BPF_SOURCES := $(wildcard src/net/bpf/*.bpf.c)
BPF_OBJECTS := $(BPF_SOURCES:src/net/bpf/%.bpf.c=$(BUILD)/bpf/%.o)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/schema.o $(BPF_OBJECTS)
LIBRARY_OBJECTS := $(filter-out $(BUILD)/src/cli/main.o,$(OBJECTS))

.PHONY: FORCE all demo check packages install golden seeds fuzz bench cover lab format clean help
all: $(BUILD)/truemac

$(BUILD)/truemac: $(OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(BUILD)/libtruemac.a: $(LIBRARY_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The program prints the report's JSON Schema: the file becomes a string.
$(BUILD)/schema.c: src/report/report.schema.json Makefile
	$(Q)mkdir -p $(@D)
	$(Q){ echo '#include "report/schema.h"'; echo 'const char report_schema[] ='; \
		sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $<; echo ';'; } >$@

$(BUILD)/schema.o: $(BUILD)/schema.c
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Programs for the kernel: clang makes src/net/bpf/x.bpf.c an ELF object, whose bytes become bpf_x (src/net/bpf/objects.h).
# Without clang they are empty, and the program says what is missing where one of them is wanted.
BPF_CLANG := $(shell command -v clang 2>/dev/null)
BPF_CFLAGS := -target bpf -ffreestanding -fno-strict-aliasing -O2 -g -Wall -Wextra -Werror -Isrc -isystem /usr/include/$(shell uname -m)-linux-gnu

# Whether clang was there: the objects are made anew when it comes or goes.
$(BUILD)/bpf/clang: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(BPF_CLANG)' | cmp -s - $@ || echo '$(BPF_CLANG)' >$@

$(BUILD)/bpf/%.elf: src/net/bpf/%.bpf.c $(BUILD)/bpf/clang Makefile
	$(call say,BPF,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(if $(BPF_CLANG),$(BPF_CLANG) $(BPF_CFLAGS) -MMD -MP -MT $@ -MF $(@:.elf=.d) -c -o $@ $<,: >$@)

$(BUILD)/bpf/%.c: $(BUILD)/bpf/%.elf
	$(Q){ echo '#include "net/bpf/objects.h"'; echo 'static const unsigned char bytes[] __attribute__((aligned(8))) = {'; \
		od -An -v -tu1 $< | sed 's/  */, /g; s/^, //; s/$$/,/'; echo '0};'; \
		echo 'const struct bpf_bytes bpf_$* = { bytes, sizeof bytes - 1 };'; } >$@

$(BPF_OBJECTS): $(BUILD)/bpf/%.o: $(BUILD)/bpf/%.c
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

# Unit programs: src/test/unit/test_x.c becomes build/test/test_x. Other files there are helpers of all of them.
UNIT_SOURCES := $(wildcard src/test/unit/test_*.c)
UNIT_HELPERS := $(filter-out $(UNIT_SOURCES),$(wildcard src/test/unit/*.c))
UNITS := $(UNIT_SOURCES:src/test/unit/%.c=$(BUILD)/test/%)

$(BUILD)/test/test_%: $(BUILD)/src/test/unit/test_%.o $(UNIT_HELPERS:%.c=$(BUILD)/%.o) $(BUILD)/libtruemac.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS) -lcmocka -lpcap

# Programs that the tests use: src/test/tools/x.c becomes build/test/x, src/test/bench/x.c build/test/bench_x; mkpcap has
# a folder of its own.
TOOL_SOURCES := $(wildcard src/test/tools/*.c)
BENCH_SOURCES := $(wildcard src/test/bench/*.c)
TOOLS := $(TOOL_SOURCES:src/test/tools/%.c=$(BUILD)/test/%) $(BENCH_SOURCES:src/test/bench/%.c=$(BUILD)/test/bench_%) \
	$(BUILD)/test/mkpcap
MKPCAP_SOURCES := $(wildcard src/test/mkpcap/*.c)

$(BUILD)/test/mkpcap: $(MKPCAP_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/src/wire/address.o
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(TOOL_SOURCES:src/test/tools/%.c=$(BUILD)/test/%): $(BUILD)/test/%: $(BUILD)/src/test/tools/%.o $(BUILD)/libtruemac.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(BUILD)/test/bench_%: $(BUILD)/src/test/bench/%.o
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

# Fuzz targets: with libFuzzer (make fuzz) as build/fuzz/.../fuzz_x, and as replay_x, which feeds files once.
FUZZ_SOURCES := $(wildcard src/test/fuzz/fuzz_*.c)
FUZZERS := $(FUZZ_SOURCES:src/test/fuzz/%.c=$(BUILD)/test/%)
REPLAYS := $(FUZZ_SOURCES:src/test/fuzz/fuzz_%.c=$(BUILD)/test/replay_%)

$(BUILD)/test/fuzz_%: $(BUILD)/src/test/fuzz/fuzz_%.o $(BUILD)/libtruemac.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(ALL_LDLIBS) -lpcap

$(BUILD)/test/replay_%: $(BUILD)/src/test/fuzz/fuzz_%.o $(BUILD)/src/test/fuzz/replay.o $(BUILD)/libtruemac.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS) -lpcap

.PHONY: units tools fuzzers replays
units: $(UNITS)
tools: $(TOOLS)
fuzzers: $(FUZZERS)
replays: $(REPLAYS)

packages:
	$(Q)src/test/install-packages.sh check

demo:
	$(Q)src/test/install-packages.sh build
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) all
	$(Q)src/test/demo.sh $(BUILD)/truemac

check:
	$(Q)src/test/install-packages.sh check
	$(Q)OUT=$(OUT) src/test/check.sh

golden:
	$(Q)src/test/install-packages.sh check
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) all tools
	$(Q)src/test/run-corpus.sh $(BUILD) --write
	$(Q)src/test/run-golden.sh $(BUILD) --write
	$(Q)src/test/man-rules.sh $(BUILD)/truemac --write
	$(Q)src/test/man-keys.sh $(BUILD) --write
	$(Q)$(MAKE) --no-print-directory $(BUILD)/test/test_tui_screens
	$(Q)TRUEMAC_WRITE_SCREENS=1 $(BUILD)/test/test_tui_screens

fuzz:
	$(Q)src/test/install-packages.sh fuzz
	$(Q)OUT=$(OUT) src/test/fuzz/run.sh

# Seeds of the engine's fuzz target from bundled captures, where a rule has got new captures.
seeds: tools
	$(Q)mkdir -p testdata/fuzz/engine
	$(Q)for capture in pcaps/corpus/*.pcap; do \
		$(BUILD)/test/engine_seed testdata/fuzz/engine/$$(basename $$capture .pcap) $$capture; done
	$(Q)$(BUILD)/test/engine_seed testdata/fuzz/engine/xen-route pcaps/xen-route/client-eth0.pcap pcaps/xen-route/rs1-eth0.pcap
	$(Q)$(BUILD)/test/engine_seed testdata/fuzz/engine/xen-route-loop pcaps/xen-route-loop/client-eth0.pcap \
		pcaps/xen-route-loop/dir1-eth0.pcap

bench:
	$(Q)src/test/install-packages.sh bench
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) all tools $(BUILD)/test/test_tui_size
	$(Q)src/test/bench/run.sh $(BUILD)
	$(Q)src/test/bench/screens.sh $(BUILD)
	$(Q)src/test/bench/scan.sh $(BUILD)
	$(Q)src/test/lab/crowd.sh $(BUILD) 200=20 1000=60
	$(Q)src/test/bench/forward.sh $(BUILD)
	$(Q)src/test/bench/send.sh $(BUILD)

cover:
	$(Q)src/test/install-packages.sh cover
	$(Q)OUT=$(OUT)/cover src/test/cover.sh

SCENARIO ?= xen-routed
lab: all
	$(Q)src/test/lab/lab.sh up $(SCENARIO)

format:
	$(Q)find src -name '*.[ch]' -exec clang-format -i {} +

MANUALS := $(wildcard man/*.[1-9])
install: all
	install -D -m 755 $(BUILD)/truemac $(DESTDIR)$(PREFIX)/bin/truemac
	$(foreach page,$(MANUALS),install -D -m 644 $(page) \
		$(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page)) &&) true
	$(if $(filter 1,$(SETCAP)),setcap cap_net_raw+ep $(DESTDIR)$(PREFIX)/bin/truemac)

clean:
	$(Q)rm -rf $(OUT)

help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' Makefile

# Objects that only a pattern rule knows are kept: the next build needs them.
.SECONDARY:
-include $(OBJECTS:.o=.d) $(BPF_OBJECTS:.o=.d)
-include $(wildcard $(BUILD)/src/test/*/*.d)
