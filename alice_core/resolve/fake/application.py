"""The application: what a script is given as ``resolve``, ``fusion`` and ``bmd``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from alice_core.resolve.fake.project import UNTITLED, Project
from alice_core.resolve.fake.session import STUDIO, Handle, Session, call
from alice_core.resolve.fake.windows import UIDispatcher, Widgets

_PAGES = frozenset({"media", "cut", "edit", "fusion", "color", "fairlight", "deliver"})


class Projects(Handle):
    """Opens and saves projects."""

    def __init__(self, session: Session, project: Project | None) -> None:
        super().__init__(session)
        self.project = project

    @call
    def GetCurrentProject(self) -> Project | None:
        """The open project."""
        return self.project

    @call
    def CreateProject(self, projectName: str) -> Project | None:
        """A new project, which is opened; ``None`` for the name of the open one."""
        if self.project is not None and self.project.name == projectName:
            return None
        self.project = Project(self.session, projectName)
        return self.project

    @call
    def SaveProject(self) -> bool:
        """Save the open project; one that was never given a name cannot be saved by a script."""
        if self.project is None or self.project.name == UNTITLED:
            return False
        self.project.save()
        return True


class Fusion(Handle):
    """The Fusion side: paths, and windows in Studio."""

    def __init__(self, session: Session, scripts: Path | None) -> None:
        super().__init__(session)
        self.scripts = scripts

    @property
    def UIManager(self) -> Widgets | None:
        """What makes windows; outside Studio the mere question opens a window that blocks every later call."""
        if self.session.product != STUDIO:
            self.session.modal = "You have reached a limitation with DaVinci Resolve"
            return None
        return Widgets()

    def MapPath(self, path: str) -> str:
        """A path with its ``Scripts:`` written out."""
        return path.replace("Scripts:", str(self.scripts or ""), 1)


class BlackmagicModule:
    """What scripts know as ``bmd``."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve

    def scriptapp(self, name: str) -> Handle | None:
        """An application by its name."""
        found: dict[str, Handle] = {"Resolve": self._resolve, "Fusion": self._resolve.fusion}
        return found.get(name)

    def UIDispatcher(self, manager: Widgets) -> UIDispatcher:  # noqa: ARG002 - Fusion's parameter
        """What runs the windows of a manager."""
        return UIDispatcher(self._resolve.session)

    @staticmethod
    def writefile(path: str, value: object) -> None:
        """A value into a file as a Lua literal; of the real one only that it writes is known."""
        text = str(value).replace("\\", "\\\\").replace('"', '\\"')
        Path(path).write_text(f'"{text}"', encoding="utf-8")


class Resolve(Handle):
    """A Resolve that nobody installed, with the behaviour that was measured on the real one."""

    EXPORT_AAF: ClassVar[int] = 0
    EXPORT_EDL: ClassVar[int] = 2
    EXPORT_FCP_7_XML: ClassVar[int] = 3
    EXPORT_FCPXML_1_10: ClassVar[int] = 6
    EXPORT_OTIO: ClassVar[int] = 13
    EXPORT_NONE: ClassVar[int] = -1

    def __init__(
        self, session: Session | None = None, project: Project | None = None, scripts: Path | None = None
    ) -> None:
        own = session or (project.session if project is not None else Session())
        super().__init__(own)
        self.fusion = Fusion(own, scripts)
        self.projects = Projects(own, project)

    def script_names(self) -> dict[str, Any]:
        """The global names that a script finds when it is chosen from the menu."""
        return {
            "resolve": self, "fusion": self.fusion, "fu": self.fusion, "app": self.fusion,
            "bmd": BlackmagicModule(self),
        }  # fmt: skip

    @call
    def Fusion(self) -> Fusion:
        """The Fusion side."""
        return self.fusion

    @call
    def GetProjectManager(self) -> Projects:
        """What opens and saves projects."""
        return self.projects

    @call
    def GetProductName(self) -> str:
        """The product with its edition."""
        return self.session.product

    @call
    def GetVersionString(self) -> str:
        """The version as text."""
        return ".".join(map(str, (*self.session.version, 7)))

    @call
    def GetVersion(self) -> list[Any]:
        """The version in parts."""
        return [*self.session.version, 7, ""]

    @call
    def GetCurrentPage(self) -> str:
        """The page that is open."""
        return self.session.page

    @call
    def OpenPage(self, pageName: str) -> bool:
        """Open a page."""
        if pageName not in _PAGES:
            return False
        self.session.page = pageName
        return True
