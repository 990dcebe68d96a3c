"""The one tree of errors: what went wrong, which file, why, what to do, and a stable code.

::

    AliceError
    ├── UsageError            the call is wrong                       exit 2
    ├── NotFound              no such asset, project, file            exit 3
    ├── Conflict              it exists already or is in use          exit 4
    ├── ConfigError           the configuration is wrong              exit 5
    │   └── MissingExtra      an optional package is not installed
    ├── MediaError            a file cannot be read as media          exit 6
    │   └── IntegrityError    bytes or rows are not what they were
    ├── ProviderError         a generator or judge failed             exit 7
    │   ├── ProviderAuth, ProviderNoCredit, ProviderForbidden
    │   ├── ProviderRateLimited, ProviderUnavailable, ProviderTimeout, ProviderAmbiguous
    │   ├── ProviderRefused, ProviderInvalidTask, ProviderModelRetired
    │   ├── ProviderBadAnswer, ProviderBadMedia, ProviderParked, ProviderPaid
    │   └── PriceUnknown      nobody has said what it costs
    ├── BudgetExceeded        the money is not there                  exit 8
    ├── PermissionDenied      the actor may not do that               exit 9
    └── RunError              a run stopped                           exit 10
        ├── ResolveError      DaVinci Resolve did not do it
        └── ExportError       a timeline or preview was not written

Every class has a ``code`` (stable for ever), an ``exit_status`` (the command's), an
``http_status`` (the service's) and the anchor ``errors.html#<code>`` in the docs.
An instance may refine the code: ``raise MediaError("...", code="ALICE-M02")``;
:data:`CODES` lists every code with its class, and a test holds it complete.
"""

from __future__ import annotations

from typing import ClassVar, Literal


class AliceError(Exception):
    """Any failure that a user can understand; everything else is a bug (exit status 1).

    Args:
        message: What happened, to which file or thing, and why.
        hint: What to do about it, as one sentence that can be followed.
        code: A more exact code than the class's own; must be in :data:`CODES`.
    """

    default_code: ClassVar[str] = "ALICE-A00"
    exit_status: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code

    def to_json(self) -> dict[str, dict[str, str | None]]:
        """The error as the object that every ``--json`` prints: code, message, hint."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}


class UsageError(AliceError):
    """The call cannot mean anything: an unknown option value, a missing argument."""

    default_code = "ALICE-U00"
    exit_status = 2
    http_status = 400


class NotFound(AliceError):
    """The thing that was asked for is not there."""

    default_code = "ALICE-N00"
    exit_status = 3
    http_status = 404


class Conflict(AliceError):
    """The thing exists already, or somebody else is changing it."""

    default_code = "ALICE-C00"
    exit_status = 4
    http_status = 409


class ConfigError(AliceError):
    """The configuration, the store's address or the installation is wrong."""

    default_code = "ALICE-F00"
    exit_status = 5
    http_status = 500


class MissingExtra(ConfigError):
    """An optional package is needed for this and is not installed."""

    default_code = "ALICE-F10"


class MediaError(AliceError):
    """A file cannot be read as the picture, sound or clip it should be."""

    default_code = "ALICE-M00"
    exit_status = 6
    http_status = 422


class IntegrityError(MediaError):
    """Bytes or rows are not what was recorded of them."""

    default_code = "ALICE-I00"


class ProviderError(AliceError):
    """A provider did not deliver; says whether asking again is safe and whether money may be gone.

    Args:
        message: What happened and why, in the provider's own words where they help.
        hint: What to do about it.
        code: As in :class:`AliceError`.
        provider: Its name.
        model: The model that was asked.
        request_id: The provider's own name of the request, for its support and for lookup.
        billed: ``no``, ``yes``, or ``maybe`` where nobody can know.
        after: Seconds after which the provider asks to be asked again.
    """

    default_code = "ALICE-P00"
    exit_status = 7
    http_status = 502
    retryable: ClassVar[bool] = False
    """Whether the request provably did not reach the provider's work, so that sending it again pays nothing twice."""
    lost: ClassVar[bool] = False
    """Whether the request may have been carried out although no usable answer came."""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        code: str | None = None,
        provider: str = "",
        model: str = "",
        request_id: str | None = None,
        billed: Literal["no", "yes", "maybe"] = "no",
        after: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.provider = provider
        self.model = model
        self.request_id = request_id
        self.billed = "maybe" if self.lost and billed == "no" else billed
        self.after = after


class ProviderAuth(ProviderError):
    """The provider does not accept the key, or there is none."""

    default_code = "ALICE-P01"


class ProviderRateLimited(ProviderError):
    """The provider asks to wait; it did nothing."""

    default_code = "ALICE-P02"
    retryable = True


class ProviderRefused(ProviderError):
    """The provider will not make this (policy)."""

    default_code = "ALICE-P03"


class ProviderTimeout(ProviderError):
    """The provider did not answer in time; the outcome is unknown."""

    default_code = "ALICE-P04"
    lost = True


class ProviderUnavailable(ProviderError):
    """The provider was provably not reached, or said that it is down and did nothing."""

    default_code = "ALICE-P05"
    retryable = True


class ProviderInvalidTask(ProviderError):
    """The task cannot be carried out by this provider or model as it is written."""

    default_code = "ALICE-P06"
    http_status = 422


class ProviderNoCredit(ProviderError):
    """The account at the provider has no money left."""

    default_code = "ALICE-P07"


class ProviderForbidden(ProviderError):
    """The key is good and may not do this, such as before the organisation is verified."""

    default_code = "ALICE-P08"


class ProviderModelRetired(ProviderError):
    """The model is gone; the hint names what to use instead."""

    default_code = "ALICE-P09"


class ProviderAmbiguous(ProviderError):
    """The request was sent and no answer came: it may have been carried out and billed."""

    default_code = "ALICE-P10"
    lost = True


class ProviderBadAnswer(ProviderError):
    """The provider answered something that is no answer (a web page, half a JSON, nothing at all)."""

    default_code = "ALICE-P11"
    lost = True


class ProviderBadMedia(ProviderError):
    """What was delivered is no whole picture, sound or clip of the kind that was asked for."""

    default_code = "ALICE-P12"


class ProviderParked(ProviderError):
    """The provider is still at work or asks for a long wait; the same command goes on later and pays nothing twice."""

    default_code = "ALICE-P13"


class ProviderPaid(ProviderError):
    """This was paid for before and nothing usable is left of it; it is not bought again by itself."""

    default_code = "ALICE-P14"


class PriceUnknown(ProviderError):
    """Nobody has said what this costs, so nothing is sent; the hint is the line for the user's price file."""

    default_code = "ALICE-P20"


class BudgetExceeded(AliceError):
    """The reservation would go over a budget."""

    default_code = "ALICE-B00"
    exit_status = 8
    http_status = 402


class PermissionDenied(AliceError):
    """The actor has no right to do this."""

    default_code = "ALICE-R00"
    exit_status = 9
    http_status = 403


class RunError(AliceError):
    """A run stopped before its end; the same command goes on from there."""

    default_code = "ALICE-W00"
    exit_status = 10
    http_status = 500


class ResolveError(RunError):
    """DaVinci Resolve did not do what it was asked."""

    default_code = "ALICE-W10"


class ExportError(RunError):
    """A timeline, picture or preview could not be written."""

    default_code = "ALICE-E00"


CODES: dict[str, tuple[type[AliceError], str]] = {
    "ALICE-A00": (AliceError, "Any other failure."),
    "ALICE-U00": (UsageError, "The call is wrong."),
    "ALICE-U01": (UsageError, "Unknown or unsupported frame rate."),
    "ALICE-U02": (UsageError, "Unusable picture size."),
    "ALICE-U03": (UsageError, "Malformed timecode."),
    "ALICE-U04": (UsageError, "Unknown cut style, provider or format."),
    "ALICE-U05": (UsageError, "The query cannot be read."),
    "ALICE-U06": (UsageError, "The file is no ComfyUI workflow that can be run."),
    "ALICE-U07": (UsageError, "The roles pinned for a workflow cannot be used."),
    "ALICE-N00": (NotFound, "Nothing of that name or digest is known."),
    "ALICE-N01": (NotFound, "The file does not exist."),
    "ALICE-C00": (Conflict, "It exists already or is in use."),
    "ALICE-F00": (ConfigError, "The configuration is wrong."),
    "ALICE-F01": (ConfigError, "The store cannot be opened."),
    "ALICE-F02": (ConfigError, "The store was made by a newer version."),
    "ALICE-F10": (MissingExtra, "An optional package is not installed."),
    "ALICE-M00": (MediaError, "The file cannot be read as media."),
    "ALICE-M01": (MediaError, "The file is empty."),
    "ALICE-M02": (MediaError, "The file holds no sound."),
    "ALICE-M03": (MediaError, "The file may not be read (permission)."),
    "ALICE-M04": (MediaError, "The sound is longer than can be worked on."),
    "ALICE-M05": (MediaError, "The file is damaged and nothing of it decodes."),
    "ALICE-I00": (IntegrityError, "Bytes or rows are not what was recorded."),
    "ALICE-I01": (IntegrityError, "A change would be committed without an event."),
    "ALICE-I02": (IntegrityError, "The file changed while it was being read."),
    "ALICE-I03": (IntegrityError, "Known files are damaged or gone."),
    "ALICE-I04": (IntegrityError, "An export is incomplete or damaged."),
    "ALICE-I05": (IntegrityError, "An event's payload is not of the shape that its type and version say."),
    "ALICE-I06": (IntegrityError, "Bytes that should be an event are none, or too many."),
    "ALICE-I07": (IntegrityError, "The log of events is not what was written."),
    "ALICE-P00": (ProviderError, "A provider failed."),
    "ALICE-P01": (ProviderAuth, "The provider does not accept the key."),
    "ALICE-P02": (ProviderRateLimited, "The provider asks to wait."),
    "ALICE-P03": (ProviderRefused, "The provider will not make this."),
    "ALICE-P04": (ProviderTimeout, "The provider did not answer in time."),
    "ALICE-P05": (ProviderUnavailable, "The provider cannot be reached."),
    "ALICE-P06": (ProviderInvalidTask, "The provider cannot carry out a task that is written like this."),
    "ALICE-P07": (ProviderNoCredit, "The account at the provider has no money left."),
    "ALICE-P08": (ProviderForbidden, "The key may not do this."),
    "ALICE-P09": (ProviderModelRetired, "The model is gone."),
    "ALICE-P10": (ProviderAmbiguous, "The answer was lost: money is in doubt."),
    "ALICE-P11": (ProviderBadAnswer, "The provider's answer cannot be read."),
    "ALICE-P12": (ProviderBadMedia, "What the provider delivered is no whole picture, sound or clip."),
    "ALICE-P13": (ProviderParked, "The provider is still at work; the same command goes on later."),
    "ALICE-P14": (ProviderPaid, "It was paid for before and nothing usable is left; it is not bought again by itself."),
    "ALICE-P20": (PriceUnknown, "Nobody has said what this costs."),
    "ALICE-B00": (BudgetExceeded, "A budget would be exceeded."),
    "ALICE-B01": (BudgetExceeded, "The daily cap would be exceeded."),
    "ALICE-B02": (BudgetExceeded, "The price is above what may be spent without approval."),
    "ALICE-B03": (BudgetExceeded, "The budget is kept in another currency."),
    "ALICE-R00": (PermissionDenied, "The actor has no right to do this."),
    "ALICE-W00": (RunError, "A run stopped before its end."),
    "ALICE-W10": (ResolveError, "DaVinci Resolve did not do it."),
    "ALICE-W11": (ResolveError, "The cut that came back is none of that plan."),
    "ALICE-W12": (ResolveError, "The menu scripts are missing or cannot be installed."),
    "ALICE-E00": (ExportError, "An export could not be written."),
    "ALICE-E01": (ExportError, "The output folder cannot be written."),
    "ALICE-E02": (ExportError, "The disk is full."),
    "ALICE-E03": (ExportError, "The cut has a gap, an overlap or an impossible clip."),
    "ALICE-E04": (ExportError, "An event cannot be written in the version that was asked for."),
    "ALICE-E10": (ExportError, "A sink of events cannot be reached or does not take them."),
}
