"""Where results go: the picture, the shapes, the numbers, the files."""
