"""What travels, and how it becomes bytes and back: frames, results, shapes."""
