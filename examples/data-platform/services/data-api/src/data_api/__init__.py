"""The data API: published marts over HTTP."""
