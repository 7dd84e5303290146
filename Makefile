# SPDX-License-Identifier: GPL-2.0-or-later
# make            builds build/truemac
# make demo       installs what is missing, builds, and diagnoses the bundled Xen capture
# make check      installs what is missing, builds, and runs every test
# V=1 shows commands, SAN=address,undefined builds with sanitizers (into its own folder).

CC ?= gcc
CLANG ?= clang
PREFIX ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0

BUILD := build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))
comma := ,
Q := $(if $(V),,@)

FOLDERS := base wire topology analysis rules probe replay report tui net host cli
LIBRARIES := zlib libzstd jansson
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Wformat=2 -Werror
CPPFLAGS += -Isrc -D_GNU_SOURCE -DTRUEMAC_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(WARNINGS) $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
LDLIBS += $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null)
LDFLAGS += $(if $(SAN),-fsanitize=$(SAN))

SOURCES := $(foreach folder,$(FOLDERS),$(wildcard src/$(folder)/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY_OBJECTS := $(filter-out $(BUILD)/src/cli/main.o,$(OBJECTS))

.PHONY: all clean
all: $(BUILD)/truemac

$(BUILD)/truemac: $(OBJECTS)
	$(if $(V),,@echo "  LD    $@")
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libtruemac.a: $(LIBRARY_OBJECTS)
	$(if $(V),,@echo "  AR    $@")
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c
	$(if $(V),,@echo "  CC    $<")
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Unit programs: src/test/unit/test_x.c becomes build/test/test_x.
UNIT_SOURCES := $(wildcard src/test/unit/test_*.c)
UNITS := $(UNIT_SOURCES:src/test/unit/%.c=$(BUILD)/test/%)

$(BUILD)/test/test_%: $(BUILD)/src/test/unit/test_%.o $(BUILD)/libtruemac.a
	$(if $(V),,@echo "  LD    $@")
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka -lpcap

.PHONY: units
units: $(UNITS)

clean:
	$(Q)rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
