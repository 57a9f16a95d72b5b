"""Pictures people like to pass on: offers, posters, payments and charts, drawn from plain values and no database."""
