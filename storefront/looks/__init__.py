"""How a product looks as somebody chose it, in pictures and for rooms, where 3D can't or shan't be shown."""
