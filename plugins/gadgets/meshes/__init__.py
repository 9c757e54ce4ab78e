"""The demo goods as code: each function returns the bytes of a GLB (metres, Y up, standing on y = 0)."""
