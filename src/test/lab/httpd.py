# SPDX-License-Identifier: GPL-2.0-or-later
"""httpd.py NAME [PORT]: an HTTP/1.1 server for the lab, on every address of both families.

GET /        answers NAME
GET /drip/N  answers N lines of NAME, one every 100 ms: a connection that lasts
GET /big/N   answers N kilobytes
POST /       answers NAME and how many bytes came
"""
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = sys.argv[1]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        kind, _, count = self.path[1:].partition("/")
        if kind == "drip":
            line = (NAME + "\n").encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(line) * int(count)))
            self.end_headers()
            for _ in range(int(count)):
                self.wfile.write(line)
                self.wfile.flush()
                time.sleep(0.1)
        elif kind == "big":
            self.answer(b"x" * 1000 * int(count))
        else:
            self.answer((NAME + "\n").encode())

    def do_POST(self):
        left = length = int(self.headers["Content-Length"])
        while left > 0:
            left -= len(self.rfile.read(min(left, 65536)))
        self.answer(f"{NAME} {length}\n".encode())

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    request_queue_size = 256
    daemon_threads = True


Server(("::", int(sys.argv[2]) if len(sys.argv) > 2 else 80), Handler).serve_forever()
