"""Films in the making: a project holds a brief, songs, plans and everything made for them."""

from alice_core.projects.projects import brief, create, create_or_get, get

__all__ = ["brief", "create", "create_or_get", "get"]
