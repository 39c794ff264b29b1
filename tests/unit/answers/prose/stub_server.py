"""A server on this machine that answers as a test tells it to."""

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

Reply = Callable[[str, dict[str, Any]], Any]


@contextlib.contextmanager
def stub_server(reply: Reply) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Address of the server, and what it was asked so far.

    `reply` gives the answer to a path and a request: plain data for JSON, bytes as they
    are, or a status with its headers.
    """
    asked: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            request = json.loads(self.rfile.read(length))
            key = self.headers.get("Authorization")
            asked.append({"path": self.path, "key": key, "request": request})
            given = reply(self.path, request)
            status, headers = given if isinstance(given, tuple) else (200, {})
            body = given if isinstance(given, bytes) else json.dumps(given).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chat(text: str) -> dict[str, Any]:
    """A reply of a language model."""
    return {"choices": [{"message": {"role": "assistant", "content": text}}]}
