"""Exchange between sovereign nodes: sealed, signed, ordered, nothing lost. See PROTOCOL.md."""
