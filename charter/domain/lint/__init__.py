"""What makes a promise vague, or a figure doubtful: nothing here refuses a charter."""
