"""Redshift marts to the serving database, table by table."""
