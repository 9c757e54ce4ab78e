"""How the shop gets onto machines and functions: what is built, what they fetch, and how they start."""
