"""Films that a store knows, and edits of them."""

from planned_film import film
from resolve_edits import known_film

__all__ = ["film", "known_film"]
