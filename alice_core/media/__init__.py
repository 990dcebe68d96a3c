"""The media room: what one file is, its sound, its frames, and movies made of frames.

Modules: :mod:`~alice_core.media.digest` (identity), :mod:`~alice_core.media.files` (reading, and writing by
rename), :mod:`~alice_core.media.facts` and :mod:`~alice_core.media.probe` (what a file is),
:mod:`~alice_core.media.sound`, :mod:`~alice_core.media.moves`, :mod:`~alice_core.media.decode` and
:mod:`~alice_core.media.encode`. Import from the modules: only some of them load Pillow or PyAV.
"""
