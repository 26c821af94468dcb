"""The derived index of the journal: kept up in the background, and built again from the journal whenever asked."""
