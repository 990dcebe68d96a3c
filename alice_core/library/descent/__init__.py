"""Where an asset comes from and what became of it, told, drawn, and made again."""
