"""What the site stores about one person: hands it out, or removes it (GDPR Art. 15, 17 and 20; docs/privacy.md)."""
