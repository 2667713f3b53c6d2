"""What should come out of a year, computed from facts and catalog in plain Python: no SQL, nothing of this project.

Written from docs/architecture.md, docs/landing.md and docs/conventions.md. Amounts are Decimals; what is not rounded
yet is an exact fraction. Where the platform is set-based and asks the ledger, this walks night by night and keeps its
own books; that the two agree is the point.
"""
