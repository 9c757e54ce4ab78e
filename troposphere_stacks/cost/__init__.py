"""What the templates cost a month: read from them where it can be, else from stated habits of shoppers."""
