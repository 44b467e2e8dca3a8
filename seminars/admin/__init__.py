"""The organisers' desk: Django's admin, saving through the actions."""
