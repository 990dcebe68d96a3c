"""``python -m alice_core.cli`` is the command ``alice``."""

from alice_core.cli.entry import main

main()
