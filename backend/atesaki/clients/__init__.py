"""Pure translation between mail formats and clients on one side and the judgement's types on the other."""
