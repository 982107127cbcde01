"""The catalogue of filters: image in, image out, nothing else touched.

A filter is a function `(image, *, options) -> image`. It gets rows x columns x RGB,
uint8 0-255, or rows x columns; it may return any image that
`panel_cam.imaging.pixels.to_uint8` takes, or a `Result`. It never modifies the image
that it gets; what it returns may share memory with it.

To add one, write it in the file of its group, and name it in `registry.GROUPS` and in
the list of `tests/filters/test_contract.py`. Another package adds filters by the
entry-point group ``panel_cam.filters``, in its pyproject.toml::

    [project.entry-points."panel_cam.filters"]
    my_filter = "my_package.my_module:my_function"
"""

from typing import TYPE_CHECKING

import lazy_loader

from panel_cam.filters.registry import GROUPS

if TYPE_CHECKING:
    from panel_cam.filters.pipelines import Pipeline as Pipeline
    from panel_cam.filters.pipelines import pipeline as pipeline
    from panel_cam.filters.registry import get as get
    from panel_cam.filters.registry import groups as groups
    from panel_cam.filters.registry import names as names
    from panel_cam.filters.registry import summary as summary

# So that `from panel_cam.filters import canny` works, and imports no other file.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "registry": ["GROUPS", "get", "groups", "names", "summary"],
        "pipelines": ["Pipeline", "pipeline"],
        **GROUPS,
    },
)
