"""`Range`: the bounds of a number, written beside its type in a signature."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """What an option may be, from its smallest to its largest value.

    Parameters
    ----------
    start, end : float
        The bounds; both belong to the range.
    step : float, optional
        How far one push of a slider goes. None leaves the choice to the control.

    Raises
    ------
    ValueError
        If `end` is not above `start`, or `step` is not between 0 and their distance.

    Examples
    --------
    >>> from typing import Annotated
    >>> def soften(image, *, sigma: Annotated[float, Range(0, 5, step=0.1)] = 1.0): ...
    """

    start: float
    end: float
    step: float | None = None

    def __post_init__(self) -> None:
        """Refuse bounds that no slider could show."""
        # Written so that NaN fails too.
        if not self.start < self.end:
            raise ValueError(f"expected start below end, got {self.start}, {self.end}")
        if self.step is not None and not 0 < self.step <= self.end - self.start:
            raise ValueError(f"expected a step that fits the range, got {self.step}")

    def __contains__(self, value: float) -> bool:
        """Tell whether a value lies within the bounds."""
        return self.start <= value <= self.end
