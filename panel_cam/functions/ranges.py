"""`Range`: the bounds of a number, written beside its type in a signature."""

import sys
from dataclasses import dataclass
from typing import Any


def plain_number(value: Any) -> Any:
    """Make NumPy's numbers Python's, which JSON, param and ``isinstance`` know.

    Parameters
    ----------
    value : object
        Any.

    Returns
    -------
    value : object
        The number, or a tuple with such; whatever else it is, itself.
    """
    if type(value) is tuple:
        return tuple(map(plain_number, value))
    # An expression of param has any attribute, but no shape that is a tuple.
    shape = getattr(value, "shape", None)
    is_one = isinstance(shape, tuple) and not shape and hasattr(value, "item")
    return value.item() if is_one else value


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
        If they are not finite, `end` is not above `start`, or `step` is not between 0
        and their distance.

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
        for name in ("start", "end", "step"):
            object.__setattr__(self, name, plain_number(getattr(self, name)))
        # Written so that NaN fails too.
        if not 0 < self.end - self.start <= sys.float_info.max:
            raise ValueError(
                f"expected finite bounds, start below end, got {self.start}, {self.end}"
            )
        if self.step is not None and not 0 < self.step <= self.end - self.start:
            raise ValueError(f"expected a step that fits the range, got {self.step}")

    def __contains__(self, value: float) -> bool:
        """Tell whether a value lies within the bounds."""
        return self.start <= value <= self.end
