"""Finding by meaning: prompts as vectors, for questions whose words no prompt has.

Needs a model that comes as a package (the extra ``vectors``); without it, nothing here has a say and nothing
heavy is imported. The vectors are worked out once for each distinct prompt, by ``alice embed`` or the daemon.
"""

from alice_core.library.meaning.embedding import embed_all, embed_some, unfinished
from alice_core.library.meaning.encoder import how_to_install, is_installed
from alice_core.library.meaning.joining import with_meaning

__all__ = ["embed_all", "embed_some", "how_to_install", "is_installed", "unfinished", "with_meaning"]
