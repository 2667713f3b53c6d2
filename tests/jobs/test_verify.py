"""Every kind of tampering that `billing verify` finds, each with a sentence that says what to restore."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from billing_jobs.adapters.ledger import chain, merkle, seals, went_out
from billing_jobs.adapters.ledger.commits import create_ledger, open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.errors import BillingError, LedgerBroken, UsageError
from billing_jobs.intake.intake_log import read_receipts
from billing_jobs.intake.keeping import kept
from billing_jobs.jobs.seal import seal
from billing_jobs.jobs.verify import UNSEEN, verify
from billing_jobs.settings import Home
from tests.adapters.ledger.test_commits import RUN, commit
from tests.adapters.ledger.test_proof import change_a_byte, lose, rehash
from tests.jobs.test_backup import a_document, a_night

CACHES = (".proven.json", ".went_out.json", ".anchored")


def write_key(path: Path) -> Path:
    key = Ed25519PrivateKey.generate()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def anchored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where nights put their lines."""
    monkeypatch.setenv("BILLING_ANCHOR_KEY", str(write_key(tmp_path / "key.pem")))
    monkeypatch.setenv("BILLING_ANCHOR", str(tmp_path / "anchor.jsonl"))
    return tmp_path / "anchor.jsonl"


@pytest.fixture
def home(tmp_path: Path, anchored: Path) -> Home:
    """Three sealed nights; what a home keeps for speed is thrown away, as whoever tampers would do."""
    home = Home(tmp_path / "home")
    create_ledger(home, RUN)
    home.documents.mkdir()
    for number in (1, 2, 3):
        list(a_night(home, number))
        if number == 3:
            sending.append(home, {"mail_key": "m3", "phase": "outcome", "at": RUN.now.isoformat()})
        assert seal(home, RUN).changed
    for name in CACHES:
        (home.root / name).unlink()
    return home


def cut(path: Path, lines: int = 1) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-lines]))


def put(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def forge_rows(home: Home, first: int) -> None:
    change_a_byte(next((home.ledger / f"{first:06d}").glob("*.parquet")))
    rehash(home, first)


def forge_a_paper(home: Home) -> None:
    paper = home.documents / "2026/01/INV-2.pdf"
    old, content = paper.read_bytes(), b"a larger amount"
    paper.write_bytes(content)
    put(home.paper_log, hashlib.sha256(old).hexdigest().encode(), hashlib.sha256(content).hexdigest().encode())


def add_a_paper(home: Home) -> None:
    (home.documents / "2026/01/INV-9.pdf").write_bytes(b"%PDF")


def a_number_twice(home: Home) -> None:
    commit(home, stream="documents", sql=a_document(3).replace("'d3'", "'d4'"))


def edit_the_newest(home: Home) -> None:
    put(chain.manifest_path(home.ledger, 7), b'"issue"', b'"close"')


TAMPERED: dict[str, tuple[Callable[[Home], Any], str]] = {
    "the newest manifest edited": (edit_the_newest, "ledger/000007: its manifest is not the one that the night of"),
    "the newest manifest removed": (
        lambda home: chain.manifest_path(home.ledger, 7).unlink(), "ledger/000007: manifest.json is missing",
    ),
    "the last commit gone": (lose(1), "ledger/000007 is missing: the ledger ends with commit 6"),
    "the last four commits gone": (lose(4), "is missing: the ledger ends with commit 3"),
    "rows forged and hashed again": (lambda home: forge_rows(home, 4), "its manifest is not the one that the night of"),
    "the newest rows forged": (lambda home: forge_rows(home, 7), "ledger/000007: its manifest is not the one"),
    "a number twice": (a_number_twice, "INV-3 was given out twice as a document number"),
    "the tail of the log of mails cut": (lambda home: cut(home.sending_log), "ledger/sending.jsonl was changed, cut"),
    "the tail of the log of papers cut": (lambda home: cut(home.paper_log), "of papers.jsonl are not those"),
    "a paper that nobody issued": (add_a_paper, "documents/2026/01/INV-9.pdf is the paper of no document"),
    "a paper forged with its line": (forge_a_paper, "of papers.jsonl are not those that were there"),
    "a paper forged": (
        lambda home: (home.documents / "2026/01/INV-2.pdf").write_bytes(b"x"), "was changed after it was rendered",
    ),
    "the log of receipts edited": (
        lambda home: put(home.intake_log, b"charges-1", b"charges-7"), "landing/intake.jsonl was changed, cut or lost",
    ),
    "the log of receipts cut": (lambda home: cut(home.intake_log), "landing/intake.jsonl was changed, cut or lost"),
    "the log of receipts gone": (lambda home: home.intake_log.unlink(), "landing/intake.jsonl was changed, cut"),
    "a seal edited": (lambda home: put(home.seal_log, b'"sequence": 3', b'"sequence": 4'), "seals.jsonl"),
    "a seal cut out": (lambda home: cut(home.seal_log), "seals.jsonl lacks the seal of"),
    "all seals gone": (lambda home: home.seal_log.unlink(), "seals.jsonl"),
    "a malformed manifest": (
        lambda home: chain.manifest_path(home.ledger, 7).write_text('{"sequence": []}'), "sequence is not a number",
    ),
    "a malformed seal": (lambda home: home.seal_log.write_text("[]\n"), "seals.jsonl"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TAMPERED)
def test_each_kind_is_found_and_said(home: Home, kind: str) -> None:
    assert verify(home, RUN).messages == ("every commit fits",)
    for name in CACHES:
        (home.root / name).unlink(missing_ok=True)
    tamper, said = TAMPERED[kind]
    tamper(home)
    with pytest.raises(LedgerBroken) as refused:
        verify(home, RUN)
    assert said in str(refused.value)


def test_a_malformed_line_of_a_log_is_no_traceback(home: Home) -> None:
    for path in (home.sending_log, home.paper_log):
        with path.open("ab") as log:
            log.write(b'{"document_number": [1]}\n[]\n{"path": 3\n')
    assert verify(home, RUN).messages[0] == "every commit fits"


def test_a_folder_that_is_no_commit_is_told(home: Home) -> None:
    shutil.copytree(home.ledger / "000002", home.ledger / "000002 (copy)")
    assert verify(home, RUN).messages[1] == "ledger/000002 (copy) is none of ours: it is not read. Take it away."


def test_a_seal_is_no_head_and_the_same_night_again_seals_nothing(home: Home) -> None:
    head, sealed = open_ledger(home).head(), home.seal_log.read_bytes()
    assert not seal(home, RUN).changed
    assert (open_ledger(home).head(), home.seal_log.read_bytes()) == (head, sealed)
    list(a_night(home, 4))
    assert seal(home, RUN).changed and open_ledger(home).stands_at(open_ledger(home).head())
    assert json.loads(chain.manifest_path(home.ledger, 9).read_bytes())["seals"]["length"] == len(sealed)


@pytest.mark.parametrize("left", [b'{"as_of_date": "20', b'\n{"as_of', b"whole"])
def test_a_seal_that_a_crash_tore_is_passed_over_by_verify_and_by_the_nights(home: Home, left: bytes) -> None:
    """A piece of it; a piece after one that was closed off; all of it but the line feed."""
    for number in (4, 5):
        if left == b"whole":
            list(a_night(home, number))
            seal(home, RUN)
            os.truncate(home.seal_log, home.seal_log.stat().st_size - 1)
        else:
            with home.seal_log.open("ab") as log:
                log.write(left)
        list(a_night(home, 2 * number))
        assert seal(home, RUN).changed
    assert verify(home, RUN).messages == ("every commit fits",)


def set_back(home: Home) -> None:
    """Everything as it was a night ago, the seals and papers with it: nothing in the home tells."""
    receipts = read_receipts(home.intake_log)
    lose(2)(home)
    cut(home.sending_log, 3)
    for log in (home.seal_log, home.paper_log, home.intake_log):
        cut(log)
    (home.documents / "2026/01/INV-3.pdf").unlink()
    (home.landing / "crm/one_off_charges-3.csv").unlink()
    kept.forget_unneeded(home.landing, [*receipts, *(replace(one, removed=True) for one in receipts[-1:])])


def test_only_the_anchor_sees_a_home_that_was_set_back_whole(
    home: Home, anchored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_back(home)
    with pytest.raises(LedgerBroken, match=r"The ledger ends with commit 5; commit 7 was put on record outside"):
        verify(home, RUN)
    with pytest.raises(LedgerBroken, match=r"older than what went out(.|\n)*commit 7 was put on record outside"):
        went_out.refuse_what_is_behind(home)
    monkeypatch.delenv("BILLING_ANCHOR")
    (home.root / ".proven.json").unlink(missing_ok=True)
    assert verify(home, RUN).messages[-1] == UNSEEN
    (home.root / ".proven.json").unlink(missing_ok=True)
    with pytest.raises(LedgerBroken, match="put on record outside"):
        verify(home, RUN, anchor=anchored)


def test_an_anchor_of_another_key_or_another_home_is_none(
    home: Home, anchored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = anchored.read_bytes()
    anchored.write_bytes(honest.replace(b'"sequence": 7', b'"sequence": 6'))
    with pytest.raises(LedgerBroken, match="is not signed with your key"):
        verify(home, RUN)
    anchored.write_bytes(b"no line\n")
    with pytest.raises(LedgerBroken, match="holds no line of this home"):
        verify(home, RUN)
    anchored.write_bytes(honest)
    key = serialization.load_pem_private_key((tmp_path / "key.pem").read_bytes(), None)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(public)
    monkeypatch.setenv("BILLING_ANCHOR_KEY", str(tmp_path / "public.pem"))
    assert verify(home, RUN).messages == ("every commit fits",)
    monkeypatch.setenv("BILLING_ANCHOR_KEY", str(write_key(tmp_path / "other.pem")))
    with pytest.raises(LedgerBroken, match="is not signed with your key"):
        verify(home, RUN)


def test_an_anchor_goes_to_a_command_once_and_is_tried_again_when_it_fails(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(a_night(home, 4))
    monkeypatch.setenv("BILLING_ANCHOR", "| false")
    with pytest.raises(BillingError, match="its anchor could not be written"):
        seal(home, RUN)
    target = tmp_path / "by command.jsonl"
    monkeypatch.setenv("BILLING_ANCHOR", f"| tee -a '{target}'")
    for _ in range(2):
        seal(home, RUN)
    (line,) = target.read_text().splitlines()
    assert json.loads(line)["sequence"] == 9
    assert verify(home, RUN, anchor=target).messages == ("every commit fits",)


@pytest.mark.parametrize("name", ["BILLING_ANCHOR", "BILLING_ANCHOR_KEY"])
def test_neither_the_key_nor_the_anchor_lies_in_the_home(
    home: Home, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(a_night(home, 4))
    shutil.copy(tmp_path / "key.pem", home.root / "key.pem")
    monkeypatch.setenv(name, str(home.root / "key.pem"))
    with pytest.raises(UsageError, match=f"{name} lies in the home"):
        seal(home, RUN)


def test_the_root_is_that_of_the_standard_and_moves_with_every_line() -> None:
    """The first values are the tests of Certificate Transparency's own code."""
    leaves = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"\x50\x51\x52\x53\x54\x55\x56\x57"]
    leaves.append(b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f")
    assert merkle.root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root(leaves[:1]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root(leaves[:3]) == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert merkle.root(leaves) == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert len({merkle.root(leaves[:count]) for count in range(9)}) == 9


def test_the_roots_are_computed_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merkle, "root", lambda _leaves: "another")
    assert seals.problems(home, whole=False) == []
    assert "the Merkle root over its lines is not the one that was sealed" in seals.problems(home, whole=True)[0]
