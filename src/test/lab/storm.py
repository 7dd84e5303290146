#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""storm.py INTERFACE SECONDS RATE: ARP questions of 4,096 hosts; prints how many were sent, and how many a second."""
import random
import socket
import struct
import sys
import time

HOSTS = 4096
AT_ONCE = 500


def question(host):
    target = random.randrange(65536)
    mac = bytes([0x00, 0x16, 0x3E, 0x09, host >> 8, host & 255])
    arp = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mac + bytes([10, 9, host >> 8, host & 255])
    return b"\xff" * 6 + mac + b"\x08\x06" + arp + bytes(6) + bytes([10, 9, target >> 8, target & 255]) + bytes(18)


def main():
    interface, seconds, rate = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    frames = [question(host) for host in range(HOSTS)]
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind((interface, 0))
    begin, sent = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        for place in range(sent, sent + AT_ONCE):
            sender.send(frames[place % HOSTS])
        sent += AT_ONCE
        time.sleep(max(0, sent / rate - (time.monotonic() - begin)))
    print(sent, "frames,", round(sent / (time.monotonic() - begin)), "a second")


main()
