"""The 3D storefront: a lean core that plugins teach what they sell."""

__version__ = "0.1.0"
