"""A live, interactive view of your camera through your own Python image filter."""

__version__ = "0.1.0.dev0"
