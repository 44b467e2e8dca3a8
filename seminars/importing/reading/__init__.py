"""Read what people wrote: headlines, names, places, descriptions and online meetings. No database, no HTTP."""
