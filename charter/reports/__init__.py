"""What leaves the product on paper: the SVG charts that pages and PDF share, the monthly report, its PDF."""
