"""Facts as Vega-Lite specifications, through Altair, with the theme in one place."""
