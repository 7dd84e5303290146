// SPDX-License-Identifier: GPL-2.0-or-later
/* One reader per kind of fact. Each adds what it finds to the state, and notes what it could not read. */
#ifndef HOST_READERS_H
#define HOST_READERS_H

#include "host/files.h"

/* Links, addresses, routes, neighbours and neighbour proxies of this machine, by rtnetlink(7). False: nothing at all.
 */
bool netlink_read(struct host_state *state);

/* Addresses, routes and neighbours from the files of /proc/net, as far as those tell. */
void tables_read(const struct host_files *files);

/* /sys/class/net below the root, where netlink does not tell: names, MACs, flags, masters. */
void links_read(const struct host_files *files);

/* /proc/sys/net/ipv[46]/conf for `all` and each link that is there. */
void sysctl_read(const struct host_files *files);

/* The IPVS table, of this machine by generic netlink, else from /proc/net/ip_vs; absent where the module is. */
void ipvs_read(const struct host_files *files);
/* The table as /proc/net/ip_vs (hexadecimal) or `ipvsadm -Ln` (decimal) has it; what contradicts itself is noted. */
void ipvs_parse(struct host_state *state, const char *text);

/* /etc/keepalived/keepalived.conf: its bytes ("" for none); then what they and what they include mean. */
void keepalived_load(const struct host_files *files, struct text *content);
void keepalived_parse(const struct host_files *files, const struct topology_loader *loader, const struct text *content);

/* Listening TCP and bound UDP sockets: /proc/net/{tcp,tcp6,udp,udp6}. */
void sockets_read(const struct host_files *files);
void sockets_parse(struct host_state *state, const char *text, uint8_t family, uint8_t protocol);

/* Counters that betray: /proc/net/netstat, /proc/net/snmp, /proc/net/stat/rt_cache. */
void counters_read(const struct host_files *files);
/* Pairs of lines "Ip: NAME ..." and "Ip: VALUE ...". */
void counters_parse(struct host_state *state, const char *text);

/* Name, kernel, kind of virtualisation, container. */
void machine_read(const struct host_files *files);

/* Packet filters, after machine_read(). */
void filters_read(const struct host_files *files);
struct nlmsghdr;
/* A chain of nftables as a message of the kernel has it: its table, where the chain is hooked in and does something. */
void filters_take_chain(struct host_state *state, struct nlmsghdr *message);

/* Xen's store, in Dom0 and in a guest; -1 where there is none or it may not be opened. machine_read() was before. */
int guests_open(const struct host_files *files);
/*
 * Guests of a Xen Dom0, or what a guest is told of itself, from the store; of other hypervisors, from the names of
 * their taps.
 */
void guests_read(const struct host_files *files, int store);

/* A state in JSON, and outputs of commands. */
int state_json_load(const char *name, const char *bytes, size_t length, struct host_state *state, struct error *error);
int commands_load(const char *name, const char *bytes, size_t length, struct host_state *state, struct error *error);

#endif
