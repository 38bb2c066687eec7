"""How ready an organisation is, over drills and real incidents, with what few of them can and cannot show."""
