"""Run the newest frame somewhere, fairly, and bring it back in order."""
