"""A ledger that `verify` refuses is refused before anything is added to it; what fitted once is not read again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.ledger import chain, proof
from billing_jobs.adapters.ledger.commits import create_ledger, open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.errors import LedgerBroken
from billing_jobs.settings import Home
from tests.adapters.ledger.test_commits import RUN, commit


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Five commits, each read when the next was added, and the newest as well."""
    home = Home(tmp_path_factory.mktemp("ledger") / "home")
    create_ledger(home, RUN)
    for tax in range(4):
        sending.append(home, {"mail_key": f"m{tax}", "phase": "intent", "at": "2026-01-31T17:00:00+00:00"})
        commit(home, tax=f"{tax}::decimal(20,4)")
    proof.refuse_what_does_not_hold(home)
    return home


@pytest.fixture
def home(finished: Home, tmp_path: Path) -> Home:
    copied = Home(shutil.copytree(finished.root, tmp_path / "home"))
    proof.refuse_what_does_not_hold(copied)
    return copied


def change_a_byte(path: Path) -> None:
    """As an editor of bytes that puts the file's times back would do it."""
    status, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def rehash(home: Home, first: int) -> None:
    """Forge: every manifest from here on says what its files are now, and follows from the one before."""
    for sequence in [number for number in chain.sequences(home.ledger) if number >= first]:
        path = chain.manifest_path(home.ledger, sequence)
        manifest = json.loads(path.read_text())
        manifest["previous"] = (
            hashlib.sha256(chain.manifest_path(home.ledger, sequence - 1).read_bytes()).hexdigest()
            if sequence > 1
            else ""
        )
        for name, entry in manifest["streams"].items():
            entry["sha256"] = hashlib.sha256((path.parent / f"{name}.parquet").read_bytes()).hexdigest()
        path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def forge(home: Home) -> None:
    change_a_byte(home.ledger / "000003" / "document_taxes.parquet")
    rehash(home, 3)


def forge_the_newest(home: Home) -> None:
    change_a_byte(home.ledger / "000005" / "document_taxes.parquet")
    rehash(home, 5)


def lose(count: int) -> Callable[[Home], None]:
    def work(home: Home) -> None:
        for sequence in chain.sequences(home.ledger)[-count:]:
            shutil.rmtree(chain.folder_of(home.ledger, sequence))

    return work


def rewrite_the_log(home: Home) -> None:
    home.sending_log.write_bytes(home.sending_log.read_bytes().replace(b"m1", b"mX"))


TAMPERED: dict[str, tuple[Callable[[Home], Any], str]] = {
    "a byte of an old commit": (
        lambda home: change_a_byte(home.ledger / "000002" / "document_taxes.parquet"),
        "ledger/000002: document_taxes.parquet was changed",
    ),
    "rows forged and hashed again": (forge, "ledger/000003: its manifest is another than the one that stood here"),
    "the newest commit forged": (forge_the_newest, "ledger/000005: its manifest is another"),
    "the newest manifest removed": (
        lambda home: chain.manifest_path(home.ledger, 5).unlink(),
        "ledger/000005: manifest.json is missing",
    ),
    "the last commit gone": (lose(1), "ledger/000005 is missing: the ledger ends with commit 4"),
    "the last four commits gone": (lose(4), "ledger/000005 is missing: the ledger ends with commit 1"),
    "a file beside": (
        lambda home: (home.ledger / "000001" / "extra.parquet").touch(),
        "ledger/000001: extra.parquet is there but not in the manifest.",
    ),
    "a mail rewritten": (rewrite_the_log, "ledger/000003: the first"),
    "the log of mails gone": (lambda home: home.sending_log.unlink(), "ledger/000002: the first"),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_what_verify_refuses_nothing_is_added_to(home: Home, kind: str) -> None:
    tamper, said = TAMPERED[kind]
    tamper(home)
    assert said in "\n".join(open_ledger(home).verify())
    before = {path: path.read_bytes() for path in home.ledger.rglob("*") if path.is_file()}
    with pytest.raises(LedgerBroken, match="The ledger does not hold"):
        proof.refuse_what_does_not_hold(home)
    if chain.manifest_path(home.ledger, chain.sequences(home.ledger)[-1]).exists():
        with pytest.raises(LedgerBroken, match="Nothing more is recorded or sent\\. Restore"):
            commit(home, tax="9::decimal(20,4)")
    assert {path: path.read_bytes() for path in home.ledger.rglob("*") if path.is_file()} == before


def read_by(home: Home, monkeypatch: pytest.MonkeyPatch, **how: bool) -> list[str]:
    """The commits whose files are hashed."""
    found: list[str] = []
    real = proof._sha256_of

    def hashed(path: Path) -> str:
        found.append(path.parent.name)
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(proof, "_sha256_of", hashed)
        proof.refuse_what_does_not_hold(home, **how)
    return sorted(set(found))


def test_what_fitted_is_not_read_again_and_what_is_new_or_moved_is(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_by(home, monkeypatch) == []
    commit(home, tax="9::decimal(20,4)")
    assert read_by(home, monkeypatch) == ["000006"]
    (home.ledger / "000003" / "document_taxes.parquet").touch()
    assert read_by(home, monkeypatch) == ["000003"]


@pytest.mark.parametrize("spoil", ["gone", "cut", "other", "empty"])
def test_without_what_was_kept_everything_is_read_again(
    home: Home, spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = home.proven.read_bytes()
    spoilt = {"cut": kept[:-9], "other": kept.replace(b'"next_to_read": ', b'"next_to_read":  '), "empty": b""}
    home.proven.unlink() if spoil == "gone" else home.proven.write_bytes(spoilt[spoil])
    assert read_by(home, monkeypatch) == [f"{sequence:06d}" for sequence in range(1, 6)]
    assert home.proven.read_text().splitlines()[0] == kept.decode().splitlines()[0]


def test_each_night_reads_a_part_again_so_that_bits_that_fall_over_are_found(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "READ_AGAIN_FILES", 11)
    nights = [read_by(home, monkeypatch, read_again=True) for _ in range(3)]
    assert nights[0][0] == "000001" and set().union(*nights) == {f"{number:06d}" for number in range(1, 6)}
    assert nights[2][0] == "000001"


def test_every_folder_that_is_no_commit_is_told_and_never_read(home: Home) -> None:
    shutil.copytree(home.ledger / "000002", home.ledger / "000002-copy")
    shutil.copytree(home.ledger / "000002", home.ledger / "7")
    (home.ledger / "000009").write_text("a file")
    (home.ledger / "note.txt").write_text("a file")
    assert open_ledger(home).verify() == []
    assert chain.sequences(home.ledger) == [1, 2, 3, 4, 5]
    assert [sentence.split(" ")[0] for sentence in chain.strangers(home)] == [
        "ledger/000002-copy", "ledger/000009", "ledger/7", "ledger/note.txt",
    ]  # fmt: skip


MALFORMED = {
    "no JSON": (b"{", "no JSON"), "bytes": (b"\xff\xfe", "no JSON"), "nothing": (b"", "no JSON"),
    "a list": (b"[]", "no JSON object"), "deep": (b"[" * 100_000, "no JSON"),
    "a long number": (b'{"sequence": ' + b"9" * 5000 + b"}", "no JSON"),
}  # fmt: skip
WRONG: dict[str, Any] = {
    "sequence": "5", "previous": 7, "built_on": None, "as_of_date": "2026-13-01", "now": "2026-01-31T17:00:00",
    "job": None, "streams": [], "sending": {"length": "7", "sha256": "0" * 64}, "papers": 3, "pricing_rules": "two",
}  # fmt: skip
STREAMS: list[Any] = [
    {"../x": {"rows": 1, "sha256": "0" * 64}},
    {"documents": 3},
    {"documents": {"rows": -1}},
    {"a": {}},
]


def said_of(home: Home, content: bytes) -> str:
    chain.manifest_path(home.ledger, 5).write_bytes(content)
    (said,) = open_ledger(home).verify()
    with pytest.raises(LedgerBroken, match=r"ledger/000005: manifest\.json"):
        open_ledger(home).last_run()
    return said


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_manifest_that_is_none_is_said(home: Home, kind: str) -> None:
    content, said = MALFORMED[kind]
    assert said_of(home, content) == f"ledger/000005: manifest.json is {said}."


@pytest.mark.parametrize(("field", "value"), [*WRONG.items(), *(("streams", value) for value in STREAMS)], ids=repr)
def test_a_manifest_that_says_something_else_than_it_should_is_said(home: Home, field: str, value: Any) -> None:
    manifest = json.loads(chain.manifest_path(home.ledger, 5).read_text()) | {field: value}
    assert said_of(home, json.dumps(manifest).encode()).startswith(f"ledger/000005: manifest.json: {field} is not")
