"""DaVinci Resolve: installing the menu scripts, and the conversation with them.

The scripts run inside Resolve with the standard library alone; whatever has to be thought is thought here and
asked for by ``alice resolve VERB --json``. Nothing in this room talks to Resolve itself.
"""
