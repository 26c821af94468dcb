"""What if: judges old messages by a draft of the policies, from counts and keyed hashes, without reading an address."""
