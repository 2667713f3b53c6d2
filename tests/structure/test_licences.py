"""A package whose licence would bind who ships this fails `make check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.licences import CHOSEN, UNNAMED, faults

SHIPPABLE = {"plain": "License-Expression: MIT", "old": "Classifier: License :: OSI Approved :: BSD License"}
BINDING = {
    "spdx": "License-Expression: GPL-3.0-only",
    "both": "License-Expression: MIT AND GPL-2.0-or-later",
    "lesser": "License: LGPLv3",
    "affero": (
        "Classifier: License :: OSI Approved :: MIT License\n"
        "Classifier: License :: OSI Approved :: GNU Affero General Public License v3"
    ),
    "silent": "",
}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages of these licences, as an installer leaves them."""
    for name, licence in (SHIPPABLE | BINDING).items():
        folder = tmp_path / f"{name}pkg-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}pkg\nVersion: 1.0\n{licence}\n", "utf-8")
        (folder / "RECORD").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def test_a_licence_that_binds_is_named_with_its_package_and_others_pass(installed: None) -> None:
    assert faults([f"{name}pkg" for name in SHIPPABLE]) == []
    for name in BINDING:
        found = faults([f"{name}pkg"])
        assert found and all(f"{name}pkg:1.0" in sentence for sentence in found), name


def test_an_exception_has_its_reason() -> None:
    assert all(len(reason) > 7 for reason in (UNNAMED | CHOSEN).values())
