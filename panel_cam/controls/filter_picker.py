"""`FilterPicker`: a box to search and choose a filter with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import param

from panel_cam.filters.summaries import listing
from panel_cam.transport import assets
from panel_cam.transport.component import Component

if TYPE_CHECKING:
    from panel_cam.filters.summaries import Listing


class FilterPicker(Component):
    """A menu of filters in groups, with what each one does, that can be searched.

    No filter's library is imported before it is used; a filter of another package is
    not imported at all, until somebody calls `panel_cam.filters.get` with its name.

    Parameters
    ----------
    value : str, default ""
        The name of the filter that is chosen already.
    filters : dict of str to dict of str to str, optional
        Group -> name -> what it does, in a line; by default, the catalogue.
    **params
        Any parameter of this class or of Panel's layout.

    Examples
    --------
    >>> picker = FilterPicker("gaussian")
    >>> picker.value
    'gaussian'
    """

    value = param.String(
        default="",
        precedence=-1,
        doc="""
        The name of the filter, changed by those who choose; "" for none.""",
    )
    placeholder = param.String(
        default="Choose a filter",
        doc="""
        What stands in the empty box.""",
    )
    label = param.String(
        default="Filter",
        doc="""
        What the box is called for those who do not see it.""",
    )
    groups: param.List[Any] = param.List(
        default=[],
        doc="""
        The menu as the page gets it: pairs of a group and its items, which are pairs
        of a name and a line.""",
    )
    # In a dictionary, because Panel takes a text for HTML and cleans it.
    shown = param.Dict(
        default={"value": ""},
        doc="""
        What the page shows: `value`.""",
    )
    choice = param.Dict(
        default={},
        doc="""
        What was chosen on the page: its name, and a count that goes up.""",
    )

    _template: ClassVar[str] = assets.read("controls/filter_picker.html")
    _stylesheets: ClassVar[list[str]] = [assets.read("controls/filter_picker.css")]
    _scripts: ClassVar[dict[str, str | list[str]]] = {
        "render": assets.library("controls/filter_picker.js", exports="Picker")
        + assets.read("controls/filter_picker.glue.js"),
        "remove": "state.picker?.remove(); state.picker = null",
        "shown": "state.picker?.update(data.shown)",
        "groups": "state.picker?.update({groups: data.groups})",
    }

    def __init__(
        self, value: str = "", filters: Listing | None = None, **params: Any
    ) -> None:
        params.setdefault("sizing_mode", "stretch_width")
        params.setdefault("margin", 0)
        super().__init__(value=value, **params)  # type: ignore[no-untyped-call]
        self.offer(listing() if filters is None else filters)

    def offer(self, filters: Listing) -> None:
        """Change the menu.

        Parameters
        ----------
        filters : dict of str to dict of str to str
            Group -> name -> what it does, in a line.
        """
        self._names = frozenset(name for items in filters.values() for name in items)
        self.groups = [
            [group, [[name, line] for name, line in items.items()]]
            for group, items in filters.items()
        ]

    @param.depends("value", watch=True, on_init=True)
    def _show(self) -> None:
        self.shown = {"value": self.value}

    @param.depends("choice", watch=True)
    def _choose(self) -> None:
        name = self.choice.get("name") if isinstance(self.choice, dict) else None
        # From the browser: only what is on the menu can be chosen.
        if isinstance(name, str) and name in self._names:
            self.value = name
