"""Django's PostgreSQL backend with a short memory for outages; settings.py names it as the engine."""
