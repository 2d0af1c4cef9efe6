"""The tables of oversight, one subject a module."""
