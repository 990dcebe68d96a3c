"""Engines: who hears the beats of a song.

``alice`` is built in and the default. ``librosa``, ``beat-this`` and ``madmom`` are used where
the user has installed them, with weights of their own licence; other packages bring an engine
by an entry point of the group ``alice.analysers``. ``heard`` holds what an engine gives,
``registry`` finds one by name. An engine hears beats and perhaps bars; sections, curves and
all else are ours on the engine's beats.
"""
