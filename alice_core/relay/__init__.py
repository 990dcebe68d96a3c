"""Sending events elsewhere: sinks, the relay that feeds them from the log, and reading them at the other end.

``sending`` says what a sink is; ``jsonlines``, ``streams``, ``webhooks`` and ``subscription`` are the kinds of them;
``courier`` takes the log to one sink and ``relay`` to all; ``sinks`` adds and removes them; ``replaying`` sends again;
``status`` says how far each is; ``consuming`` reads a Redis stream and ``signing`` proves where a call comes from.
"""
