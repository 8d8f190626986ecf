"""What every test server shares: HTTP on a random loopback port, a log, and faults on demand.

A server is a Service whose answer() takes a Request and gives an Answer, or raises Refusal:

    class Echo(Service):
        def answer(self, request):
            return Answer.json({"method": request.method})

    SERVICE = Echo
    if __name__ == "__main__":
        main(SERVICE)

The port is the first line of standard output. The server ends when its standard input does, where
that is a pipe. What is not the service's:

    GET  /__log     every request so far: method, target, headers, body, status
    DELETE /__log   forgets them
    GET  /__stats   {"requests", "connections", "most_in_flight"}
    POST /__fault   what goes wrong from now on: one object, a list of them, {} for nothing.
                    Which requests: "method", "path" (how the path begins), "contains" (a text of
                    the body), "skip" (how many are let through first), "times" (how many it hits;
                    for ever where it is not given).
                    Before anything is done: "delay_ms", "status" with "retry_after" (a number or
                    text) and "body", "redirect" (a URL, with "status" or 302), "drop" (the
                    connection is closed without an answer, and nothing was done).
                    After it is done: "cut" (the connection ends after so many bytes of the answer),
                    "stall" (so many seconds in the middle of the body), "truncate" (a body of so
                    many bytes, whole as HTTP goes), "garbage", "deep" (the API's JSON or XML of so
                    many levels), "huge" (a body of so many bytes).

Tests start one with Running("echo_server.py"). Python's standard library only.
"""

import argparse
import gzip
import http.client
import http.server
import importlib
import json
import os
import pathlib
import random
import re
import select
import socket
import ssl
import stat
import sys
import threading
import time
import traceback
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
REFUSED_BODY = 64 * 1024 * 1024


class Refusal(Exception):
    """An answer that says no; raised anywhere below Service.answer."""

    def __init__(self, answer):
        super().__init__(answer)
        self.answer = answer


class Answer:
    def __init__(self, status=200, body=b"", kind=None, headers=()):
        self.status, self.chunked = status, False
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = list(headers)
        if kind is not None:
            self.headers.append(("Content-Type", kind))

    @classmethod
    def json(cls, value, status=200, headers=(), **dumps):
        """Compact JSON. PHP-style servers replace "/" themselves: Answer(body=…)."""
        dumps.setdefault("separators", (",", ":"))
        return cls(status, json.dumps(value, **dumps), "application/json", headers)


def unique_pairs(pairs):
    """For json.loads: a key that comes twice is a mistake of the client."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("duplicate key")
    return dict(pairs)


class Request:
    """What a client sent. target is the path with its query exactly as it came."""

    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        raw_path, _, self.raw_query = target.partition("?")
        self.raw_path = raw_path
        self.path = urllib.parse.unquote(raw_path, errors="strict")
        self.segments = [urllib.parse.unquote(part, errors="strict")
                         for part in raw_path.strip("/").split("/")]
        self.pairs = urllib.parse.parse_qsl(self.raw_query, keep_blank_values=True,
                                            strict_parsing=bool(self.raw_query), errors="strict")

    @property
    def query(self):
        """The query's parameters; one that comes twice is a ValueError."""
        return unique_pairs(self.pairs)

    @property
    def content_type(self):
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def bearer(self):
        """The token of `Authorization: Bearer …`, or None."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme == "Bearer" and token.strip() else None

    def json(self):
        """The body as JSON, strictly: the media type, UTF-8, no key twice. ValueError else."""
        if self.content_type != "application/json":
            raise ValueError(f"the content type is {self.content_type!r}, not application/json")
        return json.loads(self.body.decode("utf-8"), object_pairs_hook=unique_pairs)

    def form(self):
        """An application/x-www-form-urlencoded body. ValueError else."""
        if self.content_type != "application/x-www-form-urlencoded":
            raise ValueError(f"the content type is {self.content_type!r}, not a form's")
        return unique_pairs(urllib.parse.parse_qsl(self.body.decode("ascii"), strict_parsing=True,
                                                   keep_blank_values=True, errors="strict"))

    def multipart(self):
        """multipart/form-data: a list of Part. ValueError for anything else."""
        kind = self.headers.get("Content-Type", "")
        found = re.fullmatch(r'multipart/form-data;\s*boundary="?([^";]{1,70})"?', kind)
        if not found:
            raise ValueError(f"the content type is {kind!r}, not multipart/form-data")
        boundary = b"--" + found[1].encode()
        pieces = (b"\r\n" + self.body).split(b"\r\n" + boundary)
        if len(pieces) < 3 or pieces[0] or pieces[-1].strip() != b"--":
            raise ValueError("the multipart body does not begin and end with its boundary")
        return [Part(piece) for piece in pieces[1:-1]]


class Part:
    """One part of a multipart body: name, filename (or None), type (or None), body."""

    def __init__(self, piece):
        head, blank, self.body = piece.partition(b"\r\n\r\n")
        if not blank or not head.startswith(b"\r\n"):
            raise ValueError("a part has no header")
        headers = dict((name.strip().lower(), value.strip()) for name, _, value in
                       (line.partition(":") for line in head.decode().strip().split("\r\n")))
        disposition = headers.get("content-disposition", "")
        if not disposition.startswith("form-data;"):
            raise ValueError("a part is not form-data")
        values = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', disposition))
        self.name = values["name"]
        self.filename = values.get("filename")
        self.type = headers.get("content-type")


class Service:
    """What a server answers. answer() is called by several threads at once; take self.lock."""

    takes_gzip = False  # whether a request may have Content-Encoding: gzip

    def __init__(self, options):
        self.options = options
        self.lock = threading.RLock()

    @classmethod
    def add_arguments(cls, parser):
        """Switches of this server's own."""

    def answer(self, request):
        raise NotImplementedError

    def fault_answer(self, status):
        """The API's own way to say a status that a fault asked for."""
        return Answer.json({"error": http.client.responses.get(status, "fault")}, status)

    def deep_body(self, levels):
        """A body of the API's language that is nested so deeply."""
        return b"[" * levels + b"]" * levels

    def huge_body(self, size):
        """A body of so many bytes."""
        return b'"' + b"x" * (size - 2) + b'"'


def in_chunks(body, size=1000):
    """A body as HTTP's chunks."""
    pieces = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class Faults:
    """What goes wrong: which request each one hits is counted here."""

    def __init__(self):
        self.lock = threading.Lock()
        self.rows = []

    def set(self, rows):
        rows = rows if isinstance(rows, list) else [rows] if rows else []
        with self.lock:
            self.rows = [dict(row) for row in rows]

    def take(self, request):
        """All that hits this request, as one dictionary."""
        merged = {}
        with self.lock:
            for row in self.rows:
                if row.get("method", request.method) != request.method or \
                        not request.raw_path.startswith(row.get("path", "")) or \
                        row.get("contains", "").encode() not in request.body:
                    continue
                if row.get("skip", 0) > 0:
                    row["skip"] -= 1
                elif row.get("times", 1) > 0:
                    if "times" in row:
                        row["times"] -= 1
                    merged.update(row)
        return merged


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, service):
        super().__init__(("127.0.0.1", 0), Handler)
        self.service = service
        self.faults = Faults()
        self.lock = threading.Lock()
        self.log = []
        self.connections = self.in_flight = self.most_in_flight = 0

    def handle_error(self, request, client_address):
        """A client that went away is no news; anything else is a defect of the server."""
        if not isinstance(sys.exc_info()[1], (OSError, ssl.SSLError)):
            super().handle_error(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version, sys_version = "dossier-test", ""

    def setup(self):
        super().setup()
        with self.server.lock:
            self.server.connections += 1

    def log_message(self, format, *arguments):
        pass

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    # --- reading ---

    def read_chunks(self):
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def read_body(self):
        body = self.read_sent()
        if self.server.service.takes_gzip and \
                self.headers.get("Content-Encoding", "").lower() == "gzip":
            return gzip.decompress(body)
        return body

    def read_sent(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self.read_chunks()
        length = int(self.headers.get("Content-Length", 0))
        if length > REFUSED_BODY:
            raise OSError("the body is too large")
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return self.rfile.read(length)

    # --- answering ---

    def packed(self, answer):
        """Status line, headers and body as bytes; gzip where the client takes it."""
        body, headers = answer.body, list(answer.headers)
        accepted = self.headers.get("Accept-Encoding", "")
        if len(body) > 400 and "gzip" in accepted and \
                not any(name.lower() == "content-encoding" for name, _ in headers):
            body = gzip.compress(body, 1)
            headers.append(("Content-Encoding", "gzip"))
        reason = http.client.responses.get(answer.status, "Unknown")
        lines = [f"HTTP/1.1 {answer.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if answer.chunked:
            lines.append("Transfer-Encoding: chunked")
            body = in_chunks(body)
        elif answer.status not in (204, 304):
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines + ["", ""]).encode("utf-8", "surrogateescape")
        return head, (b"" if self.command == "HEAD" or answer.status in (204, 304) else body)

    def spoil(self, answer, fault):
        """Faults of the body itself."""
        if "truncate" in fault:
            answer.body = answer.body[:fault["truncate"]]
        if fault.get("garbage"):
            answer.body = random.Random(7).randbytes(max(len(answer.body), 64))
        if "deep" in fault:
            answer.body = self.server.service.deep_body(fault["deep"])
        if "huge" in fault:
            answer.body = self.server.service.huge_body(fault["huge"])
            answer.headers.append(("Content-Encoding", "identity"))
        return answer

    def transmit(self, answer, fault):
        head, body = self.packed(self.spoil(answer, fault))
        if "cut" in fault:
            self.close_connection = True
            self.wfile.write((head + body)[:fault["cut"]])
            self.connection.shutdown(socket.SHUT_RDWR)
        elif "stall" in fault:
            self.wfile.write(head + body[:len(body) // 2])
            time.sleep(fault["stall"])
            self.wfile.write(body[len(body) // 2:])
        else:
            self.wfile.write(head + body)

    def refused_by_fault(self, fault):
        """The answer of a fault that comes before anything is done, or None."""
        if "redirect" in fault:
            return Answer(fault.get("status", 302), headers=[("Location", fault["redirect"])])
        if "status" not in fault:
            return None
        answer = self.server.service.fault_answer(fault["status"])
        if "body" in fault:
            answer.body = fault["body"].encode()
        if "retry_after" in fault:
            answer.headers.append(("Retry-After", str(fault["retry_after"])))
        return answer

    def answer(self, request, fault):
        answer = self.refused_by_fault(fault)
        if answer is not None:
            return answer
        try:
            return self.server.service.answer(request)
        except Refusal as refusal:
            return refusal.answer

    def serve(self):
        request = Request(self.command, self.path, self.headers, self.read_body())
        if request.raw_path.startswith("/__"):
            self.transmit(self.control(request), {})
            return
        server = self.server
        entry = {"method": request.method, "target": request.target,
                 "headers": dict(self.headers.items()),
                 "body": request.body.decode("utf-8", "backslashreplace"), "status": None}
        with server.lock:
            server.log.append(entry)
            server.in_flight += 1
            server.most_in_flight = max(server.most_in_flight, server.in_flight)
        try:
            self.serve_logged(request, entry)
        finally:
            with server.lock:
                server.in_flight -= 1

    def serve_logged(self, request, entry):
        fault = self.server.faults.take(request)
        if fault.get("delay_ms"):
            time.sleep(fault["delay_ms"] / 1000)
        if fault.get("drop"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        answer = self.answer(request, fault)
        entry["status"] = answer.status
        self.transmit(answer, fault)

    # --- what a test asks ---

    def control(self, request):
        server = self.server
        asked = (request.method, request.raw_path)
        with server.lock:
            if asked == ("GET", "/__log"):
                return Answer.json(server.log)
            if asked == ("GET", "/__stats"):
                return Answer.json({"requests": len(server.log), "connections": server.connections,
                                    "most_in_flight": server.most_in_flight})
            if asked == ("DELETE", "/__log"):
                server.log = []
                server.most_in_flight = server.in_flight
                return Answer(204)
        if asked == ("POST", "/__fault"):
            server.faults.set(json.loads(request.body or b"{}"))
            return Answer(204)
        return Answer.json({"error": "no such switch"}, 404)


def end_with_standard_input():
    """A server must not outlive the test that started it, however that ended."""
    if not stat.S_ISFIFO(os.fstat(0).st_mode):
        return
    while True:
        select.select([0], [], [])
        if not os.read(0, 4096):
            os._exit(0)


def main(service_class, arguments=None):
    """Serves until standard input ends; arguments are those of the command line."""
    parser = argparse.ArgumentParser(description=service_class.__doc__)
    parser.add_argument("--tls", action="store_true", help="with the certificate loopback.pem")
    parser.add_argument("--fault", default="{}", help="as for POST /__fault")
    service_class.add_arguments(parser)
    options = parser.parse_args(arguments)
    server = Server(service_class(options))
    server.faults.set(json.loads(options.fault))
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(HERE / "loopback.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    print(server.server_address[1], flush=True)
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    server.serve_forever()


class Running:
    """A server under way, for tests: url, log(), fault(), stats(), stop().

    It is this process's child and no program started anew: a test module imports a server once."""

    def __init__(self, file_name, *arguments, tls=False):
        service_class = importlib.import_module(pathlib.Path(file_name).stem).SERVICE
        its_input, our_end = os.pipe()
        its_end, its_output = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            self.serve(service_class, [*arguments, "--tls"] if tls else arguments,
                       its_input, its_output)
        os.close(its_input)
        os.close(its_output)
        self.input = os.fdopen(our_end, "wb")
        with os.fdopen(its_end, encoding="ascii") as output:
            self.port = int(output.readline())
        self.tls = tls
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"

    @staticmethod
    def serve(service_class, arguments, its_input, its_output):
        """In the child: with no descriptor of the test's, whose other end may wait for its end."""
        try:
            os.dup2(its_input, 0)
            os.dup2(its_output, 1)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            with open(1, "w", encoding="ascii", closefd=False) as sys.stdout:
                main(service_class, arguments)
        finally:
            traceback.print_exc()
            os._exit(1)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    def stop(self):
        self.input.close()
        if self.child is not None:
            os.waitpid(self.child, 0)
            self.child = None

    def control(self, method, path, body=None):
        if self.tls:
            context = ssl.create_default_context(cafile=str(HERE / "loopback.pem"))
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, body)
        answer = connection.getresponse().read()
        connection.close()
        return json.loads(answer) if answer else None

    def log(self):
        return self.control("GET", "/__log")

    def forget(self):
        self.control("DELETE", "/__log")

    def stats(self):
        return self.control("GET", "/__stats")

    def fault(self, *rows, **row):
        """fault() for none; fault(status=503, times=2); fault({…}, {…}) for several."""
        self.control("POST", "/__fault", json.dumps([*rows, row] if row else list(rows)))
