"""A mail server of one's own: SendGrid's v3 `POST /v3/mail/send` on loopback. It sends nothing; it keeps every mail as
files to look at.

    python -m examples.demo.sendgrid_loopback --folder mails --port 8025

Each mail becomes `000001-<subject>.{json,html,txt}` and its attachments. For tests it can be told to misbehave:
`Loopback.behave`.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Loopback:
    """The server's state.

    `answers` are used up one a mail: a status (int), "hang" (no answer), "drop" (taken, then cut off), "reset" (taken,
    then the connection is reset), "noise" (taken, and answered by what is no HTTP) or "trickle" (taken, and answered a
    byte at a time).
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.mails: list[dict[str, Any]] = []
        self.answers: list[int | str] = []
        self.retry_after = 1
        self.hang_seconds = 30.0
        self.location = ""
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True

    @property
    def host(self) -> str:
        """What `BILLING_SENDGRID_HOST` has to be."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def behave(self, *answers: int | str) -> None:
        """What to answer to the next mails; 202 when the list is used up."""
        self.answers = list(answers)

    def next_answer(self) -> int | str:
        with self._lock:
            return self.answers.pop(0) if self.answers else 202

    def keep(self, mail: dict[str, Any]) -> str:
        """Take a mail: into memory and into files. Returns its message id."""
        with self._lock:
            self.mails.append(mail)
            number = len(self.mails)
        subject = re.sub(r"[^\w.-]+", "_", mail["subject"])[:60]
        name = f"{number:06d}-{subject}"
        (self.folder / f"{name}.json").write_text(json.dumps(mail, ensure_ascii=False, indent=2), "utf-8")
        for content in mail["content"]:
            suffix = "html" if content["type"] == "text/html" else "txt"
            (self.folder / f"{name}.{suffix}").write_text(content["value"], "utf-8")
        for attachment in mail.get("attachments", []):
            (self.folder / f"{name}-{Path(attachment['filename']).name}").write_bytes(
                base64.b64decode(attachment["content"])
            )
        return f"loopback-{number:06d}"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running(folder: Path, port: int = 0) -> Iterator[Loopback]:
    """The server in a thread of its own while the block runs."""
    loopback = Loopback(folder, port)
    thread = threading.Thread(target=loopback.serve, daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        loopback.stop()
        thread.join()


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fault = _fault(self.path, self.headers.get("Authorization", ""), mail)
            if fault:
                self._answer(*fault)
                return
            answer = loopback.next_answer()
            if answer == "hang":
                loopback.keep(mail)
                time.sleep(loopback.hang_seconds)
            elif answer == "drop":
                loopback.keep(mail)
            elif answer == "reset":
                loopback.keep(mail)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            elif answer == "noise":
                loopback.keep(mail)
                self.wfile.write(b"\x00\xff 202 \r\n\r\n")
            elif answer == "trickle":
                loopback.keep(mail)
                with suppress(ConnectionError):  # who asked may have gone
                    for byte in b"HTTP/1.1 202 Accepted\r\nX-Message-Id: slow\r\n" * 9:
                        self.wfile.write(bytes([byte]))
                        time.sleep(loopback.hang_seconds / 100)
            elif answer == 202:
                self._answer(202, None, {"X-Message-Id": loopback.keep(mail)})
            elif isinstance(answer, int) and 200 <= answer < 300:
                self._answer(answer, None, {"X-Message-Id": loopback.keep(mail)})
            else:
                headers = {"Retry-After": str(loopback.retry_after)} if answer == 429 else {}
                headers |= {"Location": loopback.location} if loopback.location else {}
                self._answer(
                    int(answer), {"errors": [{"message": f"refused: {_first_recipient(mail)}", "field": "to"}]}, headers
                )

        def _answer(self, status: int, body: dict[str, Any] | None, headers: dict[str, str] | None = None) -> None:
            content = json.dumps(body).encode() if body else b""
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the mails on disk are the log."""

    return Handler


def _fault(path: str, authorization: str, mail: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
    """What the real server would refuse as well."""
    if path != "/v3/mail/send":
        return 404, {"errors": [{"message": "not found"}]}
    if not authorization.startswith("Bearer ") or len(authorization) <= len("Bearer "):
        return 401, {"errors": [{"message": "The provided authorization grant is invalid"}]}
    missing = [field for field in ("personalizations", "from", "subject", "content") if not mail.get(field)]
    types = [content["type"] for content in mail.get("content", [])]
    if missing or types != sorted(types, key=["text/plain", "text/html"].index):
        return 400, {
            "errors": [{"message": "a required field is missing or out of order", "field": (missing or ["content"])[0]}]
        }
    named = [
        person["email"].lower()
        for group in mail["personalizations"]
        for kind in ("to", "cc", "bcc")
        for person in group.get(kind, [])
    ]
    if len(named) != len(set(named)):
        return 400, {"errors": [{"message": "Each email address should be unique", "field": "personalizations"}]}
    return None


def _first_recipient(mail: dict[str, Any]) -> str:
    return str(mail["personalizations"][0]["to"][0]["email"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("mails"))
    parser.add_argument("--port", type=int, default=8025)
    given = parser.parse_args()
    loopback = Loopback(given.folder, given.port)
    print(f"BILLING_SENDGRID_HOST={loopback.host}  mails in {given.folder}/", flush=True)
    try:
        loopback.serve()
    except KeyboardInterrupt:
        loopback.stop()


if __name__ == "__main__":
    main()
