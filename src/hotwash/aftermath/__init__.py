"""What is made of a finished drill: the after-action report, as blocks rendered to HTML and Markdown."""
