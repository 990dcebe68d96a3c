"""Interchange: beats, sections and lyrics in the files of other programs, read and written.

``formats`` is the registry; every format has a module of its own, imported when it is used, with
``read(data, place)``, ``write(score, place)`` or both. ``model`` holds what they exchange. Readers
take bytes of any origin: sizes and numbers are bounded, and what is refused is said with its line.
"""
