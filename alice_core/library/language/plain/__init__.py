"""Plain language: a deterministic reader of questions, whose names are those that the store knows."""

from alice_core.library.language.plain.listening import asks_for_all, plain_reading

__all__ = ["asks_for_all", "plain_reading"]
