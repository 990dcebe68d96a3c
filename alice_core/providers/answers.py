"""The words of a model as a result: plain text, or JSON that is checked to be JSON."""

from __future__ import annotations

import json

from alice_core.providers.operation import Output
from alice_core.providers.task import VisionTask


def text_output(text: str, task: VisionTask, *, cut: bool = False) -> Output | str:
    """The answer as the bytes of a document; or, where JSON was asked for and is not there, what is wrong.

    Args:
        text: The words of the model.
        task: What was asked.
        cut: Whether the answer was cut off.
    """
    if not task.schema:
        return Output("text/plain", data=text.encode("utf-8", "replace"))
    try:
        value = json.loads(text)
    except ValueError:
        return "the answer was cut off" if cut else "the answer is not the JSON that was asked for"
    if not isinstance(value, dict):
        return "the answer is not the JSON object that was asked for"
    return Output("application/json", data=json.dumps(value, ensure_ascii=False, sort_keys=True).encode())
