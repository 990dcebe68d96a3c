"""Keeping a library whole: verify and repair, carry it elsewhere, build it anew, write sidecars."""
