"""Documents as Markdown and JSON twins, through templates in which every text a stranger wrote is escaped."""
