"""Measure the speed of the site beside bare servers: `make bench`."""
