"""*Copy as Python* for a chain of filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import param

from panel_cam.filters.chain import Pipeline
from panel_cam.functions.as_python import as_python
from panel_cam.functions.settings import values

if TYPE_CHECKING:
    from panel_cam.controls.chain import Chain


def chain_as_python(chain: Chain) -> str:
    """Write the script that makes the picture of a chain, of the steps that are on.

    Parameters
    ----------
    chain : Chain
        As it is now.

    Returns
    -------
    script : str
        As of `as_python`. Filters with a memory begin with none.

    Examples
    --------
    >>> from panel_cam.controls.chain import Chain
    >>> chain = Chain()
    >>> chain.add("gaussian").settings.sigma = 1.5
    >>> _ = chain.add("roberts")
    >>> print(chain_as_python(chain))
    from panel_cam.filters import gaussian, pipeline, roberts
    <BLANKLINE>
    chain = pipeline((gaussian, {'sigma': 1.5}), roberts)
    <BLANKLINE>
    <BLANKLINE>
    def process(image):
        return chain(image)
    <BLANKLINE>
    """
    steps = [step for step in chain.steps if step.enabled]
    if len(steps) == 1:
        return as_python(steps[0].function, steps[0].settings)
    parts = [
        (step.settings, {})
        if callable(step.settings)
        else (step.function, values(step.settings))
        for step in steps
    ]
    # Its settings are in the call that makes it.
    return as_python(Pipeline(*parts), param.Parameterized())
