"""Later looks at what was taken in: thumbnails, look-alikes, hidden text, files of one result."""
