"""Music: what a song says about time and form, and the demo song.

``analyse`` hears a file once and gives its :class:`~alice_core.music.model.Analysis`
(:func:`~alice_core.music.analyse.listen` its waveform too); ``document`` writes it as JSON and
reads it back; ``picture`` draws it; ``model`` holds the values. On the way, in the order the
sound takes: ``downmix``, ``features``, ``tempogram``, ``pulse``, ``counting``, ``placing``,
``meter``, ``tempo``, ``beats``, ``form``, ``naming``, ``sections``, ``curves``. Nothing is
imported here, so that looking at the room costs no NumPy; import the module you need.
"""
