"""Parametric modelling: shapes, textures and scenes made by code, for the demo goods of plugins."""
