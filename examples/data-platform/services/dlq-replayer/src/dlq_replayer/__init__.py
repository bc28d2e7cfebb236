"""Puts records of a dead letter queue back where they came from."""
