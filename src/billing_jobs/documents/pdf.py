"""Ready words to PDF bytes with Typst: PDF/A-3a (ISO 19005-3, level A) and PDF/UA-1 (ISO 14289-1), byte-identical in
any process.

Two facts decide the form of this module: one `Fonts` object shared by all compiles is what makes a compile fast, and a
process that has compiled must never fork (the child hangs), so compiling is done in worker processes only (`pool.py`).
"""

from __future__ import annotations

import importlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from billing_jobs.documents import wording

FAMILIES = ("Noto Sans CJK JP", "Noto Sans JP")
_TEMPLATES = ("main.typ", "paper.typ")


class PaperRefused(ValueError):
    """Typst could not make a faultless page: a character without glyph, a warning, a broken template."""


def font_folders() -> list[str]:
    """`BILLING_FONT_DIR` if set, else the fonts of the package noto-cjk; never the machine's own,
    so that bytes are equal everywhere."""
    chosen = os.environ.get("BILLING_FONT_DIR")
    if chosen:
        return [chosen]
    modules = (importlib.import_module(name) for name in ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold"))
    return [str(Path(str(module.__file__)).parent) for module in modules]


class Renderer:
    """Compiles one document after the other; keep it, starting costs about 0.3 seconds."""

    def __init__(self) -> None:
        import typst  # 84 MB: only processes that render pay for it

        self._files: Any = {name: (wording.TEMPLATES / name).read_bytes() for name in _TEMPLATES}
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=font_folders())
        present = set(fonts.families())
        self._families = [family for family in FAMILIES if family in present]
        if not self._families:
            raise PaperRefused(f"no Japanese font in {font_folders()}: found {sorted(present)}")
        self._error = typst.TypstError
        self._compiler = typst.Compiler({**self._files, "data.json": b"{}"}, font_paths=fonts, ignore_system_fonts=True)  # type: ignore[type-var]  # the stubs know no virtual files

    def render(self, words: dict[str, Any]) -> bytes:
        """The PDF.

        Raises PaperRefused with Typst's reason; a warning counts as an error, for a customer would see its cause.
        """
        data = json.dumps({"document": words, "fonts": self._families}, ensure_ascii=False).encode()
        issued = datetime.fromisoformat(words["issued_on"]).replace(tzinfo=UTC)
        try:
            pdf, warnings = self._compiler.compile_with_warnings(  # type: ignore[type-var]
                {**self._files, "data.json": data},
                format="pdf",
                pdf_standards=["a-3a", "ua-1"],
                pdf_tags=True,
                timestamp=issued,
            )
        except self._error as error:
            raise PaperRefused(f"{words['number']}: {_reason(error)}") from error
        if warnings:
            raise PaperRefused(f"{words['number']}: {'; '.join(warning.message for warning in warnings)}")
        assert isinstance(pdf, bytes)
        return pdf


def _reason(error: Exception) -> str:
    hints = "; ".join(str(hint) for hint in getattr(error, "hints", []) or [])
    return f"{getattr(error, 'message', error)}{f' ({hints})' if hints else ''}"
