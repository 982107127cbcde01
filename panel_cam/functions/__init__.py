"""All that is known of one user function: its options, its settings, its source."""
