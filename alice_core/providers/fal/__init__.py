"""fal: pictures of FLUX, clips of Kling, and any other model of theirs by its schema."""
