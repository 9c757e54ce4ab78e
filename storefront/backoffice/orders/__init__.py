"""The merchant's order desk: find orders, send parcels, cancel, send money back, tell shoppers again."""
