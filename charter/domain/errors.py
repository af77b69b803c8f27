"""What can go wrong, as sentences for people: what is wrong, where, how to mend it."""


class CharterError(Exception):
    """A refusal that a person can read; the doors print `str(error)`, and its line in a file where it has one."""

    line: int | None = None


class NotFound(CharterError):
    """Something was named that does not exist."""


class NotAllowed(CharterError):
    """The actor may not do this, or not on this unit."""


class Conflict(CharterError):
    """The state of things changed meanwhile, or forbids this."""


class Invalid(CharterError):
    """Input that cannot be taken. `field` names where it stands."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class SourceError(CharterError):
    """A source could not be read, or is not what its indicator says: the run fails with this sentence."""
