"""Anthropic: Claude looks at pictures."""
