"""Retention and rights: how long personal data is kept, what is held about a person, its erasure, and legal holds."""
