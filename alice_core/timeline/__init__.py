"""The cut: a timeline as values, its writers (OTIO, FCPXML, EDL) and readers that check them.

:mod:`~alice_core.timeline.model` holds the values, :data:`FORMATS` the writers by name,
:func:`documents` the files of one format, :func:`read_cuts` what a written file says. All
are functions from values to bytes and back; OpenTimelineIO is loaded when it is first needed.
"""

from alice_core.timeline.cuts import Cut, Cuts
from alice_core.timeline.formats import FORMATS, Document, Format, documents, names
from alice_core.timeline.reading import Edit, read_cuts, read_edit

__all__ = ["FORMATS", "Cut", "Cuts", "Document", "Edit", "Format", "documents", "names", "read_cuts", "read_edit"]
