"""The PDF itself: readable text, equal bytes, no page with a hole in it.

Rendering happens in processes of its own, never in this one.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pypdf
import pytest

from billing_jobs.documents.paper import describe
from billing_jobs.documents.pool import Rendered, render_all
from tests.documents import samples

MANY = 60


@pytest.fixture(scope="module")
def papers() -> dict[str, Rendered]:
    long_invoice = samples.invoice(document_number="INV-LONG")
    long_words = "x" * 90 + " とても長い品目名 " * 6
    lines = [
        samples.line(number, "1000", description_ja=f"品目 {number:03d} {long_words if number % 3 == 0 else ''}")
        for number in range(1, MANY + 1)
    ]
    emoji = samples.invoice(document_number="INV-EMOJI", snapshot=samples.snapshot("絵文字🙂株式会社"))
    hostile = samples.invoice(document_number="INV-HOSTILE", snapshot=samples.snapshot('#panic("x") *b* $x$ 株式会社'))
    documents = [
        samples.invoice(),
        samples.dollar_invoice(),
        samples.credit_note(),
        samples.netted_credit_note(),
        replace(long_invoice, lines=lines),
        emoji,
        hostile,
    ]
    return {result.number: result for result in render_all([describe(document) for document in documents], workers=2)}


def text_of(result: Rendered) -> list[str]:
    assert result.pdf, result.reason
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(result.pdf)).pages]


def test_the_text_of_an_invoice_can_be_read_back(papers: dict[str, Rendered]) -> None:
    text = "".join(text_of(papers["INV-2026-000123"]))
    for word in (
        "請求書",
        "T7000012050002",
        "青葉商事株式会社",
        "¥63,823",
        "¥5,321",
        "元の請求書 INV-2026-000098",
        "ミナトケイリヨウサービス",
    ):
        assert word in text


def test_a_bill_below_zero_reads_as_return_and_invoice(papers: dict[str, Rendered]) -> None:
    text = "".join(text_of(papers["CN-2026-000008"]))
    for word in (
        "返還請求書",
        "適格返還請求書 兼 適格請求書",
        "差額を返還します",
        "¥14,508",
        "−30,000",
        "元の請求書 INV-2026-000098",
        "12,000",
        "−¥1,800",
        "¥392",
    ):
        assert word in text


def test_a_file_is_for_the_archive_and_for_screen_readers(papers: dict[str, Rendered]) -> None:
    pdf = papers["INV-2026-000123"].pdf
    assert pdf
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.trailer["/Root"]["/Lang"] == "ja"  # type: ignore[index]


def test_the_same_rows_give_the_same_bytes_in_another_process(papers: dict[str, Rendered]) -> None:
    (again,) = render_all([describe(samples.invoice())])
    assert again.pdf == papers["INV-2026-000123"].pdf


def test_many_lines_run_over_pages_whole_and_with_their_heading(papers: dict[str, Rendered]) -> None:
    pages = text_of(papers["INV-LONG"])
    assert len(pages) > 2
    assert all("品目・内容" in page for page in pages if re.search(r" \d{3}\b", page))
    for number in range(1, MANY + 1):
        assert sum(f" {number:03d}" in page for page in pages) == 1, number
    for position, page in enumerate(pages):
        begun, dated = (
            len(re.findall(r" \d{3}\b", page)),
            page.count("10月1日") - (position == 0),
        )  # the heading of page 1 has the period once more
        assert begun == dated, f"a line is torn at the end of page {position + 1}"
    assert sum("合計(税込)" in page for page in pages) == 1


def test_a_sign_that_the_font_lacks_refuses_that_document_only(papers: dict[str, Rendered]) -> None:
    refused = papers["INV-EMOJI"]
    assert refused.pdf is None
    assert "INV-EMOJI" in refused.reason
    assert "could not be displayed with font" in refused.reason
    assert [number for number, result in papers.items() if result.pdf is None] == ["INV-EMOJI"]


def test_a_name_is_never_run_as_template(papers: dict[str, Rendered]) -> None:
    assert '#panic("x") *b* $x$' in "".join(text_of(papers["INV-HOSTILE"]))


def test_a_renderer_that_dies_takes_one_document_with_it() -> None:
    deadly: dict[str, Any] = describe(samples.invoice()) | {"number": "INV-DEADLY", "issued_on": "no day at all"}
    results = {result.number: result for result in render_all([deadly, describe(samples.dollar_invoice())], workers=1)}
    assert results["INV-DEADLY"].reason == "INV-DEADLY: the rendering process died on this document"
    assert results["INV-2026-000124"].pdf
