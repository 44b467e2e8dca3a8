"""A listing as an iCalendar file (RFC 5545, RFC 7986)."""
