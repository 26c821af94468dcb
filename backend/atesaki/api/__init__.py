"""The HTTP API: handlers parse, call and shape; errors are problem+json (RFC 9457)."""
