"""Films in the making: a project holds a brief, songs, plans and everything made for them."""

from alice_core.projects.projects import archive, brief, create, create_or_get, get, open_for_work, reopen, style

__all__ = ["archive", "brief", "create", "create_or_get", "get", "open_for_work", "reopen", "style"]
