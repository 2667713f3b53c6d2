"""A simulated company-year beside an oracle: what a home bills against what a small second computation says it should.

Two rooms with a wall between them. `company` draws customers and what happens to them and writes the files that a
company would deliver; it knows nothing of how anything is priced. `oracle` is told the same facts and says in plain
Python what they come to. Neither shares a line with the models that bill; `oracle` imports nothing of this project.
"""
