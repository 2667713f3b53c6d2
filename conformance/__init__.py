"""Worked cases of other billing systems through the real path: landing files, the jobs, the published tables."""
