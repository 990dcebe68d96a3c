"""The query language, exact and plain, which every face finds assets with.

:func:`understand` is what a face calls with what a person typed. It reads ``field:value``, phrases in
quotes, ``-``, ``OR`` and parentheses exactly and everything else as plain language, and says by the
exact query what it understood. The language is described in ``docs/reference/queries.md``.
"""

from alice_core.library.language.understanding import Understood, ask, parse, understand
from alice_core.library.language.writing import write

__all__ = ["Understood", "ask", "parse", "understand", "write"]
