"""A live, interactive view of your camera through your own Python image filter.

Write ``f(image) -> image``; `Live` shows your camera through it, in a notebook, on a
server, in someone else's page.
"""

import lazy_loader

# The public names stand in `__init__.pyi`. Each is imported when it is first used: a
# worker process needs the filters, and not Panel.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0.dev0"
