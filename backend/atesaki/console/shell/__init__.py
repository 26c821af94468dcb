"""What all pages of the console share: who asks, in which language, what they may see, and how it looks."""
