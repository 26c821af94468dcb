"""Policy sets as YAML files: loading them, testing them, and keeping the one in force."""
