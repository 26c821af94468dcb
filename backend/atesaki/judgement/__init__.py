"""The pure judgement: values in, a decision with its reasons out; no I/O and no clock."""
