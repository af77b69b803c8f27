"""The vocabulary of Promesse as enumerations: one word per thing, everywhere."""

from enum import StrEnum
from typing import Self


class CommitmentClass(StrEnum):
    """What a commitment is to the relationship: the floor (confidence), what earns (trust), or between."""

    CONFIDENCE = "confidence"
    TRUST = "trust"
    BOTH = "both"
    NEITHER = "neither"
    UNDETERMINED = "undetermined"

    @property
    def is_floor(self) -> bool:
        """Confidence, both and undetermined are held as floor: precaution on what is not known."""
        return self in (CommitmentClass.CONFIDENCE, CommitmentClass.BOTH, CommitmentClass.UNDETERMINED)

    @property
    def may_earn(self) -> bool:
        """Trust earns when kept; both earns only beyond its own measured threshold."""
        return self in (CommitmentClass.TRUST, CommitmentClass.BOTH)


class Strength(StrEnum):
    """How firmly the evidence speaks for a class; the weaker of the two answers."""

    CERTAIN = "certain"
    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    CONFLICT = "conflict"
    NONE = "none"


class Status(StrEnum):
    """What may be said of an indicator or a commitment for one period."""

    KEPT = "kept"
    NEAR = "near"
    MISSED = "missed"
    UNACCEPTABLE = "unacceptable"
    UNPROVEN = "unproven"
    NO_DATA = "no-data"
    NOT_APPLICABLE = "not-applicable"


class Reason(StrEnum):
    """Why a status is not a plain verdict."""

    NO_ROWS = "no-rows"
    NOT_OPEN = "not-open"
    CLOSED_WITH_CASES = "closed-with-cases"
    FEW_WRITTEN = "few-written"
    CHECK_DUE = "check-due"
    CHECK_LATE = "check-late"
    CHECK_FAILED = "check-failed"
    CHECK_LAPSED = "check-lapsed"
    CHECK_WAIVED = "check-waived"
    NOT_RECORDING = "not-recording"
    TOO_FEW = "too-few"
    INTERVAL_STRADDLES = "interval-straddles"
    NO_INTERVAL = "no-interval"
    NO_TARGET = "no-target"
    NO_OWN_LEVEL = "no-own-level"
    OUT_OF_SEASON = "out-of-season"
    WITHOUT_EVIDENCE = "without-evidence"
    SOURCE_SHORT = "source-short"
    UNREADABLE = "unreadable"
    NO_VOLUME = "no-volume"
    PART_MISSING = "part-missing"


class DoubtCode(StrEnum):
    """What is doubted of a figure, though it was measured."""

    UNDATED = "undated"
    UNREADABLE = "unreadable"
    CONTRADICTORY = "contradictory"
    SOURCE_SHORT = "source-short"
    LATE_START = "late-start"
    VOLUME = "volume"
    UNKNOWN_UNIT = "unknown-unit"
    NOT_RECORDING = "not-recording"
    NO_HOUR = "no-hour"


class FloorState(StrEnum):
    """The state of the confidence floor of a charter."""

    HELD = "held"
    BROKEN = "broken"
    UNPROVEN = "unproven"
    ABSENT = "absent"


class CheckState(StrEnum):
    """Where one due period of a check stands."""

    DUE = "due"
    RUNNING = "running"
    DONE = "done"
    LATE = "late"
    FAILED = "failed"
    LAPSED = "lapsed"
    WAIVED = "waived"


class JobState(StrEnum):
    """Where a piece of long work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ActionState(StrEnum):
    """Where an action stands; late follows from its due date."""

    OPEN = "open"
    LATE = "late"
    DONE = "done"


class EffectVerdict(StrEnum):
    """Whether an action worked, by the figures before and after it."""

    BETTER = "better"
    NO_BETTER = "no-better"
    WORSE = "worse"
    TOO_EARLY = "too-early"
    CANNOT_TELL = "cannot-tell"
    """Said by the first release; nothing says it any more."""


class Direction(StrEnum):
    """Whether a higher or a lower value is better; data, never guessed."""

    HIGHER = "higher"
    LOWER = "lower"


class Kind(StrEnum):
    """How an indicator is measured."""

    SHARE_WITHIN = "share-within"
    SHARE = "share"
    MEAN = "mean"
    NPS = "nps"
    EFFORT = "effort"
    COUNT = "count"
    SUM = "sum"
    RATE = "rate"
    AVAILABILITY = "availability"
    PERCENTILE = "percentile"
    YES_NO = "yes-no"
    COMPOSITE = "composite"
    MONEY = "money"

    @property
    def has_minimum(self) -> bool:
        """Kinds whose figure needs a minimum number of cases before it may be judged."""
        return self not in (Kind.COUNT, Kind.SUM, Kind.MONEY, Kind.YES_NO, Kind.COMPOSITE)

    @property
    def adds_up(self) -> bool:
        """Kinds whose counts add over units and periods; the others are computed anew at each level of the tree."""
        return self not in (Kind.PERCENTILE, Kind.COMPOSITE)

    @property
    def has_numerator(self) -> bool:
        """Kinds that count cases of cases; a mean, a score and what is made anew at each level only have their n."""
        return self.adds_up and self not in (Kind.MEAN, Kind.NPS, Kind.SUM)

    @property
    def is_share(self) -> bool:
        """Kinds whose value is a share 0..1, printed in per cent."""
        return self in (Kind.SHARE_WITHIN, Kind.SHARE, Kind.AVAILABILITY, Kind.YES_NO, Kind.EFFORT)


class Nature(StrEnum):
    """Delivered (counted by the company) or perceived (said by customers)."""

    DELIVERED = "delivered"
    PERCEIVED = "perceived"


class Proves(StrEnum):
    """What a figure proves of its promise: what customers got, what was done for it, or nothing: a volume beside it."""

    RESULT = "result"
    MEANS = "means"
    CONTEXT = "context"


class Basis(StrEnum):
    """All cases counted, or a sample of them."""

    CENSUS = "census"
    SAMPLE = "sample"


class PeriodKind(StrEnum):
    """The length of a period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Party(StrEnum):
    """Who promises, or to whom."""

    COMPANY = "company"
    CUSTOMER = "customer"
    PROVIDER = "provider"
    STAFF = "staff"


class Component(StrEnum):
    """The three components of trust."""

    COMPETENCE = "competence"
    HONESTY = "honesty"
    BENEVOLENCE = "benevolence"


class Scope(StrEnum):
    """What a program's token is for."""

    READ = "read"
    PUSH = "push"


class Role(StrEnum):
    """What a person may be in Promesse; rights are in permissions.py."""

    DIRECTOR = "director"
    MANAGER = "manager"
    CONTRIBUTOR = "contributor"
    FRONTLINE = "frontline"
    AUDITOR = "auditor"
    ADMIN = "admin"
    FOUNDER = "founder"


class Permission(StrEnum):
    """What may be asked of a service."""

    deed: str
    """As it follows “may not”: `enter figures`."""

    def __new__(cls, code: str, deed: str = "") -> Self:
        """A code, and what it lets somebody do."""
        right = str.__new__(cls, code)
        right._value_, right.deed = code, deed
        return right

    READ_PAGES = "read-pages", "read the pages for staff"
    READ_DESK = "read-desk", "read the desk"
    READ_CARDS = "read-cards", "read what parties owe one another"
    KEEP_ACCOUNT = "keep-account", "keep an account of their own"
    READ_AUDIT = "read-audit", "read the audit log"
    APPLY_CHARTER = "apply-charter", "change the charter"
    RUN_CHECK = "run-check", "run a check"
    WAIVE_CHECK = "waive-check", "skip a check"
    ENTER_FIGURE = "enter-figure", "enter figures"
    CORRECT_FIGURE = "correct-figure", "correct figures"
    FREEZE_MONTH = "freeze-month", "freeze a month"
    MAKE_REPORT = "make-report", "make a report"
    READ_SURVEYS = "read-surveys", "read surveys and free texts"
    RUN_SURVEY = "run-survey", "run a survey"
    MANAGE_ACCOUNTS = "manage-accounts", "manage accounts"
    MANAGE_TOKENS = "manage-tokens", "manage the tokens of programs"
    SEND_OBSERVATION = "send-observation", "report what happened"
    MODERATE_OBSERVATION = "moderate-observation", "review observations"
    ERASE_TEXT = "erase-text", "erase a text"
    EXPLAIN_MISS = "explain-miss", "explain a miss"
    PLAN_ACTION = "plan-action", "plan an action"
    REBASE_CHART = "rebase-chart", "recalculate the limits of a chart"
    APPROVE_REPORT = "approve-report", "approve a report"
    SEND_REPORT = "send-report", "send a report"
    SEND_AGAIN = "send-again", "send a mail again"
    HANDLE_ALERT = "handle-alert", "answer alerts"
    DECIDE_CLASS = "decide-class", "decide a class"
    RECORD_EVIDENCE = "record-evidence", "record evidence"


class ColumnKind(StrEnum):
    """What the cells of a column of a file are."""

    DATE = "date"
    INSTANT = "instant"
    NUMBER = "number"
    DURATION = "duration"
    YES_NO = "yes-no"
    TEXT = "text"
    EMPTY = "empty"

    @property
    def is_moment(self) -> bool:
        """A day, with its hour or without."""
        return self in (ColumnKind.DATE, ColumnKind.INSTANT)


class ColumnRole(StrEnum):
    """What a column of a file of cases may be for."""

    CASE = "case"
    START = "start"
    STOP = "stop"
    UNIT = "unit"
    CHANNEL = "channel"
