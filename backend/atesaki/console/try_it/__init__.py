"""Try it: the public page at `/`, and the playground of the console."""
