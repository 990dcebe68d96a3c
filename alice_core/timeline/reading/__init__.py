"""What a timeline file says, ours or a foreign one, read without the code that wrote it."""

from alice_core.timeline.reading.edit import Edit, Fault, Item, Mark, Severity, Source
from alice_core.timeline.reading.read import format_of, read_cuts, read_edit

__all__ = ["Edit", "Fault", "Item", "Mark", "Severity", "Source", "format_of", "read_cuts", "read_edit"]
