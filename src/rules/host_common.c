// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct ip host_own_address(const struct host_state *state, const struct host_link *link)
{
	struct ip first = { .family = 0 };

	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *address = &state->addresses[i];
		const struct host_link *holder = host_find_link(state, address->link);

		if (host_find_vip(state, &address->ip) || ip_is_link_local(&address->ip) ||
		    (holder && holder->loopback))
			continue;
		if (link && strcmp(address->link, link->name) == 0)
			return address->ip;
		if (first.family == 0)
			first = address->ip;
	}
	return first;
}

struct fault *host_fault(struct findings *findings, const struct host_state *state, enum severity severity,
			 enum confidence confidence, const struct host_link *link, const struct ip *vip)
{
	struct subject subject = { .ip = host_own_address(state, link) };
	struct fault *fault;

	if (link && !mac_is_zero(link->mac)) {
		subject.has_mac = true;
		subject.mac = link->mac;
	}
	if (vip)
		subject.vip = *vip;
	fault = findings_add(findings, severity, confidence, &subject);
	fault->first = fault->last = state->taken;
	fault->count = 1;
	return fault;
}

void host_note(struct fault *fault, const struct host_state *state, const char *place, const char *format, ...)
{
	struct evidence *evidence;
	va_list arguments;
	size_t length;

	if (fault->evidence_count == FAULT_MAX_EVIDENCE)
		return;
	evidence = &fault->evidence[fault->evidence_count++];
	*evidence = (struct evidence){ .time = state->taken };
	snprintf(evidence->note, sizeof evidence->note, "%s: ", place);
	length = strlen(evidence->note);
	va_start(arguments, format);
	vsnprintf(evidence->note + length, sizeof evidence->note - length, format, arguments);
	va_end(arguments);
}

void host_note_setting(struct fault *fault, const struct host_state *state, const struct host_link *link,
		       enum host_setting setting)
{
	char key[SETTING_KEY_SIZE], all[24] = "unseen", own[24] = "unseen";

	if (state->all[setting] != SETTING_UNSEEN)
		snprintf(all, sizeof all, "%d", (int)state->all[setting]);
	if (link->settings[setting] != SETTING_UNSEEN)
		snprintf(own, sizeof own, "%d", (int)link->settings[setting]);
	host_note(fault, state, host_setting_key(link->name, setting, key), "%s, that of all is %s; in force: %d", own,
		  all, (int)host_setting(state, link, setting));
}

void host_set_sysctl(struct fault *fault, const char *topic, const struct host_link *link, const char *assignments)
{
	struct text lines = TEXT_INIT;

	assignments += strspn(assignments, " ");
	for (const char *at = assignments; *at != '\0'; at++) {
		if (*at == ' ')
			text_add(&lines, "\\n");
		else
			text_add_char(&lines, *at);
	}
	fault_add_remedy(fault, "sysctl -w %s", assignments);
	fault_add_remedy(fault, "printf '%s\\n' > /etc/sysctl.d/60-lvs-%s%s%s.conf", text_string(&lines), topic,
			 link ? "-" : "", link ? link->name : "");
	text_free(&lines);
}

void host_add_assignment(struct text *list, const char *link, enum host_setting setting, int value)
{
	char key[SETTING_KEY_SIZE];

	text_printf(list, "%s%s=%d", list->length ? " " : "", host_setting_key(link, setting, key), value);
}

void host_raise_all(struct fault *fault, const char *topic, const struct host_link *link, enum host_setting setting,
		    int value)
{
	bool beyond = link->settings[setting] > value;
	struct text list = TEXT_INIT;

	host_add_assignment(&list, "all", setting, value);
	if (beyond)
		host_add_assignment(&list, link->name, setting, value);
	host_set_sysctl(fault, topic, beyond ? link : NULL, text_string(&list));
	text_free(&list);
}

void host_add_name(struct text *list, const char *name)
{
	text_printf(list, "%s%s", list->length ? ", " : "", name);
}

bool host_link_has(const struct host_state *state, const struct host_link *link, uint8_t family)
{
	for (uint32_t i = 0; i < state->address_count; i++)
		if (state->addresses[i].ip.family == family && strcmp(state->addresses[i].link, link->name) == 0)
			return true;
	return false;
}

bool host_link_holds(const struct host_state *state, const struct host_link *link, const struct ip *ip)
{
	for (uint32_t i = 0; i < state->address_count; i++)
		if (ip_equal(&state->addresses[i].ip, ip) && strcmp(state->addresses[i].link, link->name) == 0)
			return true;
	return false;
}

bool host_has_partner(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->setup.director_count; i++)
		if (!host_find_address(state, &state->setup.directors[i].ip))
			return true;
	return false;
}

bool host_is_standby(const struct host_state *state)
{
	bool may_wait = host_has_partner(state);

	for (uint32_t i = 0; i < state->vip_count; i++) {
		if (state->vips[i].local)
			return false;
		may_wait |= state->vips[i].floats;
	}
	return may_wait && state->role == HOST_ROLE_DIRECTOR;
}

bool host_may_redirect(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->filter_count; i++)
		if (!state->filters[i].value)
			return true;
	return false;
}

bool host_vip_is_quiet(const struct host_vip *vip)
{
	return vip->local && vip->method != METHOD_NAT;
}

bool host_methods_cross_routers(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->setup.service_count; i++)
		if (state->setup.services[i].method != METHOD_TUN && state->setup.services[i].method != METHOD_NAT)
			return false;
	return state->setup.service_count > 0;
}
