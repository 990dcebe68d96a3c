"""Fusion's windows for scripts, answered by whoever prepared the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alice_core.resolve.fake.session import Session


class Widget:
    """A part of a window with its properties and what is in it."""

    def __init__(self, kind: str, properties: dict[str, Any], inner: list[Widget]) -> None:
        self.kind = kind
        self.properties = properties
        self.inner = inner
        self.options: list[str] = []
        self.CurrentIndex = 0

    def AddItem(self, text: str) -> None:
        """One more option of a list."""
        self.options.append(text)

    def walk(self) -> list[Widget]:
        """It and everything in it."""
        return [self, *(one for widget in self.inner for one in widget.walk())]


class Widgets:
    """Makes widgets: ``ui.Label({...})``, ``ui.VGroup([...])``, ``ui.HGroup({...}, [...])``."""

    def __getattr__(self, kind: str) -> Callable[..., Widget]:
        if kind.startswith("_"):
            raise AttributeError(kind)

        def made(*given: Any) -> Widget:
            properties = next((dict(one) for one in given if isinstance(one, dict)), {})
            inner = next((list(one) for one in given if isinstance(one, list)), [])
            return Widget(kind, properties, inner)

        return made


class _Events:
    """What a window does when something happens to one of its parts."""

    Clicked: Callable[[Any], object] | None = None
    Close: Callable[[Any], object] | None = None


class _On(dict[str, _Events]):
    """The events of a window by the identifier of the part."""

    def __missing__(self, name: str) -> _Events:
        self[name] = _Events()
        return self[name]


class Window:
    """A window."""

    def __init__(self, properties: dict[str, Any], layout: Widget) -> None:
        self.properties = properties
        self.layout = layout
        self.On = _On()
        self.shown = False

    def GetItems(self) -> dict[str, Widget]:
        """The parts that have an identifier."""
        return {one.properties["ID"]: one for one in self.layout.walk() if "ID" in one.properties}

    def Show(self) -> None:
        """Open the window."""
        self.shown = True

    def Hide(self) -> None:
        """Close the window."""
        self.shown = False

    def texts(self) -> tuple[str, ...]:
        """Everything that can be read in it."""
        title = str(self.properties.get("WindowTitle", ""))
        parts = self.layout.walk()
        said = [str(one.properties[key]) for one in parts for key in ("Text", "PlainText") if key in one.properties]
        return (title, *said, *(option for one in parts for option in one.options))


class UIDispatcher:
    """Runs windows until one of their functions ends the loop; the session says what the person does."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.window: Window | None = None
        self.ended = False

    def AddWindow(self, properties: dict[str, Any], layout: Widget | list[Widget]) -> Window:
        """A window that is not shown yet."""
        self.window = Window(dict(properties), layout[0] if isinstance(layout, list) else layout)
        return self.window

    def ExitLoop(self) -> None:
        """Let RunLoop come back."""
        self.ended = True

    def RunLoop(self) -> None:
        """Do what the person does; without an answer the window is closed."""
        window = self.window
        if window is None or not window.shown:
            return
        self.session.windows.append(window.texts())
        answer = self.session.answers.pop(0) if self.session.answers else ""
        button, number = (answer, 0) if isinstance(answer, str) else answer
        for widget in window.layout.walk():
            if widget.kind == "ComboBox":
                widget.CurrentIndex = number
        events = window.On[button] if button else window.On[str(window.properties.get("ID"))]
        act = events.Clicked if button else events.Close
        if act is not None:
            act({})
        if not self.ended:
            message = f"nothing in the window ends its loop on {button or 'closing'}"
            raise RuntimeError(message)
