"""Queries for pages: the sitemap, the directory of people, the choices of a filter, suggestions, warnings."""
