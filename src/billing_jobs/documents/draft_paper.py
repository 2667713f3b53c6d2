"""A draft to what its paper says: the page that would be issued, without a number and stamped all over. Pure."""

from __future__ import annotations

from billing_jobs.documents import paper, wording
from billing_jobs.documents.issued import IssuedDocument
from billing_jobs.documents.paper import Words


def describe_draft(drafted: IssuedDocument) -> Words:
    """`drafted` has the draft's id where an issued document has its number; the paper shows neither.

    Raises PaperIncomplete where the issued paper would lack something.
    """
    words, label = paper.describe(drafted), wording.labels(drafted.language)
    words["heading"][0] = [words["heading"][0][0], label["draft_number"]]
    return words | {
        "stamp": label["draft_stamp"],
        "subtitle": label["draft_subtitle"],
        "greeting": label["draft_greeting"],
    }
