"""Every name of a file that has an id in it is made by `records.file_name_of`; what else may stand in one is listed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from billing_jobs.settings import PROJECT_DIR

SRC = PROJECT_DIR / "src" / "billing_jobs"
# Words of our own, numbers, days and hashes: none of them is an id that people or other systems give.
OURS = {
    "content", "day", "key", "kind", "month", "name", "number", "os.getpid()", "part", "kept.name", "path.name",
    "path.stem", "run.as_of_date", "run.now", "schema", "seed", "sequence", "stream", "table", "target.name",
    "template", "version", "versions[-1] + 1 if versions else 1", "numbers[-1]", "position", "ending", "_SEEN",
    "_PREFIX", "_STAGED", "ending_of(content.path)", "file_id_of(path)",
}  # fmt: skip
HASHES = {"digest", "file_id", "sha256", "version_id"}  # whatever they are attributes of
JOINS = {"with_name", "with_suffix", "with_stem", "joinpath", "Path"}


def interpolated(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What stands between braces in texts that become parts of paths: (line, expression)."""
    for node in ast.walk(tree):
        texts: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            texts = [
                part for side in (node.left, node.right) for part in ast.walk(side) if isinstance(part, ast.JoinedStr)
            ]
        elif isinstance(node, ast.Call):
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            texts = [argument for argument in node.args if called in JOINS and isinstance(argument, ast.JoinedStr)]
        for text in texts:
            for value in ast.walk(text):
                if isinstance(value, ast.FormattedValue):
                    yield value.lineno, ast.unparse(value.value)


def found_in(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return [
        f"{path.relative_to(PROJECT_DIR)}:{line}: {expression}"
        for line, expression in interpolated(tree)
        if expression not in OURS
        and expression.rpartition(".")[2] not in HASHES
        and not expression.startswith("file_name_of(")
    ]


def test_an_id_in_the_name_of_a_file_goes_through_the_one_function() -> None:
    assert [fault for path in sorted(SRC.rglob("*.py")) for fault in found_in(path)] == []


def test_a_name_with_a_raw_id_is_found() -> None:
    for code in (
        'home.documents / f"{quote_id}.pdf"',
        'path.with_name(f"{row.customer_id}.csv")',
        'Path(f"a/{number_of(x)}")',
    ):
        assert [expression for _, expression in interpolated(ast.parse(code))] != []
        assert not {expression for _, expression in interpolated(ast.parse(code))} & OURS
