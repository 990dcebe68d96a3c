"""Sounds, films and a user without rights, for tests that ask."""

from sounds_and_films import movie_file, noise, number_of, numbered, sound_file, unprivileged

__all__ = ["movie_file", "noise", "number_of", "numbered", "sound_file", "unprivileged"]
