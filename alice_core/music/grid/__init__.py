"""The beat grid as people correct it: values, what can be done to them, and the corrected analysis.

``model`` holds the grid; ``bars`` counts it; ``edits`` and ``decisions`` are the corrections that
people make, as values; ``applying`` carries them out on a grid and ``correct`` on an analysis;
``tapping`` turns tapped times into beats; ``document`` writes corrections as JSON. All are pure
functions over whole numbers of samples, so the same corrections give the same beats everywhere.
"""
