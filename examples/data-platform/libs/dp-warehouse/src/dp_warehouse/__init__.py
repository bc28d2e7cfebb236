"""Clients of the stores: Redshift for reading, MySQL for serving."""
