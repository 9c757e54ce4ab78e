"""Lambda handlers: the same code behind another door. They take the event JSON that AWS documents."""
