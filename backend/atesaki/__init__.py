"""Atesaki, a send-time guard against mis-sent e-mail."""

__version__ = "0.1.0"
