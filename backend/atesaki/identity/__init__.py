"""Who is calling: deployment keys, the admin token, identity tokens of senders, and how often each may call."""
