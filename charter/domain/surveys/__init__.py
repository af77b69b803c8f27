"""What customers are asked, how their answers are counted, and what a wave says."""
