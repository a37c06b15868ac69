# the slide examples and the papers' tables: one file a table
