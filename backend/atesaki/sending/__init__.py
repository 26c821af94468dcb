"""The moment of Send: gather facts, judge, record, answer; then releases and outcomes."""
