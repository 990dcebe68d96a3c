"""Watching folders: what the system tells are hints where to look soon, the truth is what a scan finds.

``agenda`` says when to look where, ``inotify`` and ``observer`` collect hints, ``mounts`` knows where none
come from, ``daemon`` looks and takes in, ``service`` lets the system start it.
"""
