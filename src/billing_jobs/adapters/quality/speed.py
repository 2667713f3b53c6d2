"""A check without compiling the same page templates again for every page, a third of its time, and without walks through the stack."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CodesOfThisProcess(BytecodeCache):
    """Compiled templates, kept in memory under the hash of their source."""

    codes: ClassVar[dict[tuple[str, str], Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand over what was compiled before."""
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        self.codes[bucket.key, bucket.checksum] = bucket.code


def compile_page_templates_once() -> None:
    """Give Great Expectations' views, each of which makes a template environment of its own, one store of compiled templates."""
    from great_expectations.render.view import view

    if not isinstance(view.Environment, functools.partial):
        view.Environment = functools.partial(view.Environment, bytecode_cache=CodesOfThisProcess())


def look_for_no_profiler() -> None:
    """Great Expectations looks through the stack, and for it through all modules, whether a number came from its profiler: a tenth of a
    second for each number. There is no profiler here."""
    from great_expectations import util

    util.stack = list
