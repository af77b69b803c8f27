"""What a file of rows tells before anything is promised on it: its columns, what they may be for, what is doubtful."""
