"""The page cache: public pages and feeds are rendered once for each edition (docs/decisions/caches.md)."""
