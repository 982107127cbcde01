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

from panel_cam.filters.registry import GROUPS, get, groups, names, summary

if TYPE_CHECKING:
    from panel_cam.filters.pipelines import Pipeline, pipeline

__all__ = ["GROUPS", "Pipeline", "get", "groups", "names", "pipeline", "summary"]


def __getattr__(name: str) -> object:
    # So that `from panel_cam.filters import canny` works, and imports no other file.
    if name in ("Pipeline", "pipeline"):
        from panel_cam.filters import pipelines

        return getattr(pipelines, name)
    if any(name in group for group in GROUPS.values()):
        return get(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    ours = (name for group in GROUPS.values() for name in group)
    return sorted({*globals(), *__all__, *ours})
