"""The stages of the work on a model, in a merchant's words."""

from __future__ import annotations

STAGES = {
    "": "Waiting for a free renderer",
    "read": "Reading the file",
    "lighten": "Bringing it down to size",
    "geometry": "Taking the shape apart",
    "textures": "Taking the textures apart",
    "pictures": "Photographing your file, to compare",
    "high": "Making the high level",
    "standard": "Making the standard level",
    "preview": "Making the preview",
    "poster": "Photographing it for the poster",
    "exports": "Making the files for phones",
    "done": "Storing what was made",
}
"""By the names that the pipeline gives them; others are shown as they are."""
