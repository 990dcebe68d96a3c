"""ComfyUI as a provider: workflow files of either form, what they need, and the wire of a running server."""
