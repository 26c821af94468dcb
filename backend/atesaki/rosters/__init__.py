"""Registered lists of people: kept, imported from CSV, and looked up at the moment of Send."""
