"""Reading the names of people as they are typed, with titles and affiliations around them; no database."""
