"""What the organization's own directory says: its groups, who is in them, and which accounts are in use."""
