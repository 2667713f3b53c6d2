"""Words to mails: subject, HTML and text. The layout is compiled from MJML once; each mail is one TOML file of
sentences. Pure.

A word that a sentence needs and nobody gave is an error (StrictUndefined), never an empty place in a customer's mail.
"""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import jinja2
import mjml

from billing_jobs.documents import wording

FOLDER = wording.TEMPLATES / "mail"
_SINGLE = ("subject", "title", "preview")


@dataclass(frozen=True)
class Composed:
    """A mail ready to be sent."""

    subject: str
    html: str
    text: str


class MailUnknown(ValueError):
    """There is no such mail; the message names those that exist."""


def templates() -> list[str]:
    """The names of all mails, as `mails_to_send.template` gives them."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def compose(template: str, language: str, words: dict[str, Any]) -> Composed:
    """The mail `template` in `language`.

    Raises MailUnknown, or jinja2.UndefinedError naming the word that is missing.
    """
    sentences = _sentences(template)[language]
    plain = _environment(escapes=False)
    spoken = dict(words)
    for name in ("title", "subject", "preview"):
        spoken[name] = plain.from_string(sentences[name]).render(spoken)
    for name in ("opening", "closing"):
        spoken[name] = [plain.from_string(sentence).render(spoken) for sentence in sentences[name]]
    subject = " ".join(spoken["subject"].split())  # a line break in a header would let a name add headers
    text = re.sub(r"\n{3,}", "\n\n", _layout("layout.txt.j2").render(spoken))
    return Composed(subject, _layout("layout.mjml").render(spoken), text)


@functools.cache
def _sentences(template: str) -> dict[str, dict[str, Any]]:
    if template not in templates():
        raise MailUnknown(f"no mail is called {template!r}; there are {', '.join(templates())}")
    return tomllib.loads((FOLDER / f"{template}.toml").read_text("utf-8"))


@functools.cache
def _environment(*, escapes: bool) -> jinja2.Environment:
    return jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(default_for_string=escapes),  # nothing to escape for in a text part
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@functools.cache
def _layout(name: str) -> jinja2.Template:
    source = (FOLDER / name).read_text("utf-8")
    is_html = name.endswith(".mjml")
    return _environment(escapes=is_html).from_string(mjml.mjml2html(source) if is_html else source)
