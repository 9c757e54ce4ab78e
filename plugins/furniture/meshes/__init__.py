"""The models of the demo furniture, one module per product type. Only the render worker imports this."""
