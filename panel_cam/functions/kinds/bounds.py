"""Bounds and steps of sliders, for numbers of which too little is known."""

import math


def _round_up(number: float) -> float:
    """Return 1, 2 or 5 times a power of ten, the next that is not below a number."""
    power = 10.0 ** math.floor(math.log10(number))
    for factor in (1, 2, 5):
        if number <= factor * power * (1 + 1e-9):
            # Through text, so that 0.05 does not become 0.05000000000000001.
            return float(f"{factor * power:.0e}")
    return float(f"{10 * power:.0e}")


def soft_bounds(default: float) -> tuple[float, float]:
    """Choose how far a slider goes for a number of which only the default is known.

    Parameters
    ----------
    default : float
        The default.

    Returns
    -------
    bounds : tuple of float
        From 0 to three times the default, rounded up to 1, 2 or 5 times a power of ten;
        for 0, from -1 to 1, or to 10 where only whole numbers count. They limit the
        slider and not the value.

    Examples
    --------
    >>> soft_bounds(1.0), soft_bounds(0.02), soft_bounds(-30)
    ((0.0, 5.0), (0.0, 0.1), (-100.0, 0.0))
    """
    if not math.isfinite(default) or not 1e-300 < abs(default) < 1e300:
        return (-1.0, 1.0)
    end = _round_up(3 * abs(default))
    return (0.0, end) if default > 0 else (-end, 0.0)


def slider_step(start: float, end: float) -> float:
    """Choose the step of a slider: about a hundred of them fit.

    Parameters
    ----------
    start, end : float
        Where the slider ends.

    Returns
    -------
    step : float
        1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> slider_step(0, 5), slider_step(-180, 180)
    (0.05, 5.0)
    """
    return _round_up((end - start) / 100)
