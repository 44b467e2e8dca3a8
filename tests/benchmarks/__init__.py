"""How fast the site is, measured beside bare servers: `make bench`."""
