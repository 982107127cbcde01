"""The kinds of options: each says its parameter, its widget, and its text in a link."""
