"""Papers as forms: rows out of a paper, rows as they were sent, and the text of the paper with those rows in it."""
