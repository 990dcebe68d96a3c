"""A project: settings, timelines, and the queue of renders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alice_core.errors import UsageError
from alice_core.resolve.fake.pool import MediaPool
from alice_core.resolve.fake.session import Handle, Session, call
from alice_core.resolve.fake.timeline import Timeline
from alice_core.timing import RATES, FrameRate

UNTITLED = "Untitled Project"


@dataclass(slots=True)
class Job:
    """A render job: its identifier, its settings and how it stands."""

    job_id: str
    settings: dict[str, Any]
    timeline: str
    status: str = "Ready"
    files: list[Path] = field(default_factory=list)


class Project(Handle):
    """The open project."""

    def __init__(
        self, session: Session, name: str = "Film", rate: str = "24", size: tuple[int, int] = (1920, 1080)
    ) -> None:
        super().__init__(session)
        self.name = name
        self.settings: dict[str, str] = {
            "timelineFrameRate": rate,
            "timelineResolutionWidth": str(size[0]),
            "timelineResolutionHeight": str(size[1]),
        }
        self.pool = MediaPool(session, self)
        self.timelines: list[Timeline] = []
        self.current: Timeline | None = None
        self.presets = ["H.264 Master", "ProRes 422 HQ", "Audio Only"]
        self.render_settings: dict[str, Any] = {}
        self.jobs: list[Job] = []

    @property
    def rate(self) -> FrameRate:
        """The rate of new timelines."""
        return _rate(self.settings["timelineFrameRate"])

    @property
    def size(self) -> tuple[int, int]:
        """The picture size of new timelines."""
        return int(self.settings["timelineResolutionWidth"]), int(self.settings["timelineResolutionHeight"])

    def save(self) -> None:
        """What an append that answered with an error had laid is gone."""
        for track in (track for timeline in self.timelines for tracks in timeline.tracks.values() for track in tracks):
            track.items = [item for item in track.items if item.durable]

    @call
    def GetName(self) -> str:
        """The name of the project."""
        return self.name

    @call
    def GetUniqueId(self) -> str:
        """The identifier of the project."""
        return self.unique_id

    @call
    def GetMediaPool(self) -> MediaPool:
        """Its clips."""
        return self.pool

    @call
    def GetTimelineCount(self) -> int:
        """How many timelines it has."""
        return len(self.timelines)

    @call
    def GetTimelineByIndex(self, idx: int) -> Timeline | None:
        """A timeline by its number from 1."""
        return self.timelines[int(idx) - 1] if 1 <= idx <= len(self.timelines) else None

    @call
    def GetCurrentTimeline(self) -> Timeline | None:
        """The timeline that is open."""
        return self.current

    @call
    def SetCurrentTimeline(self, timeline: Timeline) -> bool:
        """Open a timeline."""
        if timeline not in self.timelines:
            return False
        self.current = timeline
        return True

    @call
    def GetSetting(self, settingName: str = "") -> Any:
        """A setting; without a name all of them. The rate comes as a number where it does not drop."""
        if not settingName:
            return dict(self.settings)
        value = self.settings.get(settingName, "")
        plain = settingName == "timelineFrameRate" and not value.endswith("DF")
        return float(value) if plain else value

    @call
    def SetSetting(self, settingName: str, settingValue: str) -> bool:
        """Change a setting; the rate only while there is no timeline, and only to one that the menu has."""
        if settingName not in self.settings:
            return False
        value = str(settingValue)
        if settingName == "timelineFrameRate":
            if self.timelines or value.removesuffix(" DF") not in [one.removesuffix("ndf") for one in RATES]:
                return False
        elif not value.isdigit():
            return False
        self.settings[settingName] = value
        return True

    @call
    def GetRenderPresetList(self) -> list[str]:
        """The presets of the Deliver page."""
        return list(self.presets)

    @call
    def LoadRenderPreset(self, presetName: str) -> bool:
        """Take all settings of a preset."""
        if presetName not in self.presets:
            return False
        self.render_settings = {"PresetName": presetName}
        return True

    @call
    def SetRenderSettings(self, settings: dict[str, Any]) -> bool:
        """Lay settings over those that are there."""
        self.render_settings |= dict(settings)
        return True

    @call
    def AddRenderJob(self) -> str:
        """Queue the current timeline with the settings that are there; empty where there is none."""
        if self.current is None or "TargetDir" not in self.render_settings:
            return ""
        job = Job(self.session.new_id(), dict(self.render_settings), self.current.name)
        self.jobs.append(job)
        return job.job_id

    @call
    def GetRenderJobList(self) -> list[dict[str, Any]]:
        """The queue."""
        return [
            {
                "JobId": job.job_id, "TimelineName": job.timeline, "TargetDir": job.settings["TargetDir"],
                "OutputFilename": f"{job.settings.get('CustomName', job.timeline)}.mp4",
            }
            for job in self.jobs
        ]  # fmt: skip

    @call
    def StartRendering(self, jobIds: Sequence[str] = (), isInteractiveMode: bool = False) -> bool:  # noqa: ARG002 - Resolve's parameter
        """Render jobs, at once; without a renderer in the session they fail."""
        chosen = [job for job in self.jobs if job.job_id in list(jobIds)]
        for job in chosen:
            path = Path(job.settings["TargetDir"]) / f"{job.settings.get('CustomName', job.timeline)}.mp4"
            if self.session.render is None:
                job.status = "Failed"
                continue
            self.session.render(path)
            job.status, job.files = "Complete", [path]
        return bool(chosen)

    @call
    def IsRenderingInProgress(self) -> bool:
        """Whether a job runs; here every job is done when StartRendering comes back."""
        return False

    @call
    def GetRenderJobStatus(self, jobId: str) -> dict[str, Any]:
        """How a job stands."""
        found = next((job for job in self.jobs if job.job_id == jobId), None)
        if found is None:
            return {}
        status: dict[str, Any] = {"JobStatus": found.status, "CompletionPercentage": 100}
        return status | ({"Error": "there is no renderer"} if found.status == "Failed" else {})


def _rate(text: str) -> FrameRate:
    """The rate of a setting: ``29.97 DF`` drops, ``29.97`` does not.

    Raises:
        UsageError: It is no rate.
    """
    plain = text.removesuffix(" DF")
    try:
        return FrameRate.parse(plain, drop=text.endswith(" DF"))
    except UsageError:
        return FrameRate.parse(plain)
