"""A fake Resolve with an open project, and a few real files to put into it."""

from __future__ import annotations

import pytest
from resolve_desk import cut_of, make_media, push_answer

from alice_core.resolve.fake import Project, Resolve, Session

NAMES = ("night-a.png", "sea-c.mp4", "rain-b.png", "sky-d.mp4")


@pytest.fixture(scope="session")
def media(tmp_path_factory):
    """Files to import; not to be changed."""
    return make_media(tmp_path_factory.mktemp("films"))


@pytest.fixture
def resolve():
    """Resolve with an empty project at 24 frames a second."""
    session = Session()
    return Resolve(session, Project(session, "Film", "24", (640, 360)))


@pytest.fixture
def pool(resolve):
    """The media pool of that project."""
    return resolve.projects.project.pool


def imported(pool, media, *names):
    """The clips of some files, imported into the current folder."""
    return pool.ImportMedia([str(media[name]) for name in names])


def pushed(pool, media, folder, **options):
    """The timeline of a cut on all files."""
    answer = push_answer(cut_of(next(iter(media.values())).parent, NAMES), folder)
    for name in (*NAMES, "song.wav"):
        imported(pool, media, name)
    options = {"timelineName": "Cut", "importSourceClips": False, "sourceClipsFolders": [pool.root]} | options
    return pool.ImportTimelineFromFile(answer["files"]["fcpxml"], options)


def spans(timeline, kind="video", track=1):
    """Where the items of a track lie, from the start of the timeline."""
    items = timeline.GetItemListInTrack(kind, track)
    return [(item.place.start - timeline.start, item.place.end - timeline.start) for item in items]
