// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON format: single values. */
#include "report/report_json.h"
#include "report/utf8.h"

json_t *json_of_fields(const struct json_field *fields)
{
	json_t *object = json_object();
	bool failed = object == NULL;

	for (; fields->key != NULL; fields++)
		if (json_object_set_new(object, fields->key, fields->value) != 0)
			failed = true;
	if (!failed)
		return object;
	json_decref(object);
	return NULL;
}

json_t *json_list_add(json_t *list, json_t *item)
{
	if (json_array_append_new(list, item) == 0)
		return list;
	json_decref(list);
	return NULL;
}

json_t *json_of_string(const char *string)
{
	struct text valid = TEXT_INIT;
	json_t *value;

	if (string == NULL)
		return json_null();
	utf8_add_valid(&valid, string);
	value = valid.failed ? NULL : json_string(text_string(&valid));
	text_free(&valid);
	return value;
}

json_t *json_of_count(uint64_t count)
{
	return json_integer(count > INT64_MAX ? INT64_MAX : (json_int_t)count);
}

json_t *json_of_count_or_null(uint64_t count)
{
	return count == 0 ? json_null() : json_of_count(count);
}

json_t *json_of_time(nanos time)
{
	char buffer[NANOS_RFC3339_SIZE];

	return json_string(nanos_format_rfc3339(time, buffer));
}

json_t *json_of_ip(const struct ip *ip)
{
	char buffer[IP_TEXT_SIZE];

	return ip->family == 0 ? json_null() : json_string(ip_format(ip, buffer));
}

json_t *json_of_mac(bool has_mac, struct mac mac)
{
	char buffer[MAC_TEXT_SIZE];

	return has_mac ? json_string(mac_format(mac, buffer)) : json_null();
}

json_t *json_of_vlan(uint32_t vlan)
{
	return json_of_count_or_null(vlan & 0xffff);
}

json_t *json_of_outer_vlan(uint32_t vlan)
{
	return json_of_count_or_null(vlan >> 16);
}
