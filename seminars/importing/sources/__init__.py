"""Readers of files, one module for each source. Each returns a SourceFile."""
