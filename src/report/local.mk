# stored results -> tables, figures, HTML
