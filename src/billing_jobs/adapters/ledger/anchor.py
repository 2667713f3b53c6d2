"""A signed line outside the home for each night: what nobody who can write in the home can take back.

`BILLING_ANCHOR` is a file that the line is appended to or, after a `|`, a command that gets it on standard input;
`BILLING_ANCHOR_KEY` is a file outside the home with an Ed25519 key (PEM, RFC 8410): the private one signs, and either
one proves.
"""

from __future__ import annotations

import base64
import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from billing_jobs import line_logs
from billing_jobs.adapters.ledger import chain, proven, seals
from billing_jobs.errors import BillingError, UsageError
from billing_jobs.settings import Home

COMMAND_SECONDS = 60


def home_id(home: Home) -> str:
    """What a home is told by: the first commit's manifest, which every copy of it shares."""
    return seals.hash_of(chain.manifest_path(home.ledger, 1).read_bytes())[:32]


def write(home: Home) -> bool:
    """Put the newest seal on record outside, once. Raises UsageError for settings that cannot be, BillingError when the
    line could not be put there; the next run tries again."""
    where, newest = os.environ.get("BILLING_ANCHOR", "").strip(), seals.newest(home)
    if not where or newest is None:
        return False
    seal_hash, seal = newest
    if home.anchored.exists() and home.anchored.read_text(encoding="utf-8") == seal_hash:
        return False
    key = _key(home)
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError("BILLING_ANCHOR_KEY holds a public key, which cannot sign. Give the private one.")
    told = {
        "home": home_id(home), "sequence": seal["sequence"], "manifest": seal["manifest"], "seal": seal_hash,
        "day": seal["as_of_date"],
    }  # fmt: skip
    signature = base64.b64encode(key.sign(_signed(told))).decode()
    line = json.dumps(told | {"signature": signature}, sort_keys=True).encode() + b"\n"
    try:
        _put(home, where, line)
    except (OSError, subprocess.SubprocessError) as error:
        raise BillingError(
            f"The night is recorded, but its anchor could not be written ({type(error).__name__}). Mend BILLING_ANCHOR "
            "and run the night again."
        ) from error
    proven.keep_file(home.anchored, seal_hash)
    return True


def problems(home: Home, anchor: Path) -> list[str]:
    """What of the anchor this home does not hold: its head must be at or beyond every line, on the same chain.

    Raises UsageError for an anchor or a key that cannot be read.
    """
    key = _key(home)
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    try:
        lines = line_logs.whole_lines(anchor)
    except OSError as error:
        raise UsageError(f"The anchor {anchor} cannot be read ({error.strerror}).") from error
    ours = [found for line in lines if (found := _parsed(line)) and found["home"] == home_id(home)]
    if not ours:
        return [f"{anchor} holds no line of this home: it is another home's, or everything was made anew."]
    known = seals.hashes(home)
    for told in ours:
        if not _is_signed(told, public):
            return [f"{anchor}: the line of {told['day']} is not signed with your key."]
        if behind := _behind(home, told):
            return [behind]
        if told["seal"] not in known:
            return [f"seals.jsonl lacks the seal of {told['day']} that was put on record outside. Restore it."]
    return []


def ahead(home: Home) -> list[str]:
    """Whether the anchor of the settings, where it is a file, is ahead of the ledger; said of its newest line only."""
    where = os.environ.get("BILLING_ANCHOR", "").strip()
    if not where or where.startswith("|") or not Path(where).is_file():
        return []
    lines = [_parsed(line) for line in line_logs.whole_lines(Path(where))]
    ours = [told for told in lines if told and told["home"] == home_id(home)]
    behind = _behind(home, ours[-1]) if ours else ""
    return [behind] if behind else []


def _behind(home: Home, told: dict[str, Any]) -> str:
    head = max(chain.sequences(home.ledger), default=0)
    if head < told["sequence"]:
        return (
            f"The ledger ends with commit {head}; commit {told['sequence']} was put on record outside for "
            f"{told['day']}."
        )
    manifest = chain.manifest_path(home.ledger, told["sequence"])
    if not manifest.exists() or seals.hash_of(manifest.read_bytes()) != told["manifest"]:
        return f"ledger/{told['sequence']:06d} is not the commit that was put on record outside for {told['day']}."
    return ""


def _put(home: Home, where: str, line: bytes) -> None:
    if where.startswith("|"):
        command = shlex.split(where[1:])
        subprocess.run(command, input=line, check=True, timeout=COMMAND_SECONDS, capture_output=True)
    else:
        _refuse_inside(home, Path(where), "BILLING_ANCHOR")
        line_logs.append(Path(where), line)


def _key(home: Home) -> Ed25519PrivateKey | Ed25519PublicKey:
    path = Path(os.environ.get("BILLING_ANCHOR_KEY", ""))
    if not path.name or not path.is_file():
        raise UsageError(
            "BILLING_ANCHOR_KEY names no file. Make a key outside the home with `openssl genpkey -algorithm ed25519`."
        )
    _refuse_inside(home, path, "BILLING_ANCHOR_KEY")
    content = path.read_bytes()
    for load in (lambda: serialization.load_pem_private_key(content, None), lambda: _public(content)):
        try:
            key = load()
        except (ValueError, TypeError):
            continue
        if isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
            return key
    raise UsageError("BILLING_ANCHOR_KEY holds no Ed25519 key in PEM without a password.")


def _public(content: bytes) -> Any:
    return serialization.load_pem_public_key(content)


def _refuse_inside(home: Home, path: Path, name: str) -> None:
    if home.root.resolve() in path.resolve().parents:
        raise UsageError(f"{name} lies in the home: who changes the home could change it too. Put it elsewhere.")


def _signed(told: dict[str, Any]) -> bytes:
    return json.dumps({name: told[name] for name in told if name != "signature"}, sort_keys=True).encode()


def _is_signed(told: dict[str, Any], public: Ed25519PublicKey) -> bool:
    try:
        public.verify(base64.b64decode(told["signature"], validate=True), _signed(told))
    except (InvalidSignature, ValueError):
        return False
    return True


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
        texts = all(isinstance(told[name], str) for name in ("home", "manifest", "seal", "day", "signature"))
        return told if texts and isinstance(told["sequence"], int) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
